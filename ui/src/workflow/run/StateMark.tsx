import {
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleXFilled,
  IconLoader2,
  IconPlayerSkipForwardFilled,
} from "@tabler/icons-react";
import classes from "./StateMark.module.css";

const MARKS: Record<string, { icon: typeof IconLoader2; tone: string; label: string }> = {
  done: { icon: IconCircleCheckFilled, tone: "good", label: "done" },
  finished: { icon: IconCircleCheckFilled, tone: "good", label: "finished" },
  failed: { icon: IconCircleXFilled, tone: "bad", label: "failed" },
  skipped: { icon: IconPlayerSkipForwardFilled, tone: "warn", label: "skipped" },
  running: { icon: IconLoader2, tone: "busy", label: "running" },
  outside: { icon: IconLoader2, tone: "busy", label: "waiting for an answer from outside" },
  queued: { icon: IconCircleDashed, tone: "soft", label: "waiting" },
  waiting: { icon: IconCircleDashed, tone: "soft", label: "waiting" },
  "not reached": { icon: IconCircleDashed, tone: "soft", label: "not reached" },
};

/** How a run or a step went: a shape of its own for each state, so that colour is not all there is. */
export function StateMark({ state, size = 15 }: { state: string; size?: number }) {
  const { icon: Icon, tone, label } = MARKS[state] ?? { icon: IconCircleDashed, tone: "soft", label: state };
  return (
    <span className={classes.mark} data-tone={tone} title={label}>
      <Icon size={size} aria-hidden />
      <span className={classes.words}>{label}</span>
    </span>
  );
}
