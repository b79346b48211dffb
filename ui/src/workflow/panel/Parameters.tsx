import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useEdit, useOpenFile } from "../context";
import { freeName } from "../steps";
import { isMapping, type Path, type Value } from "../value";
import { ParameterRow } from "./ParameterRow";
import classes from "./Rows.module.css";

export type ParameterKey = "optional" | "secret" | "query";

interface ParametersProps {
  path: Path;
  value: Value | undefined;
  what: string;
  keys: readonly ParameterKey[];
}

/** Names with their types: what a workflow is given, what an event returns. */
export function Parameters({ path, value, what, keys }: ParametersProps) {
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const all = isMapping(value) ? value : {};
  const names = Object.keys(all);
  const [added, setAdded] = useState("");
  return (
    <div className={classes.rows} style={{ paddingBottom: 10 }}>
      {names.map((name) => (
        <ParameterRow
          key={name}
          name={name}
          others={names}
          value={all[name] ?? null}
          path={[...path, name]}
          keys={keys}
          what={what}
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
            const name = freeName(what.split(" ")[0] ?? "", new Set(names));
            setAdded(name);
            edit([{ op: "set", path: [...path, name], value: "text" }]);
          }}
        >
          Add a {what}
        </Button>
      )}
    </div>
  );
}
