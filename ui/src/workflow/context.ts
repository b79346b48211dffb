import { createContext, useContext, useMemo, useSyncExternalStore } from "react";
import { useCatalogue } from "../api/app";
import type { Action, Issue, WorkflowInfo } from "../api/shapes";
import type { Edit } from "./edits";
import type { FileStore } from "./FileStore";
import type { FileState } from "./fileState";
import type { Selection } from "./Selection";
import { isMapping, isWithin, type Mapping, type Path } from "./value";

/** The file that forms read and edit. */
export interface OpenedFile {
  store: FileStore;
  readOnly: boolean;
}

export const FileContext = createContext<OpenedFile | null>(null);

export function useOpenFile(): OpenedFile {
  const file = useContext(FileContext);
  if (!file) throw new Error("No file is open here.");
  return file;
}

/** What the parts of one open workflow share. */
export interface Open extends OpenedFile {
  workflow: WorkflowInfo;
  selection: Selection;
  actions: ReadonlyMap<string, Action>;
}

export const OpenContext = createContext<Open | null>(null);

export function useOpen(): Open {
  const open = useContext(OpenContext);
  if (!open) throw new Error("No workflow is open here.");
  return open;
}

export function useFileState(): FileState {
  const { store } = useOpenFile();
  return useSyncExternalStore(store.subscribe, store.state);
}

/** The file's content; `{}` before it is there. */
export function useContent(): Mapping {
  const { content } = useFileState();
  return isMapping(content) ? content : EMPTY;
}

const EMPTY: Mapping = {};

/** Makes edits of the open file. */
export function useEdit(): (edits: readonly Edit[], group?: string) => void {
  const { store, readOnly } = useOpenFile();
  return useMemo(() => (edits, group) => (readOnly ? undefined : store.edit(edits, group)), [store, readOnly]);
}

/** The issues at a place and within it. */
export function useIssuesWithin(path: Path): Issue[] {
  const { issues } = useFileState();
  return useMemo(() => issues.filter((issue) => isWithin(issue.path, path)), [issues, path]);
}

export function useActions(): ReadonlyMap<string, Action> {
  const { actions } = useCatalogue();
  return useMemo(() => new Map(actions.map((action) => [action.do, action])), [actions]);
}
