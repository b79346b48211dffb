import { expect, test } from "vitest";
import type { Action } from "../api/shapes";
import { unnamedResults } from "./unnamedResults";
import type { Value } from "./value";

const action = (what: string, result: string, holds: string[] = []): [string, Action] => [
  what,
  { do: what, group: "", label: what, doc: "", effect: "", result, props: [], holds, words: "" },
];
const actions = new Map([
  action("create_thing", "depends"),
  action("send_email", "record"),
  action("terminate", ""),
  action("sign_up", "user"),
  action("for_each", "depends", ["steps"]),
]);
const content: Value = {
  parameters: { order: "order" },
  steps: [
    { do: "create_thing", with: { type: "order" } },
    { do: "create_thing", with: { type: "order" }, as: "made" },
    { do: "terminate" },
    {
      do: "for_each",
      steps: [{ do: "send_email" }, { do: "sign_up" }, { do: "terminate" }],
    },
    { do: "sign_up" },
  ],
};

const named = (place: (string | number)[]): string[] =>
  unnamedResults(content, place, actions).map((one) => `${one.label}: ${one.name}`);

test("earlier steps without a name are offered under a free one, the nearest first", () => {
  expect(named(["steps", 3, "steps", 2, "only_when"])).toEqual([
    "Result of step 4.2: user",
    "Result of step 4.1: result",
    "Result of step 1: order_2",
  ]);
});

test("what lies inside another block, comes later, or has a name is not offered", () => {
  expect(named(["steps", 4, "with", "email"])).toEqual(["Result of step 1: order_2"]);
  expect(named(["steps", 0, "with", "set", "a"])).toEqual([]);
  expect(named(["only_when"])).toEqual([]);
});
