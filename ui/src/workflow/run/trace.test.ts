import { expect, test } from "vitest";
import type { Run, StepEntry } from "../../api/shapes";
import { canRunFrom, failedStep, lookOf, took, traceOf } from "./trace";

const entry = (path: (string | number)[], more: Partial<StepEntry> = {}): StepEntry => ({
  address: "",
  workflow_path: "orders/paid",
  path,
  step: 0,
  do: "x",
  state: "done",
  ...more,
});

test("steps of rounds lie on the one step of the file, those of other workflows do not", () => {
  const run = {
    workflow_path: "orders/paid",
    journal: [
      entry(["steps", 0], {
        steps: [
          entry(["steps", 0, "steps", 0], { round: 1 }),
          entry(["steps", 0, "steps", 0], { round: 2, state: "failed" }),
          entry(["steps", 0], { workflow_path: "other" }),
        ],
      }),
    ],
  } as unknown as Run;
  const trace = traceOf(run);
  expect(trace.get("steps/0")).toHaveLength(1);
  expect(trace.get("steps/0/steps/0")?.map((one) => one.round)).toEqual([1, 2]);
  expect(lookOf(trace.get("steps/0/steps/0"))).toBe("failed");
  expect(lookOf(trace.get("steps/1"))).toBe("not reached");
  expect(failedStep(run)).toBeNull();
});

test("a step that was skipped in some rounds only counts as done", () => {
  expect(lookOf([entry([], { state: "skipped" }), entry([])])).toBe("done");
  expect(lookOf([entry([], { state: "skipped" })])).toBe("skipped");
});

test("a run is run again from an outermost step, in development, once it has ended", () => {
  const run = { state: "finished" } as Run;
  expect(canRunFrom(run, "development", ["steps", 1])).toBe(true);
  expect(canRunFrom(run, "live", ["steps", 1])).toBe(false);
  expect(canRunFrom(run, "development", ["steps", 1, "steps", 0])).toBe(false);
  expect(canRunFrom({ ...run, state: "running" }, "development", ["steps", 1])).toBe(false);
  expect(canRunFrom(null, "development", ["steps", 1])).toBe(false);
});

test("durations are short", () => {
  expect([took(0.2), took(12.4), took(1500), took(125_000), took(null)]).toEqual([
    "<1 ms",
    "12 ms",
    "1.5 s",
    "2 min 5 s",
    "",
  ]);
});

test("the step that failed is the innermost one of the run's own workflow", () => {
  const inner = entry(["steps", 0, "steps", 1], { state: "failed" });
  const other = entry(["steps", 3], { state: "failed", workflow_path: "other" });
  const run = {
    workflow_path: "orders/paid",
    journal: [
      entry(["steps", 0], { state: "failed", steps: [entry(["steps", 0, "steps", 0]), { ...inner, steps: [other] }] }),
    ],
  } as unknown as Run;
  expect(failedStep(run)).toEqual(["steps", 0, "steps", 1]);
});
