import { expect, test } from "vitest";
import { changedLines } from "./changedLines";

test("lines that were there are not marked, though others came between", () => {
  const marked = changedLines("a\nb\nc\n", "a\nx\nb\nc\ny\n").filter((line) => line.changed);
  expect(marked.map((line) => line.text)).toEqual(["x", "y"]);
});
