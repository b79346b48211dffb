import { type ReactNode, useEffect, useMemo, useSyncExternalStore } from "react";
import { useMay } from "../api/session";
import { Problem } from "../shell/Problem";
import { Waiting } from "../shell/Waiting";
import { ConflictDialog } from "./ConflictDialog";
import { FileContext } from "./context";
import { fileStore } from "./files";
import { useFileNews } from "./useFileNews";

/** Opens a file of the app for the forms within: they read it with `useContent`, and change it with `useEdit`. */
export function OpenFile({ file, children }: { file: string; children: ReactNode }) {
  const store = fileStore(file);
  const state = useSyncExternalStore(store.subscribe, store.state);
  const readOnly = !useMay("edit");
  const opened = useMemo(() => ({ store, readOnly }), [store, readOnly]);
  useFileNews();
  useEffect(() => {
    void store.load();
  }, [store]);
  if (state.error && state.content === undefined) {
    return <Problem error={state.error} retry={() => void store.load()} />;
  }
  if (state.content === undefined) return <Waiting />;
  return (
    <FileContext value={opened}>
      {children}
      {state.conflict && <ConflictDialog conflict={state.conflict} store={store} />}
    </FileContext>
  );
}
