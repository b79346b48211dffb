import { expect, test } from "vitest";
import { applied, EditError } from "./edits";
import type { Value } from "./value";

const steps: Value[] = [{ do: "a" }, { do: "b", with: { x: 1, y: 2 } }];
const file: { label: string; steps: Value[] } = { label: "A", steps };

test("a value is set, and missing keys on the way are made", () => {
  expect(applied(file, [{ op: "set", path: ["steps", 0, "with", "to"], value: "=x" }])).toEqual({
    ...file,
    steps: [{ do: "a", with: { to: "=x" } }, file.steps[1]],
  });
});

test("edits follow one another, and the original stays", () => {
  const before = structuredClone(file);
  const after = applied(file, [
    { op: "insert", path: ["steps"], index: 1, value: { do: "new" } },
    { op: "move", path: ["steps"], index: 2, to: 0 },
    { op: "remove", path: ["steps", 1] },
  ]);
  expect(after).toEqual({ label: "A", steps: [file.steps[1], { do: "new" }] });
  expect(file).toEqual(before);
});

test("a list that is not there yet is made", () => {
  expect(applied({}, [{ op: "insert", path: ["steps"], index: 0, value: { do: "a" } }])).toEqual({
    steps: [{ do: "a" }],
  });
});

test("a renamed key keeps its place", () => {
  const after = applied(file, [{ op: "rename", path: ["steps", 1, "with", "x"], name: "z" }]);
  expect(JSON.stringify(after)).toContain('"with":{"z":1,"y":2}');
});

test("what is not there cannot be changed", () => {
  expect(() => applied(file, [{ op: "remove", path: ["steps", 0, "with"] }])).toThrow(EditError);
  expect(() => applied(file, [{ op: "move", path: ["label"], index: 0, to: 1 }])).toThrow(EditError);
  expect(() => applied(file, [{ op: "set", path: ["steps", 7, "do"], value: "a" }])).toThrow(EditError);
});
