import { ActionIcon, Tooltip } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { groupLook } from "../canvas/looks";
import { useContent, useOpen } from "../context";
import { useOpened, useVisit, useWanted } from "../Selection";
import { at, isMapping, pathKey } from "../value";
import { focusProperty } from "./focusProperty";
import classes from "./Panel.module.css";
import { PanelHead } from "./PanelHead";
import { StepPanel } from "./StepPanel";
import { TriggerPanel } from "./TriggerPanel";

/** The properties of what is selected. */
export function Panel() {
  const { selection, actions } = useOpen();
  const opened = useOpened(selection);
  const wanted = useWanted(selection);
  const visit = useVisit(selection);
  const content = useContent();
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (wanted) focusProperty(panel.current, pathKey(wanted));
  }, [wanted]);
  if (!opened) return null;
  const step = at(content, opened);
  if (!isMapping(step)) return null;
  const isTrigger = opened.length === 0;
  const action = actions.get(String(step.do ?? ""));
  const keys = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const card = document.querySelector<HTMLElement>(`[data-step="${pathKey(opened)}"]`);
    selection.select(null);
    card?.focus();
  };
  return (
    <aside ref={panel} className={classes.panel} aria-label={isTrigger ? "Trigger" : "Step"} onKeyDown={keys}>
      <PanelHead
        title={isTrigger ? "Trigger" : (action?.label ?? String(step.do ?? "Step"))}
        doc={isTrigger ? "" : (action?.doc ?? "")}
        color={isTrigger ? "var(--accent-text)" : groupLook(action?.group ?? "").color}
      >
        <Tooltip label="Close (Esc)">
          <ActionIcon aria-label="Close the panel" onClick={() => selection.select(null)}>
            <IconX size={16} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </PanelHead>
      <div className={classes.body} key={visit}>
        {isTrigger ? <TriggerPanel content={content} /> : <StepPanel path={opened} step={step} action={action} />}
      </div>
    </aside>
  );
}
