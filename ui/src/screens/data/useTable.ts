import { useQueries } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { get } from "../../api/client";
import { useEnvironment } from "../../api/environment";
import { queryOf, type Row, type Table, type View } from "./table";

export const PAGE = 100;

/** The pages of a table that are looked at. Writes and runs make them stale. */
export function useTable(type: string, view: View, first: number, last: number) {
  const env = useEnvironment();
  const query = useMemo(() => queryOf(view), [view]);
  const pages: number[] = [];
  for (let page = Math.floor(first / PAGE); page <= Math.floor(Math.max(last, first) / PAGE); page += 1)
    pages.push(page);
  const answers = useQueries({
    queries: pages.map((page) => ({
      queryKey: ["data", env, type, query, page],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        get<Table>(`/${env}/data/${type}`, { ...query, cursor: page * PAGE, limit: PAGE }, signal),
      retry: false,
    })),
  });
  const known = useRef<Table | undefined>(undefined);
  const any = answers.find((one) => one.data)?.data;
  if (any) known.current = any;
  const labels = useMemo(() => {
    const all: Table["labels"] = {};
    for (const one of answers) {
      for (const [of, names] of Object.entries(one.data?.labels ?? {})) all[of] = { ...all[of], ...names };
    }
    return all;
  }, [answers]);
  const rowAt = (index: number): Row | undefined => {
    const at = pages.indexOf(Math.floor(index / PAGE));
    return answers[at]?.data?.rows[index % PAGE];
  };
  return {
    table: any ?? (known.current?.columns.length ? known.current : undefined),
    labels,
    total: any?.total ?? 0,
    error: answers.find((one) => one.error)?.error ?? null,
    isPending: answers.every((one) => one.isPending),
    rowAt,
  };
}
