import { IconChevronRight, IconFolder } from "@tabler/icons-react";
import classes from "./Rows.module.css";
import type { Folder } from "./tree";
import { WorkflowRow } from "./WorkflowRow";

interface FolderRowsProps {
  folder: Folder;
  depth: number;
  closed: readonly string[];
  toggle: (folder: string) => void;
  openPath: string;
  addressOf: (path: string) => string;
}

/** What a folder holds: folders first, then workflows. */
export function FolderRows({ folder, depth, closed, toggle, openPath, addressOf }: FolderRowsProps) {
  return (
    <>
      {folder.folders.map((inner) => {
        const isClosed = closed.includes(inner.path);
        return (
          <div key={inner.path}>
            <button
              type="button"
              data-row
              className={classes.folder}
              style={{ paddingLeft: 6 + depth * 14 }}
              aria-expanded={!isClosed}
              onClick={() => toggle(inner.path)}
            >
              <IconChevronRight size={13} className={classes.chevron} data-open={!isClosed || undefined} />
              <IconFolder size={15} stroke={1.6} />
              <span className={classes.name}>{inner.name}</span>
              <span className={classes.count}>{inner.count}</span>
            </button>
            {!isClosed && (
              <FolderRows
                folder={inner}
                depth={depth + 1}
                closed={closed}
                toggle={toggle}
                openPath={openPath}
                addressOf={addressOf}
              />
            )}
          </div>
        );
      })}
      {folder.workflows.map((workflow) => (
        <WorkflowRow
          key={workflow.path}
          workflow={workflow}
          href={addressOf(workflow.path)}
          isOpen={workflow.path === openPath}
          depth={depth}
        />
      ))}
    </>
  );
}
