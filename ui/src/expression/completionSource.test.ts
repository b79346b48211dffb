import { expect, test } from "vitest";
import { isOver, mayBegin } from "./completionSource";

test("operators are not offered right behind a value, but after a space, a dot, a bracket", () => {
  expect(isOver('total > "x"', 11, 11)).toBe(true);
  expect(isOver("total > 10", 10, 10)).toBe(true);
  expect(isOver("total ", 6, 6)).toBe(false);
  expect(isOver("order.", 6, 6)).toBe(false);
  expect(isOver("search(", 7, 7)).toBe(false);
  expect(isOver("order.to", 6, 8)).toBe(false);
});

test("a name may begin anywhere but behind a value or its dot", () => {
  expect(mayBegin("", 0)).toBe(true);
  expect(mayBegin("Hello {{ or", 9)).toBe(true);
  expect(mayBegin("order.to", 6)).toBe(false);
  expect(mayBegin("total ", 6)).toBe(false);
  expect(mayBegin("total > ", 8)).toBe(true);
});
