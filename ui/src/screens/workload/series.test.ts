import { expect, test } from "vitest";
import { type Series, spoken, stacked, topOf, type Workload } from "./series";

const series = (key: string, ...values: number[]): Series => ({
  key,
  label: key,
  workflow: key,
  values,
  total: values.reduce((a, b) => a + b, 0),
  count: 1,
  ms: 2,
});
const workload = (...several: Series[]): Workload => ({
  buckets: ["a", "b"],
  series: several,
  total: 0,
  runs: 0,
  left: 0,
  zone: "UTC",
  prices: {},
});

test("the largest stay, the others become one", () => {
  const found = topOf(workload(series("a", 5, 1), series("b", 3, 0), series("c", 1, 1), series("d", 1, 0)), 2);
  expect(found.series.map((one) => [one.label, one.values, one.count])).toEqual([
    ["a", [5, 1], 1],
    ["b", [3, 0], 1],
    ["2 others", [2, 1], 2],
  ]);
});

test("bars stand on one another", () => {
  expect(stacked([series("a", 5, 1), series("b", 3, 0)])).toEqual([
    [5, 1],
    [8, 1],
  ]);
});

test("steps and activities are called as people call them", () => {
  const actions = [{ do: "create_thing", label: "Create a new thing" }];
  expect(spoken("create_thing", actions)).toBe("Create a new thing");
  expect(spoken("steps/2/steps/1 create_thing", actions)).toBe("2 › 1: Create a new thing");
  expect(spoken("run", actions)).toBe("The run itself");
  expect(spoken("steps/1 fly", actions)).toBe("steps/1 fly");
});
