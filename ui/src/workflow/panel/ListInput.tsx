import { ActionIcon, Button } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useEdit, useOpenFile } from "../context";
import type { Path, Value } from "../value";
import { Expression } from "./Expression";
import { IssueLines } from "./IssueLines";
import classes from "./Rows.module.css";

interface ListInputProps {
  label: string;
  path: Path;
  items: Value[];
  type: string;
  change: (value: Value | undefined) => void;
}

/** Several values in a row, each on its own. */
export function ListInput({ label, path, items, type, change }: ListInputProps) {
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const one = type.replace(/^list of /, "");
  return (
    <div className={classes.rows}>
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an entry is known by its place
        <div key={index} className={classes.row}>
          <div className={classes.grow}>
            <Expression
              label={`${label} ${index + 1}`}
              path={[...path, index]}
              value={item}
              type={one}
              change={(value) => edit([{ op: "set", path: [...path, index], value: value ?? "" }], path.join("/"))}
            />
            <IssueLines path={[...path, index]} />
          </div>
          {!readOnly && (
            <ActionIcon
              size="sm"
              aria-label={`Remove entry ${index + 1}`}
              onClick={() => (items.length > 1 ? edit([{ op: "remove", path: [...path, index] }]) : change(undefined))}
            >
              <IconX size={13} />
            </ActionIcon>
          )}
        </div>
      ))}
      {!readOnly && (
        <Button
          variant="subtle"
          size="compact-xs"
          w="fit-content"
          leftSection={<IconPlus size={12} />}
          onClick={() => edit([{ op: "insert", path, index: items.length, value: "" }])}
        >
          Add an entry
        </Button>
      )}
    </div>
  );
}
