import { useLocation, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useMay } from "../api/session";
import type { WorkflowInfo } from "../api/shapes";
import { Problem } from "../shell/Problem";
import { Waiting } from "../shell/Waiting";
import { ConflictDialog } from "./ConflictDialog";
import { Canvas } from "./canvas/Canvas";
import { OpenContext, useActions } from "./context";
import { EditorHead } from "./EditorHead";
import { fileStore } from "./files";
import { Panel } from "./panel/Panel";
import { RunDock } from "./run/RunDock";
import { ShownRun } from "./run/ShownRun";
import { Selection } from "./Selection";
import { stepAt } from "./steps";
import { useFileNews } from "./useFileNews";
import { pathOf } from "./value";
import classes from "./WorkflowEditor.module.css";

/** One workflow: its head, its canvas, and the panel of what is selected. */
export function WorkflowEditor({ workflow }: { workflow: WorkflowInfo }) {
  const store = fileStore(workflow.file);
  const state = useSyncExternalStore(store.subscribe, store.state);
  const selection = useMemo(() => new Selection(), []);
  const actions = useActions();
  const readOnly = !useMay("edit");
  const { at } = useSearch({ strict: false }) as { at?: string };
  const visit = useLocation({ select: (location) => location.state.__TSR_key ?? "" });
  useFileNews();
  useEffect(() => {
    void store.load();
  }, [store]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a second visit of the same place goes there again
  useEffect(() => {
    if (at === undefined) return;
    const path = pathOf(at);
    selection.select(stepAt(path) ?? [], path);
  }, [at, visit, selection]);
  const open = useMemo(
    () => ({ workflow, store, selection, readOnly, actions }),
    [workflow, store, selection, readOnly, actions],
  );
  if (state.error && state.content === undefined) {
    return <Problem error={state.error} retry={() => void store.load()} />;
  }
  if (state.content === undefined) return <Waiting />;
  return (
    <OpenContext value={open}>
      <ShownRun>
        <section className={classes.editor} aria-label={workflow.label || workflow.id}>
          <EditorHead />
          <div className={classes.body}>
            <div className={classes.middle}>
              <Canvas />
              <RunDock />
            </div>
            <Panel />
          </div>
        </section>
      </ShownRun>
      {state.conflict && <ConflictDialog conflict={state.conflict} store={store} />}
    </OpenContext>
  );
}
