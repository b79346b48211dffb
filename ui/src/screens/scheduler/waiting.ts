/** A run that waits. */
export interface WaitingRow {
  id: string;
  workflow: string;
  label: string;
  due_at: string;
  state: string;
  why: string | null;
  trigger: string;
  actor: string;
  user_id: string | null;
  key: string | null;
  depth: number;
  parent_id: string | null;
  is_current: boolean;
}

export interface PausedShown {
  everything: boolean;
  workflows: string[];
}

export interface WaitingPage {
  runs: WaitingRow[];
  total: number;
  paused: PausedShown;
  /** Workflows that recur and start no more, because their next start was cancelled. */
  stopped: string[];
}

export interface CalendarHour {
  first: string;
  last: string;
  workflow: string;
  label: string;
  trigger: string;
  count: number;
}

export interface Calendar {
  hours: CalendarHour[];
  more: boolean;
  zone: string;
  paused: PausedShown;
}
