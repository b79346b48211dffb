import { queryOptions } from "@tanstack/react-query";
import { get, type Params } from "../api/client";
import type { Environment } from "../api/shapes";
import type { RunOutline, RunPage, RunShown } from "../api/types";

export type { RunOutline, RunPage, RunRow, RunShown, StepEntry } from "../api/types";

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
