/** Times, lengths of time and numbers as people read them. */

const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium", hour12: false });
const number = new Intl.NumberFormat();
const rounded = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });

/** The time of day; with its day where that is another one. */
export function shortTime(iso: string, now = new Date()): string {
  const at = new Date(iso);
  const sameDay = at.toDateString() === now.toDateString();
  return sameDay ? clock.format(at) : `${day.format(at)}, ${clock.format(at).replace(/:\d\d(?=\s|$)/, "")}`;
}

/** Day and time, to be read when one points at a short time. */
export const fullTime = (iso: string): string => whole.format(new Date(iso));

/** A length of time in ms. */
export function length(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return "";
  if (ms < 1) return "<1 ms";
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${rounded.format(ms / 1_000)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.round((ms % 60_000) / 1_000)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.round(hours / 24)} days`;
}

/** How long until a moment, or since. */
export function fromNow(iso: string, now = Date.now()): string {
  const ms = new Date(iso).getTime() - now;
  const short = length(Math.abs(ms) < 60_000 ? Math.round(Math.abs(ms) / 1_000) * 1_000 : Math.abs(ms)).replace(
    / 0 s$/,
    "",
  );
  if (Math.abs(ms) < 1_000) return "now";
  return ms > 0 ? `in ${short}` : `${short} ago`;
}

export const count = (value: number): string => number.format(value);
export const units = (value: number): string => rounded.format(value);

/** So many of something: "1 run", "3 runs". */
export const many = (value: number, one: string, several = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : several}`;

export function bytes(value: number): string {
  if (value < 1_000) return `${value} B`;
  return value < 1_000_000 ? `${rounded.format(value / 1_000)} kB` : `${rounded.format(value / 1_000_000)} MB`;
}
