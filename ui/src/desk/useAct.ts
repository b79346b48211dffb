import { useMutation, useQueryClient } from "@tanstack/react-query";
import { post, remove } from "../api/client";
import { tell } from "../api/notify";
import { makeStale } from "../api/stale";

interface Act<T> {
  /** The names of the questions whose answers change with it. */
  changes: string[];
  said?: (answer: T) => string;
  done?: (answer: T) => void;
  /** What goes wrong is shown where it was asked for, and not told beside. */
  quiet?: boolean;
}

/** A change on the server: `mutate([path, body])`. What it changes is asked again, and what was done is said. */
export function useAct<T = unknown>({ changes, said, done, quiet = false }: Act<T>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ([path, body]: [string, unknown?]) => post<T>(path, body),
    meta: { quiet },
    onSuccess: (answer) => {
      for (const name of changes) makeStale(client, { queryKey: [name] });
      if (said) tell(said(answer));
      done?.(answer);
    },
  });
}

/** The same for what goes away. */
export function useRemoval<T = unknown>({ changes, said, done }: Act<T>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ([path]: [string]) => remove<T>(path),
    onSuccess: (answer) => {
      for (const name of changes) makeStale(client, { queryKey: [name] });
      if (said) tell(said(answer));
      done?.(answer);
    },
  });
}
