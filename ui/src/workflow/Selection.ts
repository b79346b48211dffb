import { useSyncExternalStore } from "react";
import { type Path, pathKey, pathOf, samePath } from "./value";

/** What is selected in one workflow: the step (or the trigger) whose panel is open, and further marked steps. */
export class Selection {
  /** The open step; an empty path is the trigger; null is nothing. */
  private open: Path | null = null;
  private marked = new Set<string>();
  /** The property to which the panel should go, as an address within the step. */
  private target: Path | null = null;
  /** Another one with each step that somebody goes to; the same while that step goes to another place of the file. */
  private visits = 0;
  private listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly opened = (): Path | null => this.open;
  readonly wanted = (): Path | null => this.target;
  readonly visit = (): number => this.visits;
  readonly markedKeys = (): ReadonlySet<string> => this.marked;

  select(path: Path | null, target: Path | null = null): void {
    if (!samePath(this.open, path)) this.visits += 1;
    this.open = path;
    this.target = target;
    this.marked = path?.length ? new Set([pathKey(path)]) : new Set();
    this.tell();
  }

  /** Adds a step to the marked ones, or takes it out again. */
  toggle(path: Path): void {
    const key = pathKey(path);
    const next = new Set(this.marked);
    if (!next.delete(key)) next.add(key);
    this.marked = next;
    this.open = next.has(key) ? path : this.open;
    this.tell();
  }

  mark(paths: readonly Path[]): void {
    this.marked = new Set(paths.map(pathKey));
    this.tell();
  }

  /** Steps stand elsewhere by now: what is selected stays selected, unless it is gone. */
  follow(where: (path: Path) => Path | null): void {
    const open = this.open && where(this.open);
    const marked = [...this.marked].map((key) => where(pathOf(key)));
    const keys = marked.flatMap((path) => (path ? [pathKey(path)] : []));
    if (samePath(open, this.open) && keys.every((key) => this.marked.has(key)) && keys.length === this.marked.size)
      return;
    this.open = open;
    this.target = null;
    this.marked = new Set(keys);
    this.tell();
  }

  isMarked(path: Path): boolean {
    return this.marked.has(pathKey(path));
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

export const useOpened = (selection: Selection): Path | null =>
  useSyncExternalStore(selection.subscribe, selection.opened);
export const useVisit = (selection: Selection): number => useSyncExternalStore(selection.subscribe, selection.visit);
export const useWanted = (selection: Selection): Path | null =>
  useSyncExternalStore(selection.subscribe, selection.wanted);
export const useMarked = (selection: Selection, path: Path): boolean =>
  useSyncExternalStore(selection.subscribe, () => selection.isMarked(path));
