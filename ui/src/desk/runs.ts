import { queryOptions } from "@tanstack/react-query";
import { get, type Params } from "../api/client";
import type { Environment } from "../api/shapes";

/** A run in a list. */
export interface RunRow {
  seq: number;
  id: string;
  workflow: string;
  label: string;
  trigger: string;
  state: string;
  actor: string;
  user_id: string | null;
  parent_id: string | null;
  due_at: string | null;
  started_at: string;
  finished_at: string | null;
  ms: number | null;
  workload: number;
  error: { code: string; message: string } | null;
}

export interface RunPage {
  lines: RunRow[];
  cursor: number | null;
}

export interface RunOutline {
  total: number;
  more: boolean;
  every: number;
  marks: number[];
}

/** What one step did; what does not apply is left out. */
export interface StepEntry {
  address: string;
  workflow_path: string;
  path: (string | number)[];
  step: number;
  do: string;
  state?: string;
  at?: number;
  ms?: number;
  workload?: number;
  condition?: boolean;
  inputs?: Record<string, unknown>;
  result?: unknown;
  error?: { code: string; message: string };
  event?: string;
  condition_of_event?: boolean;
  round?: number;
  rounds?: number;
  items?: number;
  failures?: number;
  attempts?: number;
  why_not?: string[];
  steps?: StepEntry[];
}

export interface RunShown {
  id: string;
  workflow: string;
  workflow_path: string;
  label: string;
  state: string;
  trigger: string;
  actor: string;
  user_id: string | null;
  user_label: string;
  definition: string;
  is_current: boolean;
  depth: number;
  parent_id: string | null;
  due_at: string | null;
  started_at: string | null;
  finished_at: string | null;
  ms: number | null;
  workload: number;
  parameters: Record<string, unknown>;
  journal: StepEntry[];
  answer: Record<string, unknown> | null;
  error: { code: string; message: string } | null;
  why: string;
  can_retry: boolean;
}

/** What a list of runs is narrowed to; it stands in the address. */
export interface RunFilter {
  workflow?: string;
  state?: string;
  user?: string;
  since?: string;
  until?: string;
  text?: string;
}

export const STATES = ["finished", "failed", "skipped", "running", "outside"];

export const askRuns = (env: Environment, filter: RunFilter, more: Params): Promise<RunPage> =>
  get<RunPage>(`/${env}/runs`, { ...filter, ...more });

export const askOutline = (env: Environment, filter: RunFilter, every: number): Promise<RunOutline> =>
  get<RunOutline>(`/${env}/runs/outline`, { ...filter, every });

export const runQuery = (env: Environment, id: string) =>
  queryOptions({
    queryKey: ["runs", env, "one", id],
    queryFn: ({ signal }) => get<RunShown>(`/${env}/runs/${encodeURIComponent(id)}`, undefined, signal),
    placeholderData: (before) => (before?.id === id ? before : undefined),
  });

export const whyQuery = (env: Environment, workflow: string) =>
  queryOptions({
    queryKey: ["runs", env, "why", workflow],
    queryFn: ({ signal }) =>
      get<{ reasons: string[] }>(`/${env}/workflows/${encodeURIComponent(workflow)}/why`, undefined, signal),
    enabled: workflow !== "",
  });
