import type { Checked, Previewed } from "./ask";
import classes from "./Outcome.module.css";
import { shortValue } from "./shortValue";

interface OutcomeProps {
  checked: Checked | null;
  previewed: Previewed | null;
  showType: boolean;
}

/** Below an input: what is wrong with it, or what it gives. */
export function Outcome({ checked, previewed, showType }: OutcomeProps) {
  const problem = checked?.problems[0];
  if (problem) {
    return (
      <p className={classes.problem} role="alert">
        {problem.message}
      </p>
    );
  }
  const type = showType ? checked?.type : "";
  if (!type && !previewed) return null;
  return (
    <p className={classes.outcome}>
      {type && <span className={classes.type}>{type}</span>}
      {previewed && (
        <span className={classes.value}>
          {shortValue(previewed.value)} <i>in the last run</i>
        </span>
      )}
    </p>
  );
}
