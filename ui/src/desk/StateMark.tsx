import classes from "./StateMark.module.css";

const TONES: Record<string, string> = {
  finished: "good",
  done: "good",
  completed: "good",
  failed: "bad",
  undone: "bad",
  cancelled: "bad",
  skipped: "warn",
  paused: "warn",
  parked: "warn",
  running: "busy",
  outside: "busy",
  waiting: "busy",
  retry: "busy",
};

/** The state of a run, a step or a batch: a coloured dot with its word. */
export function StateMark({ state, short = false }: { state: string; short?: boolean }) {
  return (
    <span className={classes.mark} data-tone={TONES[state] ?? "none"}>
      <span className={classes.dot} aria-hidden="true" />
      <span className={short ? classes.hidden : undefined}>{state || "none"}</span>
    </span>
  );
}
