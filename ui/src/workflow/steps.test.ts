import { expect, test } from "vitest";
import { applied } from "./edits";
import { allSteps, freshNames, moving, stepAt } from "./steps";
import { at, type Path, type Value } from "./value";

const file: Value = {
  parameters: { order: "order" },
  steps: [
    { do: "a" },
    { do: "branch", steps: [{ do: "b" }, { do: "c", as: "thing" }], else: [{ do: "d" }] },
    { do: "e" },
  ],
};

const order = (content: unknown) => allSteps(content as never).map(({ step }) => step.do);

test("steps are found in reading order, blocks and `else` included", () => {
  expect(allSteps(file).map(({ path }) => path.join("/"))).toEqual([
    "steps/0",
    "steps/1",
    "steps/1/steps/0",
    "steps/1/steps/1",
    "steps/1/else/0",
    "steps/2",
  ]);
});

test("a path leads to its innermost step", () => {
  expect(stepAt(["steps", 1, "else", 0, "with", "to"])).toEqual(["steps", 1, "else", 0]);
  expect(stepAt(["steps", 0, "with", "steps", 1])).toEqual(["steps", 0]);
  expect(stepAt(["parameters", "order"])).toBeNull();
});

const moves: [string, Path, { list: Path; index: number }, string[], string][] = [
  ["down", ["steps", 0], { list: ["steps"], index: 3 }, ["branch", "b", "c", "d", "e", "a"], "a"],
  ["up", ["steps", 2], { list: ["steps"], index: 0 }, ["e", "a", "branch", "b", "c", "d"], "e"],
  [
    "into a later block",
    ["steps", 0],
    { list: ["steps", 1, "steps"], index: 1 },
    ["branch", "b", "a", "c", "d", "e"],
    "a",
  ],
  [
    "into an earlier block",
    ["steps", 2],
    { list: ["steps", 1, "else"], index: 0 },
    ["a", "branch", "b", "c", "e", "d"],
    "e",
  ],
  ["out of a block", ["steps", 1, "steps", 0], { list: ["steps"], index: 1 }, ["a", "b", "branch", "c", "d", "e"], "b"],
  ["out below", ["steps", 1, "else", 0], { list: ["steps"], index: 2 }, ["a", "branch", "b", "c", "d", "e"], "d"],
];

test.each(moves)("a step moves %s", (_name, from, to, expected, moved) => {
  const result = moving(file, from, to);
  const after = applied(file, result?.edits ?? []);
  expect(order(after)).toEqual(expected);
  expect(at(after, [...(result?.path ?? []), "do"])).toBe(moved);
});

test("a block does not move into itself, nor a step to where it stands", () => {
  expect(moving(file, ["steps", 1], { list: ["steps", 1, "steps"], index: 0 })).toBeNull();
  expect(moving(file, ["steps", 1], { list: ["steps"], index: 2 })).toBeNull();
});

test("names that are taken get others that are free, those among the steps included", () => {
  const pasted: { [key: string]: Value }[] = [
    { do: "x", as: "order", steps: [{ do: "y", as: "thing" }] },
    { do: "z", as: "order_2" },
  ];
  expect(freshNames(file, pasted)).toEqual({ order: "order_3", thing: "thing_2" });
  expect(freshNames(file, [{ do: "x", as: "other" }, { do: "y" }])).toEqual({});
});
