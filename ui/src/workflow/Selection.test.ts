import { expect, test, vi } from "vitest";
import { Selection } from "./Selection";

test("what is selected follows its steps to where they stand, and is the same visit", () => {
  const selection = new Selection();
  selection.select(["steps", 1], ["steps", 1, "with", "to"]);
  selection.toggle(["steps", 2]);
  const visit = selection.visit();
  const heard = vi.fn();
  selection.subscribe(heard);
  selection.follow((path) => path);
  expect(heard).not.toHaveBeenCalled();
  selection.follow(([list = "", index]) => [list, Number(index) + 1]);
  expect(selection.opened()).toEqual(["steps", 3]);
  expect([...selection.markedKeys()]).toEqual(["steps/2", "steps/3"]);
  expect([selection.visit(), selection.wanted()]).toEqual([visit, null]);
  selection.follow(([, index]) => (index === 3 ? null : ["steps", 0]));
  expect(selection.opened()).toBeNull();
  expect([...selection.markedKeys()]).toEqual(["steps/0"]);
  selection.select(["steps", 0]);
  expect(selection.visit()).not.toBe(visit);
});
