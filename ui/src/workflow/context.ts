import { createContext, useContext, useMemo, useSyncExternalStore } from "react";
import { useCatalogue } from "../api/app";
import type { Action, Issue, WorkflowInfo } from "../api/shapes";
import type { Edit } from "./edits";
import type { FileStore } from "./FileStore";
import type { FileState } from "./fileState";
import type { Selection } from "./Selection";
import { stepAt } from "./steps";
import { isMapping, isWithin, type Mapping, type Path, pathKey } from "./value";

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
  selection: Selection;
  actions: ReadonlyMap<string, Action>;
}

export const OpenContext = createContext<Open | null>(null);

export function useOpen(): Open {
  const open = useContext(OpenContext);
  if (!open) throw new Error("No workflow is open here.");
  return open;
}

/** The workflow that is open, as the list has it. */
export const WorkflowContext = createContext<WorkflowInfo | null>(null);

export function useWorkflow(): WorkflowInfo {
  const workflow = useContext(WorkflowContext);
  if (!workflow) throw new Error("No workflow is open here.");
  return workflow;
}

export function useFileState(): FileState {
  const { store } = useOpenFile();
  return useSyncExternalStore(store.subscribe, store.state);
}

/** A part of the file's state: who asks for it is drawn again only when that part is another one. */
function useFilePart<T>(part: (state: FileState) => T): T {
  const { store } = useOpenFile();
  return useSyncExternalStore(store.subscribe, () => part(store.state()));
}

/** The file's content; `{}` before it is there. */
export const useContent = (): Mapping => useFilePart(({ content }) => (isMapping(content) ? content : EMPTY));

const EMPTY: Mapping = {};

/** Makes edits of the open file. */
export function useEdit(): (edits: readonly Edit[], group?: string) => void {
  const { store, readOnly } = useOpenFile();
  return useMemo(() => (edits, group) => (readOnly ? undefined : store.edit(edits, group)), [store, readOnly]);
}

/** The issues at a place and within it. */
export function useIssuesWithin(path: Path): Issue[] {
  const issues = useFilePart((state) => state.issues);
  return useMemo(() => issues.filter((issue) => isWithin(issue.path, path)), [issues, path]);
}

/** The issues of one step, without those of steps that it holds. */
export const useStepIssues = (path: Path): readonly Issue[] =>
  useFilePart(({ issues }) => issuesByStep(issues).get(pathKey(path)) ?? NO_ISSUES);

const NO_ISSUES: readonly Issue[] = [];
const byStep = new WeakMap<readonly Issue[], Map<string, Issue[]>>();

/** Issues by the step that they are about, gathered once for all cards. */
function issuesByStep(issues: readonly Issue[]): Map<string, Issue[]> {
  const known = byStep.get(issues);
  if (known) return known;
  const found = new Map<string, Issue[]>();
  for (const issue of issues) {
    const key = pathKey(stepAt(issue.path) ?? []);
    found.set(key, [...(found.get(key) ?? []), issue]);
  }
  byStep.set(issues, found);
  return found;
}

export function useActions(): ReadonlyMap<string, Action> {
  const { actions } = useCatalogue();
  return useMemo(() => new Map(actions.map((action) => [action.do, action])), [actions]);
}
