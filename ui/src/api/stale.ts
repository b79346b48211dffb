import type { QueryClient, QueryFilters } from "@tanstack/react-query";

/**
 * What was asked is not true any more: it is asked again, now if it is shown.
 *
 * A question that is out for the first time may have been answered already with what was before, and is not asked
 * anew by `invalidateQueries`, which trusts its answer: it is asked once more when that has come.
 */
export function makeStale(client: QueryClient, filters: QueryFilters): void {
  for (const query of client.getQueryCache().findAll(filters)) {
    if (query.state.data === undefined && query.state.fetchStatus !== "idle") {
      const again = () => void client.invalidateQueries({ queryKey: query.queryKey, exact: true });
      // Not before the answer is kept, which is after the promise tells it.
      query.promise?.then(() => setTimeout(again)).catch(() => undefined);
    }
  }
  void client.invalidateQueries(filters);
}
