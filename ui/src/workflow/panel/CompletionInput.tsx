import { useEdit } from "../context";
import { isMapping } from "../value";
import { Arguments } from "./ArgumentsInput";
import type { InputProps } from "./inputs";
import classes from "./Rows.module.css";
import { WorkflowSelect } from "./WorkflowSelect";

/** A workflow that runs afterwards, with its parameters. */
export function CompletionInput({ prop, path, value, change }: InputProps) {
  const edit = useEdit();
  const now = isMapping(value) ? value : {};
  const workflow = typeof value === "string" ? value : now.workflow;
  return (
    <div className={classes.rows}>
      <WorkflowSelect
        prop={{ ...prop, words: ["api"] }}
        value={workflow}
        change={(next) =>
          next === undefined ? change(undefined) : edit([{ op: "set", path, value: { ...now, workflow: next } }])
        }
      />
      {typeof workflow === "string" && (
        <Arguments of="workflow" path={[...path, "parameters"]} value={now.parameters} given={{ workflow }} />
      )}
    </div>
  );
}
