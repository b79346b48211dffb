import { expect, test } from "vitest";
import { daysOf } from "./days";
import type { CalendarHour } from "./waiting";

const hour = (first: Date): CalendarHour => ({
  first: first.toISOString(),
  last: first.toISOString(),
  workflow: "a",
  label: "A",
  trigger: "recurring",
  count: 1,
});

test("what starts stands under its own day", () => {
  const start = new Date(2026, 2, 28).getTime();
  const days = daysOf([hour(new Date(2026, 2, 29, 1)), hour(new Date(2026, 2, 30, 23, 59))], start, 3, start + 5);
  expect(days.map((day) => day.hours.length)).toEqual([0, 1, 1]);
  expect(days.map((day) => day.isToday)).toEqual([true, false, false]);
});
