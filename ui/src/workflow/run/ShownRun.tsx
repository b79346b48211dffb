import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { useApp } from "../../api/app";
import { get } from "../../api/client";
import { useEnvironment } from "../../api/environment";
import type { Run, StepEntry } from "../../api/shapes";
import { FromStepDialog } from "./FromStepDialog";
import { hasEnded, traceOf } from "./trace";

/** The run whose trace lies over the chain. */
export interface Shown {
  id: string;
  run: Run | null;
  error: Error | null;
  trace: ReadonlyMap<string, StepEntry[]> | null;
  /** Whether the app has changed since: what it holds now the run need not have had. */
  isOlder: boolean;
  show: (id: string) => void;
  /** Asks whether to run it again from a step of the chain. */
  runFrom: (step: number) => void;
}

const NOTHING: Shown = {
  id: "",
  run: null,
  error: null,
  trace: null,
  isOlder: false,
  show: () => {},
  runFrom: () => {},
};
const ShownContext = createContext<Shown>(NOTHING);

export const useShown = (): Shown => useContext(ShownContext);

export function ShownRun({ children }: { children: ReactNode }) {
  const env = useEnvironment();
  // Who comes from the list of runs (`?run=…`) sees that one.
  const { run: asked } = useSearch({ strict: false }) as { run?: string };
  const [id, show] = useState(asked ?? "");
  const [from, runFrom] = useState<number | null>(null);
  useEffect(() => {
    if (asked) show(asked);
  }, [asked]);
  const { data, error } = useQuery({
    queryKey: ["runs", env, "run", id],
    queryFn: ({ signal }) => get<Run>(`/${env}/runs/${encodeURIComponent(id)}`, undefined, signal),
    enabled: id !== "",
    // News of runs make it stale; this is for the moment before the first of them.
    refetchInterval: ({ state }) => (state.data && hasEnded(state.data.state) ? false : 400),
  });
  const run = id && data ? data : null;
  const trace = useMemo(() => (run ? traceOf(run) : null), [run]);
  const { revision } = useApp();
  const isOlder = run !== null && run.definition !== revision;
  const shown = useMemo(() => ({ id, run, error, trace, isOlder, show, runFrom }), [id, run, error, trace, isOlder]);
  return (
    <ShownContext value={shown}>
      {children}
      {run && from !== null && <FromStepDialog run={run} step={from} close={() => runFrom(null)} opened={show} />}
    </ShownContext>
  );
}
