import type { Issue } from "../api/shapes";
import type { Edit } from "./edits";
import type { Value } from "./value";

/** One file as the server has it. */
export interface ServerFile {
  revision: string;
  text: string;
  content: Value;
  issues: Issue[];
  /** Whether an edit was merged with what somebody else had changed meanwhile. */
  merged?: boolean;
}

export interface Conflict {
  base: string;
  yours: string;
  theirs: string;
}

/** How a file reaches the server; tests bring their own. */
export interface Transport {
  load(file: string): Promise<ServerFile>;
  edit(file: string, revision: string, edits: readonly Edit[]): Promise<ServerFile>;
  write(file: string, revision: string, text: string): Promise<ServerFile>;
}

export interface FileState {
  content: Value | undefined;
  text: string;
  revision: string;
  issues: Issue[];
  saving: boolean;
  canUndo: boolean;
  canRedo: boolean;
  conflict: Conflict | null;
  error: Error | null;
}
