import { expect, test } from "vitest";
import type { Value } from "../workflow/value";
import { holes, storedValue, written } from "./written";

const roundTrips: [Value, string][] = [
  ["=order.total", "number"],
  ["Hello {{ name }}", "text"],
  ["\\=not an expression", "text"],
  [12.5, "number"],
  [true, "yes_no"],
  [false, "any value"],
  ["paid", "status"],
  ["12", "text"],
];

test.each(roundTrips)("%j of type %s is written back as it was read", (value, type) => {
  expect(storedValue(written(value, type), type)).toEqual(value);
});

test("nothing is nothing, and begins as text only where text is wanted", () => {
  expect(written(undefined, "text")).toEqual({ mode: "text", text: "" });
  expect(written(null, "number")).toEqual({ mode: "expression", text: "" });
  expect(storedValue({ mode: "expression", text: "  " }, "number")).toBeUndefined();
  expect(storedValue({ mode: "text", text: "" }, "text")).toBeUndefined();
});

test("holes are found, escaped and unfinished ones are none", () => {
  expect(holes("a {{ b }} c {{d}}")).toEqual([
    { from: 2, to: 9 },
    { from: 12, to: 17 },
  ]);
  expect(holes("a \\{{ b }} {{ c")).toEqual([]);
});
