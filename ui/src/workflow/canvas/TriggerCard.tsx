import { IconAlertTriangle, IconNote } from "@tabler/icons-react";
import { Said } from "../../desk/Said";
import { triggerLook } from "../../screens/workflows/triggers";
import { useContent, useIssuesWithin, useOpen, useWorkflow } from "../context";
import { useOpened } from "../Selection";
import { stepAt } from "../steps";
import { isMapping } from "../value";
import { Pieces } from "./Pieces";
import cards from "./StepCard.module.css";
import { piecesOf } from "./summary";
import classes from "./TriggerCard.module.css";
import { triggerSentence } from "./triggerSentence";

const NOWHERE = [] as const;

/** What starts the workflow, with what it is given and the condition. */
export function TriggerCard() {
  const workflow = useWorkflow();
  const { selection } = useOpen();
  const content = useContent();
  const opened = useOpened(selection);
  const trigger = String(content.trigger ?? "api");
  const look = triggerLook(trigger);
  const issues = useIssuesWithin(NOWHERE).filter((issue) => stepAt(issue.path) === null);
  const parameters = isMapping(content.parameters) ? Object.entries(content.parameters) : [];
  const Icon = look.icon;
  const isOpen = opened?.length === 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: the same kind of card as those of steps
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys of all cards are met in useCanvasKeys
    <div
      role="button"
      tabIndex={0}
      data-step=""
      className={`${cards.card} ${classes.trigger}`}
      data-marked={isOpen || undefined}
      data-issue={issues.length > 0 || undefined}
      data-color={typeof content.color === "string" ? content.color : undefined}
      aria-pressed={isOpen}
      aria-label={`Trigger: ${look.label}${issues.length ? `, ${issues.length} issues` : ""}`}
      onClick={() => selection.select([])}
    >
      <span className={`${cards.icon} ${classes.icon}`}>
        <Icon size={17} stroke={1.7} />
      </span>
      <div className={cards.text}>
        <div className={classes.kind}>{look.label}</div>
        <div className={cards.title}>{triggerSentence(content, workflow)}</div>
        {parameters.length > 0 && (
          <div className={classes.parameters}>
            {parameters.map(([name, one]) => (
              <span key={name} className={classes.parameter}>
                {name} <i>{String(isMapping(one) ? (one.type ?? "") : one)}</i>
              </span>
            ))}
          </div>
        )}
        {content.only_when !== undefined && content.only_when !== null && (
          <div className={cards.condition}>
            <b>only when</b> <Pieces pieces={piecesOf(content.only_when)} />
          </div>
        )}
        {typeof content.note === "string" && content.note && (
          <div className={cards.note}>
            <IconNote size={13} stroke={1.6} /> {content.note}
          </div>
        )}
        {issues.map((issue) => (
          <div key={`${issue.address}${issue.message}`} className={cards.issue} data-severity={issue.severity}>
            <IconAlertTriangle size={13} stroke={1.8} />{" "}
            <span>
              <Said text={issue.message} />
            </span>
          </div>
        ))}
      </div>
    </div>
  );
}
