import { expect, test } from "vitest";
import type { Catalogue } from "../../api/shapes";
import { partsSaid } from "./proposal";

const keys = (...names: [string, string][]) => names.map(([name, label]) => ({ name, label }));
const catalogue = {
  files: { type: keys(["fields", "Fields"], ["privacy", "Privacy rules"]), workflow: keys(["only_when", "Only when"]) },
} as unknown as Catalogue;

test("what changes is called as people call it, and parts of one thing stand together", () => {
  expect(partsSaid(catalogue, "data type", ["fields/note", "privacy", "fields/memo"])).toEqual([
    "Fields: note, memo",
    "Privacy rules",
  ]);
  expect(partsSaid(catalogue, "workflow", ["only_when", "color_of", "…"])).toEqual(["Only when", "color of"]);
});
