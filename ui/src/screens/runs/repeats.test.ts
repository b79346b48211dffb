import { expect, test } from "vitest";
import type { RepeatedShown } from "../../api/types";
import { summed } from "./repeats";

const one = (more: Partial<RepeatedShown>): RepeatedShown => ({
  address: "workflows/pay/steps/1",
  do: "send_email",
  kind: "mail",
  what: { to: ["ada@shop.test", "bob@shop.test"], subject: "Paid" },
  certain: true,
  times: 1,
  or_more: false,
  same_key: false,
  ...more,
});

test("what is the same stands on one line, and what is not known says so", () => {
  const call = one({ kind: "call", what: {}, certain: false });
  expect(summed([one({}), one({ times: 2 }), call])).toEqual([
    "3 × mail: ada@shop.test, bob@shop.test",
    "call (perhaps)",
  ]);
  expect(summed([])).toEqual([]);
});
