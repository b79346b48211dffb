import { post } from "../api/client";
import type { Checked, Completed, Previewed } from "../api/shapes";
import type { Path } from "../workflow/value";
import type { Chosen } from "./chosen";

export type Kind = "expression" | "template" | "condition";

/** Where an expression stands: names mean what they mean there. */
export interface Where {
  file: string;
  path: Path;
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
  things?: Chosen,
  signal?: AbortSignal,
): Promise<Previewed> =>
  post<Previewed>("/expressions/preview", { ...where, text, kind, run_id: runId ?? "", things: things ?? {} }, signal);
