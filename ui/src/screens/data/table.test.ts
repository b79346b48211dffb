import { expect, test } from "vitest";
import { NEW_VIEW, queryOf, readTyped, shown, typed } from "./table";

test("a cell shows what people call things", () => {
  const labels = { customer: { c1: "Ada" } };
  expect(shown("c1", "customer", labels)).toBe("Ada");
  expect(shown(["c1", "c2"], "list of customer", labels)).toBe("Ada, c2");
  expect(shown(true, "yes_no", {})).toBe("yes");
  expect(shown(undefined, "text", {})).toBe("");
  expect(shown("2026-03-01T12:30:15.000Z", "date", {})).toBe("2026-03-01 12:30");
});

test("what is typed becomes the field's value", () => {
  expect(readTyped("3,5", "number")).toBe(3.5);
  expect(readTyped("", "text")).toBeNull();
  expect(readTyped("yes", "yes_no")).toBe(true);
  expect(readTyped("a, b", "list of text")).toEqual(["a", "b"]);
  expect(readTyped('{"a": 1}', "json")).toEqual({ a: 1 });
  expect(() => readTyped("many", "number")).toThrow("many is no number.");
  expect(typed(["a"])).toBe('["a"]');
});

test("a view asks only for what it narrows", () => {
  expect(Object.values(queryOf(NEW_VIEW)).filter(Boolean)).toEqual([]);
  expect(queryOf({ ...NEW_VIEW, sort: "total", descending: true, only_found: true })).toMatchObject({
    sort: "total",
    descending: "yes",
    only_found: undefined,
  });
});
