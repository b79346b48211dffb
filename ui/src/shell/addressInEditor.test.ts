import { expect, test } from "vitest";
import { addressInEditor } from "./addressInEditor";

test("a place of a file leads to the screen that shows it", () => {
  expect(addressInEditor("workflows/orders/paid.yaml", ["steps", 0])).toEqual({
    to: "/workflows/orders/paid",
    search: { at: "steps/0" },
  });
  expect(addressInEditor("types/order.yaml", ["privacy", "owner", "when"])).toEqual({
    to: "/data/order",
    search: { at: "privacy/owner/when", show: "privacy" },
  });
  expect(addressInEditor("types/order.yaml", []).search).toEqual({ show: "fields" });
  expect(addressInEditor("options/status.yaml", []).to).toBe("/data/options/status");
  expect(addressInEditor("app.yaml", ["limits"])).toEqual({ to: "/settings", search: { at: "limits" } });
});
