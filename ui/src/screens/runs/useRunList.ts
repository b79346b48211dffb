import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useEvent } from "../../api/events";
import type { Environment } from "../../api/shapes";
import { askOutline, askRuns, type RunFilter } from "../../desk/runs";
import { PAGE, RunList } from "./RunList";

/** The list of an environment's runs under a filter; it follows what happens. */
export function useRunList(env: Environment, filter: RunFilter): RunList {
  const key = JSON.stringify(filter);
  const list = useMemo(() => {
    const wanted = JSON.parse(key) as RunFilter;
    return new RunList(
      {
        outline: (one) => askOutline(env, one, PAGE),
        page: (one, before) => askRuns(env, one, { before, limit: PAGE }),
      },
      wanted,
    );
  }, [env, key]);
  useEffect(() => void list.refresh(), [list]);
  useEvent(
    "runs",
    useMemo(() => () => void list.refresh(), [list]),
  );
  return list;
}

export const useListed = (list: RunList) => useSyncExternalStore(list.watch, list.state);
