import { useSyncExternalStore } from "react";

/** Requests that met the end of the session: each goes on once somebody is in again. */
let waiting: (() => void)[] = [];
const watchers = new Set<() => void>();

function changed(): void {
  for (const watcher of watchers) watcher();
}

/** Waits until somebody has logged in again. */
export function untilBackIn(): Promise<void> {
  return new Promise((done) => {
    waiting.push(done);
    changed();
  });
}

/** Somebody is in again: whatever waited for that goes on. */
export function backIn(): void {
  const all = waiting;
  waiting = [];
  for (const done of all) done();
  changed();
}

/** Whether the session has ended while its page is open. */
export function useIsOver(): boolean {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => waiting.length > 0,
  );
}
