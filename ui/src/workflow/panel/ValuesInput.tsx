import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useEdit, useOpenFile } from "../context";
import { freeName } from "../steps";
import { isMapping, type Path, pathKey, type Value } from "../value";
import { Expression } from "./Expression";
import { IssueLines } from "./IssueLines";
import type { InputProps } from "./inputs";
import classes from "./Rows.module.css";
import { useSelectedWhen } from "./useSelectedWhen";

/** Names of the maker's own choice, and their values. */
export function ValuesInput({ path, value, change }: InputProps) {
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const values = isMapping(value) ? value : {};
  const names = Object.keys(values);
  const [added, setAdded] = useState("");
  return (
    <div className={classes.rows}>
      {names.map((name) => (
        <Row
          key={name}
          name={name}
          names={names}
          path={[...path, name]}
          value={values[name] ?? null}
          isNew={name === added}
        />
      ))}
      {!readOnly && (
        <Button
          variant="subtle"
          size="compact-xs"
          w="fit-content"
          leftSection={<IconPlus size={12} />}
          onClick={() => {
            const name = freeName("value", new Set(names));
            setAdded(name);
            if (names.length) edit([{ op: "set", path: [...path, name], value: "" }]);
            else change({ [name]: "" });
          }}
        >
          Add a value
        </Button>
      )}
    </div>
  );
}

interface RowProps {
  name: string;
  names: string[];
  path: Path;
  value: Value;
  isNew: boolean;
}

function Row({ name, names, path, value, isNew }: RowProps) {
  const field = useSelectedWhen(isNew);
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const [text, setText] = useState(name);
  useEffect(() => setText(name), [name]);
  const rename = () => {
    const wanted = text.trim();
    if (wanted && wanted !== name && !names.includes(wanted)) edit([{ op: "rename", path, name: wanted }]);
    else setText(name);
  };
  return (
    <div className={classes.row} data-at={pathKey(path)}>
      <TextInput
        className={classes.name}
        ref={field}
        aria-label="Name of the value"
        value={text}
        readOnly={readOnly}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={rename}
        onKeyDown={(event) => event.key === "Enter" && rename()}
      />
      <div className={classes.grow}>
        <Expression
          label={`Value of ${name}`}
          path={path}
          value={value}
          type="any value"
          change={(next) => edit([{ op: "set", path, value: next ?? "" }], pathKey(path))}
        />
        <IssueLines path={path} />
      </div>
      {!readOnly && (
        <ActionIcon size="sm" aria-label={`Remove ${name}`} onClick={() => edit([{ op: "remove", path }])}>
          <IconX size={13} />
        </ActionIcon>
      )}
    </div>
  );
}
