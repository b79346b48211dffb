import {
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleXFilled,
  IconLoader2,
  IconPlayerPauseFilled,
  IconPlayerSkipForwardFilled,
} from "@tabler/icons-react";
import classes from "./StateMark.module.css";

const TONES = {
  good: IconCircleCheckFilled,
  bad: IconCircleXFilled,
  warn: IconPlayerPauseFilled,
  over: IconPlayerSkipForwardFilled,
  busy: IconLoader2,
  soft: IconCircleDashed,
} as const;

const STATES: Record<string, keyof typeof TONES> = {
  finished: "good",
  done: "good",
  completed: "good",
  failed: "bad",
  undone: "bad",
  cancelled: "bad",
  skipped: "over",
  paused: "warn",
  parked: "warn",
  running: "busy",
  outside: "busy",
  retry: "busy",
  queued: "soft",
  waiting: "soft",
};

interface StateMarkProps {
  state: string;
  size?: number;
  /** Only the shape is seen; the word is there for those who hear the page, and who point at it. */
  short?: boolean;
}

/** The state of a run, a step, a batch: a shape of its own for each kind, so that colour is not all there is, and its word. */
export function StateMark({ state, size = 14, short = false }: StateMarkProps) {
  const tone = STATES[state] ?? "soft";
  const Icon = TONES[tone];
  const word = state === "outside" && short ? "waiting for an answer from outside" : state || "none";
  return (
    <span className={classes.mark} data-tone={tone} title={short ? word : undefined}>
      <Icon size={size} aria-hidden />
      <span className={short ? classes.hidden : undefined}>{word}</span>
    </span>
  );
}
