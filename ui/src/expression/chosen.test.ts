import { expect, test } from "vitest";
import type { Part } from "../api/shapes";
import { chosenFor, thingNames } from "./chosen";

const part = (kind: string, label: string, type: string): Part => ({ from: 0, to: 1, kind, label, type });
const types = [{ id: "order" }, { id: "user" }];

test("things are chosen for parameters and this, once each, and for nothing else", () => {
  const parts = [
    part("parameter", "order", "order"),
    part("parameter", "order", "order"),
    part("parameter", "amount", "number"),
    part("parameter", "orders", "list of order"),
    part("step", "made", "order"),
    part("source", "this", "user"),
    part("field", "total", "number"),
  ];
  const names = thingNames(parts, types);
  expect(names).toEqual([
    { name: "order", type: "order" },
    { name: "this", type: "user" },
  ]);
  expect(chosenFor({ order: "1x2", made: "3x4", this: "" }, names)).toEqual({ order: "1x2" });
});
