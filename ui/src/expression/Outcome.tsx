import type { ReactNode } from "react";
import type { Checked, Previewed } from "../api/shapes";
import { Said } from "../desk/Said";
import classes from "./Outcome.module.css";
import { shortValue } from "./shortValue";
import { spokenType } from "./spokenType";

interface OutcomeProps {
  checked: Checked | null;
  previewed: Previewed | null;
  told: readonly string[];
  showType: boolean;
  /** Says, and lets choose, what the preview was computed with; null where the value stands for no thing. */
  previewOf: ReactNode;
  /** Whether a run was chosen, so that it need not be the last. */
  isShown: boolean;
}

/** Below an input: what is wrong with it, or what it gives. */
export function Outcome({ checked, showType, isShown, previewOf, told, ...asked }: OutcomeProps) {
  // What is wrong has been said; a preview could only say it once more.
  const previewed = checked?.problems.some((one) => one.severity === "error") ? null : asked.previewed;
  const problem = checked?.problems.find((one) => !told.includes(one.message));
  if (problem) {
    return (
      <p className={classes.problem} data-severity={problem.severity} role="alert">
        <Said text={problem.message} />
      </p>
    );
  }
  const type = showType ? checked?.type : "";
  if (!type && !previewed && !previewOf) return null;
  return (
    <div className={classes.outcome}>
      {type && <span className={classes.type}>{spokenType(type)}</span>}
      {previewed && (previewed.note || previewed.run_id || previewed.sample || previewOf) && (
        <span className={classes.value}>
          {previewed.note ? <i>{previewed.note}</i> : shortValue(previewed.value)}{" "}
          {!previewed.note && !previewOf && <i>{whence(previewed, isShown)}</i>}
        </span>
      )}
      {previewOf}
    </div>
  );
}

/** What a preview was computed with, in words. */
function whence({ run_id, sample }: Previewed, isShown: boolean): string {
  const run = run_id ? `in the ${isShown ? "run that is shown" : "last run"}` : "";
  return sample ? [run, "with the detected request"].filter(Boolean).join(", ") : run;
}
