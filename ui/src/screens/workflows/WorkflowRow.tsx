import { memo } from "react";
import type { WorkflowInfo } from "../../api/shapes";
import classes from "./Rows.module.css";
import { titleOf } from "./tree";
import { triggerLook } from "./triggers";
import { WorkflowLink } from "./WorkflowLink";
import { WorkflowMenu } from "./WorkflowMenu";

interface WorkflowRowProps {
  workflow: WorkflowInfo;
  href: string;
  isOpen: boolean;
  depth: number;
  withFolder?: boolean;
}

/** One workflow in the list. */
export const WorkflowRow = memo(function WorkflowRow({ workflow, href, isOpen, depth, withFolder }: WorkflowRowProps) {
  const { icon: Icon, label } = triggerLook(workflow.trigger);
  return (
    <div className={classes.row} data-open={isOpen || undefined} data-disabled={workflow.disabled || undefined}>
      <WorkflowLink
        path={workflow.path}
        href={href}
        data-row
        className={classes.link}
        style={{ paddingLeft: (depth ? 11 : 6) + depth * 14 }}
        aria-current={isOpen ? "page" : undefined}
        title={`${titleOf(workflow)} (${workflow.path}, ${label})${workflow.note ? `\n\n${workflow.note}` : ""}`}
      >
        <span className={classes.mark} data-color={workflow.color || undefined}>
          <Icon size={15} stroke={1.6} />
        </span>
        <span className={classes.name}>
          {titleOf(workflow)}
          {withFolder && workflow.folder && <span className={classes.where}>{workflow.folder}</span>}
        </span>
        {workflow.disabled && <span className={classes.off}>off</span>}
        {workflow.issues > 0 && (
          <span className={classes.issues} title={`${workflow.issues} issues`}>
            {workflow.issues}
          </span>
        )}
      </WorkflowLink>
      <WorkflowMenu workflow={workflow} isOpen={isOpen} />
    </div>
  );
});
