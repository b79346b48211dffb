import { expect, test } from "vitest";
import type { WorkflowInfo } from "../../api/shapes";
import { folderTree, matching } from "./tree";

const workflow = (path: string, more: Partial<WorkflowInfo> = {}): WorkflowInfo =>
  ({
    path,
    id: path.split("/").at(-1),
    folder: path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "",
    label: "",
    note: "",
    trigger: "api",
    steps: [],
    ...more,
  }) as unknown as WorkflowInfo;

test("folders count what they hold, folders within them included", () => {
  const root = folderTree([workflow("b/late/x"), workflow("b/y"), workflow("a/z"), workflow("top")]);
  expect(root.count).toBe(4);
  expect(root.folders.map((one) => [one.name, one.count])).toEqual([
    ["a", 1],
    ["b", 2],
  ]);
  expect(root.folders[1]?.folders[0]?.path).toBe("b/late");
});

test("workflows are found by name, folder and action", () => {
  const all = [
    workflow("orders/paid", { label: "An order was paid", steps: ["change_thing", "send_email"] }),
    workflow("orders/late"),
  ];
  expect(matching(all, "order email").map((one) => one.id)).toEqual(["paid"]);
  expect(matching(all, "send_email").map((one) => one.id)).toEqual(["paid"]);
  expect(matching(all, "orders")).toHaveLength(2);
  expect(matching(all, "nothing")).toHaveLength(0);
});
