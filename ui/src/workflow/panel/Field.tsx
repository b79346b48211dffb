import { Tooltip } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Said } from "../../desk/Said";
import { type Path, pathKey } from "../value";
import classes from "./Field.module.css";
import { IssueLines } from "./IssueLines";

interface FieldProps {
  label: string;
  doc?: string;
  type?: string;
  required?: boolean;
  path: Path;
  /** Takes the property out of the file; offered where it is given. */
  remove?: (() => void) | undefined;
  /** Whether it holds entries that show their own issues. */
  hasEntries?: boolean;
  children: ReactNode;
}

/** One property: its label, its input, what is wrong with it. */
export function Field({ label, doc, type, required, path, remove, hasEntries = false, children }: FieldProps) {
  return (
    <div className={classes.field} data-at={pathKey(path)}>
      {label && (
        <div className={classes.head}>
          <Tooltip label={<Said text={doc ?? ""} />} disabled={!doc} multiline maw={300} position="top-start">
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard reaches the input itself */}
            {/* biome-ignore lint/a11y/noStaticElementInteractions: inputs carry the label's text as their own name */}
            <span
              className={classes.label}
              data-doc={doc ? true : undefined}
              onClick={(event) =>
                event.currentTarget
                  .closest("[data-at]")
                  ?.querySelector<HTMLElement>("input, textarea, [contenteditable='true']")
                  ?.focus()
              }
            >
              {label}
              {required && (
                <b title="Required" className={classes.required}>
                  *
                </b>
              )}
            </span>
          </Tooltip>
          {type && <span className={classes.type}>{type}</span>}
          {remove && (
            <button type="button" className={classes.remove} aria-label={`Remove ${label}`} onClick={remove}>
              <IconX size={12} stroke={2} />
            </button>
          )}
        </div>
      )}
      {children}
      <IssueLines path={path} exact={hasEntries} />
    </div>
  );
}
