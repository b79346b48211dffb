export interface Batch {
  id: string;
  workflow: string;
  label: string;
  state: string;
  total: number;
  done: number;
  failed: number;
  skipped: number;
  left: number;
  outside: number;
  progress: number;
  rate: number | null;
  seconds_left: number | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  interval_ms: number | null;
  at_once: number;
  on_item_failed: string;
  actor: string;
  user_id: string | null;
  parent_id: string | null;
  workload: number;
}

export interface BatchPage {
  batches: Batch[];
  cursor: number | null;
}

export interface BatchDetail {
  batch: Batch;
  failed_items: { item: string | null; run: string }[];
}

export const hasEnded = (batch: Batch): boolean => batch.finished_at !== null;
