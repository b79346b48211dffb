import { useMemo } from "react";
import type { Unnamed } from "../expression/unnamed";
import { useActions, useContent, useEdit, useOpenFile } from "./context";
import { unnamedResults } from "./unnamedResults";
import type { Path } from "./value";

/** The results of earlier steps that have no name yet, each with what gives it one. */
export function useUnnamed(path: Path): Unnamed[] {
  const { store, readOnly } = useOpenFile();
  const actions = useActions();
  const content = useContent();
  const edit = useEdit();
  return useMemo(
    () =>
      readOnly
        ? []
        : unnamedResults(content, path, actions).map(({ path: step, ...shown }) => ({
            ...shown,
            take: () => {
              edit([{ op: "set", path: [...step, "as"], value: shown.name }]);
              return store.idle();
            },
          })),
    [content, path, actions, edit, store, readOnly],
  );
}
