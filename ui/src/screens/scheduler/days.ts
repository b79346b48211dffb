import type { CalendarHour } from "./waiting";

export interface Day {
  at: number;
  label: string;
  isToday: boolean;
  hours: CalendarHour[];
}

const name = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });

/** So many days from a midnight on, with what starts on each, in the browser's own time. */
export function daysOf(hours: CalendarHour[], start: number, count: number, now = Date.now()): Day[] {
  const today = new Date(now).toDateString();
  const days: Day[] = [];
  for (let at = 0; at < count; at += 1) {
    const day = new Date(start);
    day.setDate(day.getDate() + at);
    const key = day.toDateString();
    days.push({
      at: day.getTime(),
      label: name.format(day),
      isToday: key === today,
      hours: hours.filter((hour) => new Date(hour.first).toDateString() === key),
    });
  }
  return days;
}
