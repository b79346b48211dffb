import { useLocation, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import type { WorkflowInfo } from "../api/shapes";
import { Canvas } from "./canvas/Canvas";
import { OpenContext, useActions, useOpenFile, WorkflowContext } from "./context";
import { EditorHead } from "./EditorHead";
import { OpenFile } from "./OpenFile";
import { Panel } from "./panel/Panel";
import { RunDock } from "./run/RunDock";
import { ShownRun } from "./run/ShownRun";
import { Selection } from "./Selection";
import { stepAt } from "./steps";
import { pathOf } from "./value";
import classes from "./WorkflowEditor.module.css";

/** One workflow: its head, its canvas, its last runs, and the panel of what is selected. */
export function WorkflowEditor({ workflow }: { workflow: WorkflowInfo }) {
  return (
    <OpenFile file={workflow.file}>
      <Opened workflow={workflow} />
    </OpenFile>
  );
}

function Opened({ workflow }: { workflow: WorkflowInfo }) {
  const { store, readOnly } = useOpenFile();
  const selection = useMemo(() => new Selection(), []);
  const actions = useActions();
  const { at } = useSearch({ strict: false }) as { at?: string };
  const visit = useLocation({ select: (location) => location.state.__TSR_key ?? "" });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a second visit of the same place goes there again
  useEffect(() => {
    if (at === undefined) return;
    const path = pathOf(at);
    selection.select(stepAt(path) ?? [], path);
  }, [at, visit, selection]);
  useEffect(() => store.onMoved((where) => selection.follow(where)), [store, selection]);
  const open = useMemo(() => ({ store, selection, readOnly, actions }), [store, selection, readOnly, actions]);
  return (
    <OpenContext value={open}>
      <WorkflowContext value={workflow}>
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
      </WorkflowContext>
    </OpenContext>
  );
}
