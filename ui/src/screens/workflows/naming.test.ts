import { expect, test } from "vitest";
import { fileOf, idOf, newWorkflow, wrongFolder, wrongId } from "./naming";

test("an id is made of a label", () => {
  expect(idOf("Order was paid!")).toBe("order_was_paid");
  expect(idOf("  Årets café ")).toBe("arets_cafe");
  expect(idOf("…")).toBe("");
});

test("an id that is taken or cannot be written is refused with what to do", () => {
  expect(wrongId("paid", ["paid"])).toContain("already");
  expect(wrongId("Paid", [])).toContain("lower-case");
  expect(wrongId("", [])).toContain("at least one");
  expect(wrongId("paid-2", ["paid"])).toBe("");
  expect(wrongFolder("orders/late")).toBe("");
  expect(wrongFolder("orders//late")).not.toBe("");
});

test("a new file says its label so that YAML reads it as text", () => {
  expect(newWorkflow("yes", "api", {})).toBe('label: "yes"\ntrigger: api\nsteps: []\n');
  expect(newWorkflow("Paid: now", "recurring", { every: "1 day", type: "" })).toBe(
    'label: "Paid: now"\ntrigger: recurring\nevery: "1 day"\nsteps: []\n',
  );
  expect(fileOf("", "a")).toBe("workflows/a.yaml");
  expect(fileOf("b/c", "a")).toBe("workflows/b/c/a.yaml");
});
