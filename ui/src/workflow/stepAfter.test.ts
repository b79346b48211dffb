import { expect, test } from "vitest";
import { stepAfter } from "./stepAfter";
import type { Path, Value } from "./value";

const a: Value = { do: "create_thing", as: "order" };
const b: Value = { do: "send_email" };
const c: Value = { do: "for_each", steps: [{ do: "change_thing" }, { do: "terminate" }] };
const file = (...steps: Value[]): Value => ({ steps });

test.each<[string, Value, Value, Path, Path | null]>([
  ["nothing is other", file(a, b), file(a, b), ["steps", 1], ["steps", 1]],
  ["another comes before it", file(a, b), file(c, a, b), ["steps", 0], ["steps", 1]],
  ["one before it goes", file(a, b, c), file(b, c), ["steps", 2, "steps", 1], ["steps", 1, "steps", 1]],
  ["it goes itself", file(a, b, c), file(a, c), ["steps", 1], null],
  ["it changes in its place", file(a, b), file(a, { ...(b as object), note: "n" }), ["steps", 1], ["steps", 1]],
  [
    "it changes, and another comes",
    file(a, b),
    file(c, a, { do: "send_email", note: "n" }),
    ["steps", 1],
    ["steps", 2],
  ],
  ["they change places", file(a, b, c), file(c, b, a), ["steps", 0], ["steps", 2]],
  ["of two that are alike one goes", file(b, b, a), file(b, a), ["steps", 0], ["steps", 0]],
  ["it is exchanged for something else", file(a), file(b), ["steps", 0], null],
  ["a property of it", file(a, b), file(c, a, b), ["steps", 1, "with", "to"], ["steps", 2, "with", "to"]],
  ["the trigger", file(a), file(), [], []],
  ["all goes", file(a), {}, ["steps", 0], null],
])("a step is found where it stands now: %s", (_, before, after, path, expected) => {
  expect(stepAfter(before, after, path)).toEqual(expected);
});
