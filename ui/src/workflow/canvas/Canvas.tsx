import { useMemo, useRef, useState } from "react";
import { useContent, useOpen } from "../context";
import type { Spot } from "../value";
import { AddingContext } from "./adding";
import classes from "./Canvas.module.css";
import { StepList } from "./StepList";
import { TriggerCard } from "./TriggerCard";
import { useCanvasKeys } from "./useCanvasKeys";
import { useDropping } from "./useDropping";

const TOP = ["steps"] as const;

/** The trigger and the chain of steps, as a list that mouse and keyboard work alike on. */
export function Canvas() {
  const { selection } = useOpen();
  const content = useContent();
  const [spot, open] = useState<Spot | null>(null);
  const area = useRef<HTMLDivElement>(null);
  const adding = useMemo(() => ({ spot, open }), [spot]);
  const keys = useCanvasKeys(area, open);
  useDropping();
  return (
    <AddingContext value={adding}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a click beside the cards closes the panel */}
      <div
        ref={area}
        className={classes.canvas}
        onKeyDown={keys}
        onClick={(event) => {
          if (event.target === event.currentTarget) selection.select(null);
        }}
      >
        <div className={classes.chain}>
          <TriggerCard />
          <StepList path={TOP} steps={content.steps} />
        </div>
      </div>
    </AddingContext>
  );
}
