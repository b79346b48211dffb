import { expect, test } from "vitest";
import { isOver } from "./completionSource";

test("operators are not offered right behind a value, but after a space, a dot, a bracket", () => {
  expect(isOver('total > "x"', 11, 11)).toBe(true);
  expect(isOver("total > 10", 10, 10)).toBe(true);
  expect(isOver("total ", 6, 6)).toBe(false);
  expect(isOver("order.", 6, 6)).toBe(false);
  expect(isOver("search(", 7, 7)).toBe(false);
  expect(isOver("order.to", 6, 8)).toBe(false);
});
