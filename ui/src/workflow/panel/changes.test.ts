import { expect, test } from "vitest";
import { CHANGES, changeOf, writtenChange } from "./changes";

test.each([
  [{ increase: "=amount" }, "increase", "=amount"],
  [{ add: "=item" }, "add", "=item"],
  [{ clear: true }, "clear", true],
  ["=now", "set", "=now"],
  [{ lat: 1, lng: 2 }, "set", { lat: 1, lng: 2 }],
])("%j is read as the change %s", (value, id, operand) => {
  expect(changeOf(value)).toEqual({ id, operand });
  expect(writtenChange(id, operand)).toEqual(value);
});

test("a field is offered the changes of its type", () => {
  const fitting = (type: string) => CHANGES.filter((one) => one.operand(type) !== null).map((one) => one.id);
  expect(fitting("number")).toEqual(["set", "increase"]);
  expect(fitting("text")).toEqual(["set"]);
  expect(fitting("list of item")).toEqual(["set", "add", "remove", "add_list", "remove_list", "clear"]);
});
