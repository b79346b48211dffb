import { ActionIcon, Switch, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp, IconArrowLeft } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useContent, useEdit, useFileState, useOpenFile, useWorkflow } from "./context";
import classes from "./EditorHead.module.css";
import { InlineText } from "./InlineText";
import { RunButton } from "./run/RunButton";

/** The open workflow's name, whether it is on, undo and redo, and the way to run it. */
export function EditorHead() {
  const workflow = useWorkflow();
  const { store, readOnly } = useOpenFile();
  const { canUndo, canRedo, saving } = useFileState();
  const content = useContent();
  const edit = useEdit();
  const disabled = content.disabled === true;
  return (
    <header className={classes.head}>
      <VisuallyHidden component="h1">{String(content.label ?? workflow.id)}</VisuallyHidden>
      <Link to="/workflows" className={classes.back}>
        <IconArrowLeft size={17} stroke={1.7} aria-label="All workflows" />
      </Link>
      <div className={classes.names}>
        <InlineText
          label="The workflow's name"
          value={String(content.label ?? "")}
          placeholder={workflow.id}
          readOnly={readOnly}
          keep={(label) => edit([{ op: "set", path: ["label"], value: label }])}
        />
        <span className={classes.path}>{workflow.path}</span>
      </div>
      <span className={classes.saving} role="status">
        {saving ? "Saving…" : "Saved"}
      </span>
      <Tooltip label="Undo (Ctrl+Z)">
        <ActionIcon aria-label="Undo" disabled={!canUndo || readOnly} onClick={() => void store.undo()}>
          <IconArrowBackUp size={17} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Redo (Ctrl+Shift+Z)">
        <ActionIcon aria-label="Redo" disabled={!canRedo || readOnly} onClick={() => void store.redo()}>
          <IconArrowForwardUp size={17} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
      <Switch
        label={disabled ? "Off" : "On"}
        aria-label="Enabled"
        checked={!disabled}
        disabled={readOnly}
        onChange={() =>
          edit([disabled ? { op: "remove", path: ["disabled"] } : { op: "set", path: ["disabled"], value: true }])
        }
      />
      <RunButton />
    </header>
  );
}
