import { useEdit } from "../context";
import { type Path, pathKey, type Value } from "../value";
import { Expression } from "./Expression";
import { Field } from "./Field";

/** The condition of a step or of the workflow. */
export function Condition({ path, value }: { path: Path; value: Value | undefined }) {
  const edit = useEdit();
  return (
    <Field label="Only when" doc="A yes/no expression. Left empty: always." path={path} type="yes/no">
      <Expression
        label="Only when"
        path={path}
        value={value}
        type="yes_no"
        isCondition
        hint="always"
        change={(next) => {
          if (next !== undefined) edit([{ op: "set", path, value: next }], pathKey(path));
          else if (value !== undefined) edit([{ op: "remove", path }], pathKey(path));
        }}
      />
    </Field>
  );
}
