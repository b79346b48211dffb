/** Shapes of what the server gives, as the contract of the editor's addresses has them. */

export type Role = "view" | "operate" | "edit";
export type Environment = "development" | "live";

export interface Session {
  name: string;
  role: Role;
  csrf: string;
  environments: Environment[];
  app: { name: string; version: string };
  url: string;
}

export type Path = (string | number)[];

export interface Issue {
  severity: "error" | "warning";
  message: string;
  address: string;
  file: string;
  line: number;
  column: number;
  path: Path;
}

export interface Prop {
  name: string;
  label: string;
  doc: string;
  required: boolean;
  default: unknown;
  of: string;
  secret: boolean;
  form: string;
  type: string;
  words: string[];
}

export interface Action {
  do: string;
  group: string;
  label: string;
  doc: string;
  effect: string;
  result: string;
  props: Prop[];
  /** The keys under which it holds steps: `steps`, `else`. */
  holds: string[];
}

export interface KeyInfo {
  name: string;
  doc: string;
  form: string;
  words: string[];
  default: unknown;
  required: boolean;
  /** What it holds, where that is a mapping, and the one of these that a lone value stands for. */
  keys: KeyInfo[];
  short: string;
}

export interface Catalogue {
  actions: Action[];
  steps: KeyInfo[];
  triggers: Record<string, KeyInfo[]>;
  /** The keys of each kind of file: `app`, `type`, `option_set`, `workflow`, `connector`. */
  files: Record<string, KeyInfo[]>;
  types: { id: string; label: string; doc: string }[];
  operators: { name: string; on: string; takes: string; gives: string; doc: string; example: string; group: string }[];
}

export interface FieldInfo {
  id: string;
  label: string;
  type: string;
  builtin: boolean;
}

export interface ThingType {
  id: string;
  label: string;
  api: boolean;
  fields: FieldInfo[];
}

export interface WorkflowInfo {
  path: string;
  id: string;
  label: string;
  folder: string;
  trigger: string;
  method: string;
  auth: string;
  expose: boolean;
  disabled: boolean;
  color: string;
  note: string;
  file: string;
  type: string;
  parameters: { name: string; type: string; optional: boolean }[];
  returns: { name: string; type: string; optional: boolean }[];
  steps: string[];
  issues: number;
}

export interface AppInfo {
  revision: string;
  name: string;
  types: ThingType[];
  option_sets: { id: string; label: string; options: { id: string; label: string }[] }[];
  workflows: WorkflowInfo[];
  connectors: {
    id: string;
    label: string;
    calls: { id: string; parameters: { name: string; type: string; optional: boolean }[] }[];
  }[];
  issues: { errors: number; warnings: number };
}

export interface Found {
  file: string;
  path: Path;
  label: string;
  kind: string;
  excerpt: string;
}

export interface FileReply {
  file: string;
  revision: string;
  text: string;
  content: unknown;
  issues: Issue[];
}

export interface RunError {
  code: string;
  message: string;
}

export interface RunRow {
  seq: number;
  id: string;
  workflow: string;
  label: string;
  trigger: string;
  state: string;
  actor: string;
  user_id: string | null;
  started_at: string;
  finished_at: string | null;
  ms: number | null;
  workload: number;
  error: RunError | null;
}

export interface StepEntry {
  address: string;
  workflow_path: string;
  path: Path;
  step: number;
  do: string;
  state?: string;
  at?: number;
  ms?: number;
  workload?: number;
  condition?: boolean | null;
  inputs?: Record<string, unknown>;
  result?: unknown;
  error?: RunError | null;
  event?: string;
  condition_of_event?: boolean | null;
  round?: number | null;
  rounds?: number | null;
  items?: number | null;
  failures?: number | null;
  attempts?: number | null;
  failed_attempts?: { message?: string; error?: RunError }[];
  why_not?: string[];
  steps?: StepEntry[];
}

export interface Run {
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
  due_at: string | null;
  started_at: string | null;
  finished_at: string | null;
  ms: number | null;
  workload: number;
  parameters: Record<string, unknown>;
  journal: StepEntry[];
  answer: { status?: number; values?: Record<string, unknown>; text?: string | null } | null;
  error: RunError | null;
  why: string;
  can_retry: boolean;
}
