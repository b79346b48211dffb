import { expect, test } from "vitest";
import { bytes, fromNow, length, many } from "./times";

test("a length of time is short to read", () => {
  expect([0.2, 12.4, 1_250, 61_000, 3_720_000, 200_000_000].map(length)).toEqual([
    "<1 ms",
    "12 ms",
    "1.25 s",
    "1 min 1 s",
    "1 h 2 min",
    "2 days",
  ]);
  expect(length(null)).toBe("");
});

test("a moment is told from now", () => {
  const now = Date.parse("2026-03-01T12:00:00Z");
  expect(fromNow("2026-03-01T12:02:00Z", now)).toBe("in 2 min");
  expect(fromNow("2026-03-01T11:59:30Z", now)).toBe("30 s ago");
  expect(fromNow("2026-03-01T12:00:00Z", now)).toBe("now");
});

test("one is one, several are several", () => {
  expect([many(1, "run"), many(3, "run"), many(2, "batch", "batches")]).toEqual(["1 run", "3 runs", "2 batches"]);
  expect(bytes(2_500)).toBe("2.5 kB");
});
