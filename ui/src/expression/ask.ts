import { post } from "../api/client";
import type { Path } from "../workflow/value";

export type Kind = "expression" | "template" | "condition";

/** Where an expression stands: names mean what they mean there. */
export interface Where {
  file: string;
  path: Path;
}

export interface Problem {
  from: number;
  to: number;
  message: string;
  severity: "error" | "warning";
}

export interface Part {
  from: number;
  to: number;
  kind: string;
  label: string;
  type: string;
}

export interface Checked {
  type: string;
  problems: Problem[];
  parts: Part[];
}

export interface Item {
  label: string;
  insert: string;
  kind: string;
  type: string;
  doc: string;
  fits: boolean;
  /** Where the cursor stands in what was inserted; -1: behind it. */
  caret: number;
}

export interface Completed {
  from: number;
  to: number;
  items: Item[];
}

export interface Previewed {
  value: unknown;
  type: string;
  run_id: string;
  /** Why there is no value. */
  note: string;
}

export const check = (
  where: Where,
  text: string,
  kind: Kind,
  wanted?: string,
  signal?: AbortSignal,
): Promise<Checked> => post<Checked>("/expressions/check", { ...where, text, kind, wanted: wanted ?? "" }, signal);

export const complete = (
  where: Where,
  text: string,
  cursor: number,
  kind: Kind,
  wanted?: string,
  signal?: AbortSignal,
): Promise<Completed> =>
  post<Completed>("/expressions/complete", { ...where, text, cursor, kind, wanted: wanted ?? "" }, signal);

export const preview = (
  where: Where,
  text: string,
  kind: Kind,
  runId?: string,
  signal?: AbortSignal,
): Promise<Previewed> => post<Previewed>("/expressions/preview", { ...where, text, kind, run_id: runId ?? "" }, signal);
