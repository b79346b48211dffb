import { ActionIcon } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useEdit } from "../context";
import { type Path, pathKey, type Value } from "../value";
import { IssueLines } from "./IssueLines";
import classes from "./Rows.module.css";
import { ValueInput } from "./ValueInput";

interface OneValueProps {
  name: string;
  label?: string;
  note: string;
  type: string;
  path: Path;
  value: Value | undefined;
  readOnly: boolean;
  remove?: () => void;
  /** What stands between the name and the value: the kind of change. */
  between?: ReactNode;
}

/** One named value in a box: its name, its type, its input. */
export function OneValue({ name, label, note, type, path, value, readOnly, remove, between }: OneValueProps) {
  const edit = useEdit();
  const key = pathKey(path);
  const change = (next: Value | undefined) => {
    if (next !== undefined) edit([{ op: "set", path, value: next }], key);
    else if (value !== undefined) edit([remove ? { op: "set", path, value: "" } : { op: "remove", path }], key);
  };
  const prop = {
    name,
    label: label ?? name,
    doc: "",
    required: false,
    default: null,
    of: "",
    secret: false,
    form: "expression",
    type,
    words: [],
    takes: "",
    required_without: [],
  };
  return (
    <div className={classes.entry} data-at={key}>
      <div className={classes.entryHead}>
        <b>{label ?? name}</b>
        <i>{note}</i>
        {between}
        {remove && !readOnly && (
          <ActionIcon size="sm" aria-label={`Remove ${label ?? name}`} onClick={remove}>
            <IconX size={13} />
          </ActionIcon>
        )}
      </div>
      <ValueInput prop={prop} path={path} step={path} value={value} given={{}} change={change} />
      <IssueLines path={path} />
    </div>
  );
}
