import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { attachClosestEdge, extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { IconAlertTriangle, IconNote } from "@tabler/icons-react";
import { memo, useEffect, useRef, useState } from "react";
import { Said } from "../../desk/Said";
import { useOpen, useStepIssues } from "../context";
import { useMarked } from "../Selection";
import { spotAfter, spotBefore } from "../steps";
import { isWithin, type Mapping, type Path, pathKey } from "../value";
import { Blocks } from "./Blocks";
import { groupLook } from "./looks";
import { Pieces } from "./Pieces";
import classes from "./StepCard.module.css";
import { StepMenu } from "./StepMenu";
import { StepTrace } from "./StepTrace";
import { piecesOf, summaryOf } from "./summary";
import { isStepDrag } from "./useDropping";

/** One step: what it does, when, and what its result is called; below it what it holds. */
export const StepCard = memo(function StepCard({ path, step }: { path: Path; step: Mapping }) {
  const { actions, selection, readOnly } = useOpen();
  const action = actions.get(String(step.do ?? ""));
  const look = groupLook(action?.group ?? "");
  const isMarked = useMarked(selection, path);
  const issues = useStepIssues(path);
  const card = useRef<HTMLDivElement>(null);
  const edge = useDrag(card, path, readOnly);
  const lines = summaryOf(step, action);
  const title = action?.label ?? String(step.do ?? "A step without an action");
  const holds = (action?.holds ?? []).length > 0 || Array.isArray(step.steps);
  const Icon = look.icon;
  return (
    <div className={classes.step} data-block={holds || undefined} data-disabled={step.disabled === true || undefined}>
      <div className={classes.frame} data-marked={isMarked || undefined}>
        {/* biome-ignore lint/a11y/useSemanticElements: a button may not hold what a card shows */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys of all cards are met in useCanvasKeys */}
        <div
          ref={card}
          role="button"
          tabIndex={0}
          data-step={pathKey(path)}
          className={classes.card}
          data-marked={isMarked || undefined}
          data-issue={issues.length > 0 || undefined}
          data-edge={edge ?? undefined}
          aria-pressed={isMarked}
          aria-label={`Step ${Number(path.at(-1)) + 1}: ${title}${issues.length ? `, ${issues.length} issues` : ""}`}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey) selection.toggle(path);
            else selection.select(path);
          }}
        >
          <span className={classes.icon} style={{ "--group": look.color } as React.CSSProperties}>
            <Icon size={17} stroke={1.7} />
          </span>
          <div className={classes.text}>
            <div className={classes.title}>
              <span>{title}</span>
              {step.disabled === true && <span className={classes.tag}>off</span>}
              {typeof step.as === "string" && step.as && (
                <span className={classes.result} title={`Its result is called ${step.as}`}>
                  {step.as}
                </span>
              )}
            </div>
            {lines.length > 0 && (
              <div className={classes.summary}>
                {lines.map((pieces, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
                  <span key={index} className={classes.line}>
                    <Pieces pieces={pieces} />
                  </span>
                ))}
              </div>
            )}
            {step.only_when !== undefined && step.only_when !== null && (
              <div className={classes.condition}>
                <b>only when</b> <Pieces pieces={piecesOf(step.only_when)} />
              </div>
            )}
            {typeof step.note === "string" && step.note && (
              <div className={classes.note}>
                <IconNote size={13} stroke={1.6} /> {step.note}
              </div>
            )}
            {issues.map((issue) => (
              <div key={`${issue.address}${issue.message}`} className={classes.issue} data-severity={issue.severity}>
                <IconAlertTriangle size={13} stroke={1.8} />{" "}
                <span>
                  <Said text={issue.message} />
                </span>
              </div>
            ))}
          </div>
          <StepTrace path={path} />
        </div>
        {!readOnly && <StepMenu path={path} step={step} />}
      </div>
      {holds && <Blocks path={path} step={step} action={action} />}
    </div>
  );
});

/** Lets a card be dragged, and others be dropped before and after it. Gives the edge where one would land. */
function useDrag(card: React.RefObject<HTMLDivElement | null>, path: Path, readOnly: boolean): string | null {
  const [edge, setEdge] = useState<string | null>(null);
  useEffect(() => {
    const element = card.current;
    if (!element || readOnly) return;
    const stop = draggable({ element, getInitialData: () => ({ kind: "step", path }) });
    const stopTarget = dropTargetForElements({
      element,
      canDrop: ({ source }) => isStepDrag(source.data) && !isWithin(path, source.data.path),
      getData: ({ input }) => {
        const data = attachClosestEdge({}, { element, input, allowedEdges: ["top", "bottom"] });
        return { ...data, spot: extractClosestEdge(data) === "top" ? spotBefore(path) : spotAfter(path) };
      },
      onDrag: ({ self }) => setEdge(extractClosestEdge(self.data)),
      onDragLeave: () => setEdge(null),
      onDrop: () => setEdge(null),
    });
    return () => {
      stop();
      stopTarget();
    };
  }, [card, path, readOnly]);
  return edge;
}
