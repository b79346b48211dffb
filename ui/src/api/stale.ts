import type { QueryClient, QueryFilters } from "@tanstack/react-query";

/** First answers after which is asked once more; once, however much happens meanwhile. */
const waitedFor = new WeakSet<Promise<unknown>>();

/**
 * What was asked is not true any more: it is asked again, now if it is shown.
 *
 * A question that is out for the first time may have been answered already with what was before, and is not asked
 * anew by `invalidateQueries`, which trusts its answer: it is asked once more when that has come.
 */
export function makeStale(client: QueryClient, filters: QueryFilters): void {
  for (const query of client.getQueryCache().findAll(filters)) {
    const { promise, state } = query;
    if (!promise || state.data !== undefined || state.fetchStatus === "idle" || waitedFor.has(promise)) continue;
    waitedFor.add(promise);
    const again = () => void client.invalidateQueries({ queryKey: query.queryKey, exact: true });
    // Not before the answer is kept, which is after the promise tells it.
    promise.then(() => setTimeout(again)).catch(() => undefined);
  }
  void client.invalidateQueries(filters);
}
