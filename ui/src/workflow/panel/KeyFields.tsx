import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import type { KeyInfo } from "../../api/shapes";
import { useEdit, useOpenFile } from "../context";
import { isMapping, type Mapping, type Path, type Value } from "../value";
import { KeyField } from "./KeyField";
import classes from "./Rows.module.css";

interface KeyFieldsProps {
  keyInfo: KeyInfo;
  path: Path;
  value: Value | undefined;
  label: string;
  /** Without a frame and a way to remove it: what holds it has both, or needs neither. */
  isPlain?: boolean;
}

/** A key of a file that holds further keys, such as `retry` or `verify`: a form of what the catalogue says of them. */
export function KeyFields({ keyInfo, path, value, label, isPlain = false }: KeyFieldsProps) {
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const isGiven = value !== undefined && value !== null;
  // A lone value stands for the short key.
  const now: Mapping = isMapping(value) ? value : isGiven && keyInfo.short ? { [keyInfo.short]: value } : {};
  const start = () => {
    const first = keyInfo.keys.find((one) => one.name === keyInfo.short) ?? keyInfo.keys[0];
    const begin = first?.words[0] ?? first?.default ?? "";
    edit([{ op: "set", path, value: first ? { [first.name]: begin as Value } : {} }]);
  };
  if (!isGiven) {
    if (readOnly) return null;
    return (
      <Button
        variant="subtle"
        size="compact-xs"
        mb={8}
        leftSection={<IconPlus size={12} />}
        onClick={start}
        title={keyInfo.doc}
      >
        {label}
      </Button>
    );
  }
  const fields = keyInfo.keys.map((one) => (
    <KeyField
      key={one.name}
      keyInfo={one}
      path={[...path, one.name]}
      value={now[one.name]}
      whole={isMapping(value) ? undefined : (next) => ({ ...now, [one.name]: next })}
    />
  ));
  if (isPlain) return fields;
  return (
    <fieldset className={classes.entry} style={{ margin: "0 0 12px" }}>
      <div className={classes.entryHead}>
        <b>{label}</b>
        {!readOnly && (
          <Button variant="subtle" color="gray" size="compact-xs" onClick={() => edit([{ op: "remove", path }])}>
            Remove
          </Button>
        )}
      </div>
      {fields}
    </fieldset>
  );
}
