import type { Issue } from "../api/shapes";
import type { Edit } from "./edits";
import type { Value } from "./value";

/** One file as the server has it. */
export interface ServerFile {
  revision: string;
  text: string;
  content: Value;
  issues: Issue[];
  /** Whether what was done was merged with what somebody else had changed meanwhile. */
  merged?: boolean;
  /** The text with theirs alone, where it was. */
  before?: string;
  /** The text with ours alone, and its revision: what is edited meanwhile is of that one. */
  yours?: string;
  yours_revision?: string;
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
  /** `merge`: into what others have made of the file since that revision. */
  write(file: string, revision: string, text: string, merge: boolean): Promise<ServerFile>;
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
