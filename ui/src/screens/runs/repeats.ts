import type { RepeatedShown } from "../../api/types";

const KINDS: Record<string, string> = {
  mail: "mail",
  call: "call",
  file: "file",
  run: "workflow that starts",
  data: "change of data",
};

/** The same step of many runs on one line. */
export function summed(repeats: readonly RepeatedShown[]): string[] {
  const lines = new Map<string, number>();
  for (const one of repeats) {
    const about = Object.values(one.what)[0];
    const what = about === undefined ? "" : `: ${spoken(about)}`;
    const sure = one.certain ? "" : " (perhaps)";
    const key = `${KINDS[one.kind] ?? one.kind}${what}${sure}`;
    lines.set(key, (lines.get(key) ?? 0) + one.times);
  }
  return [...lines].slice(0, 30).map(([line, times]) => (times > 1 ? `${times} × ${line}` : line));
}

function spoken(value: unknown): string {
  if (Array.isArray(value)) return value.map(spoken).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}
