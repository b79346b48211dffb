/** The shapes of the API under the names that the editor uses; the server declares them (types.ts is made from that). */

import type { IssueShown, RunShown, SessionShown, StepEntry as StepEntryShown } from "./types";

export type {
  ActionShown as Action,
  AppInfo,
  Catalogue,
  CheckedShown as Checked,
  Completed,
  Found,
  ItemShown as Item,
  KeyShown as KeyInfo,
  PartShown as Part,
  PreviewShown as Previewed,
  ProblemShown as Problem,
  PropShown as Prop,
  RunError,
  RunRow,
  TypeShown as ThingType,
  WorkflowShown as WorkflowInfo,
} from "./types";

export type Role = "view" | "operate" | "edit";
export type Environment = "development" | "live";
export type Path = (string | number)[];
export type Issue = IssueShown;

export interface Session extends SessionShown {
  role: Role;
  environments: Environment[];
}

/** A step of a run's journal. What does not apply to it is left out. */
export type StepEntry = Pick<StepEntryShown, "address" | "workflow_path" | "path" | "step" | "do"> &
  Partial<Omit<StepEntryShown, "steps" | "error">> & {
    error?: { code: string; message: string } | null;
    steps?: StepEntry[];
  };

export interface Run extends Omit<RunShown, "journal" | "answer"> {
  journal: StepEntry[];
  answer: { status?: number; values?: Record<string, unknown>; text?: string | null } | null;
}
