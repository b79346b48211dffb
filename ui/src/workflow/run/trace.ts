import type { Run, StepEntry } from "../../api/shapes";
import { type Path, pathKey } from "../value";

/** What a run did, by the place of each step in the file of its own workflow; a step of a loop has an entry for each round. */
export function traceOf(run: Run): Map<string, StepEntry[]> {
  const found = new Map<string, StepEntry[]>();
  const visit = (entries: readonly StepEntry[], round: number | null) => {
    for (const entry of entries) {
      const here = entry.round ?? round;
      if (entry.workflow_path === run.workflow_path) {
        const key = pathKey(entry.path);
        found.set(key, [...(found.get(key) ?? []), { ...entry, round: here }]);
      }
      visit(entry.steps ?? [], here);
    }
  };
  visit(run.journal, null);
  return found;
}

export type Look = "done" | "failed" | "skipped" | "running" | "not reached";

/** How a step went as a whole: the worst of its rounds. */
export function lookOf(entries: readonly StepEntry[] | undefined): Look {
  if (!entries?.length) return "not reached";
  const states = entries.map((entry) => entry.state ?? "");
  if (states.includes("failed")) return "failed";
  if (states.some((state) => state === "running" || state === "outside" || state === "")) return "running";
  return states.includes("done") ? "done" : "skipped";
}

/** The innermost step of the run's own workflow that failed; null where none did. */
export function failedStep(run: Run): Path | null {
  let found: Path | null = null;
  const visit = (entries: readonly StepEntry[]) => {
    for (const entry of entries) {
      if (entry.state !== "failed") continue;
      if (entry.workflow_path === run.workflow_path) found = entry.path;
      visit(entry.steps ?? []);
    }
  };
  visit(run.journal);
  return found;
}

export const hasEnded = (state: string): boolean => !["running", "queued", "waiting", "outside", "due"].includes(state);

/** Whether a run can be run again from the step at a path: one that has ended, in development, and a step that stands in no other. */
export const canRunFrom = (run: Run | null, env: string, path: Path): boolean =>
  env === "development" && run !== null && ["finished", "failed"].includes(run.state) && path.length === 2;

/** A duration as people read it. */
export function took(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return "";
  if (ms < 1) return "<1 ms";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** A moment as people read it: the time, with the day where it is not today. */
export function moment(iso: string | null): string {
  if (!iso) return "";
  const date = new Date(iso);
  const time = date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const today = new Date().toDateString() === date.toDateString();
  return today ? time : `${date.toLocaleDateString(undefined, { day: "numeric", month: "short" })} ${time}`;
}
