import { Said } from "../../desk/Said";
import { StateMark } from "../../desk/StateMark";
import { shortValue } from "../../expression/shortValue";
import { useShown } from "../run/ShownRun";
import { lookOf, took } from "../run/trace";
import { type Path, pathKey } from "../value";
import classes from "./StepTrace.module.css";

/** How the step went in the run that is shown: its state, its time; below, what came of it. */
export function StepTrace({ path }: { path: Path }) {
  const { trace, isOlder } = useShown();
  if (!trace) return null;
  const entries = trace.get(pathKey(path));
  const look = lookOf(entries);
  const last =
    entries?.findLast((entry) => entry.state === (look === "failed" ? "failed" : entry.state)) ?? entries?.at(-1);
  const ms = entries?.reduce((sum, entry) => sum + (entry.ms ?? 0), 0);
  return (
    <div className={classes.trace} data-look={look}>
      <span className={classes.line}>
        <StateMark state={look} short />
        {entries && entries.length > 1 && <span>{entries.length}×</span>}
        {last?.taken && <span>from the earlier run</span>}
        {!last?.taken && look !== "skipped" && look !== "not reached" && <span>{took(ms)}</span>}
        {look === "skipped" && <span>skipped</span>}
        {look === "not reached" && <span>{isOlder ? "not in this run" : "not reached"}</span>}
      </span>
      {last?.error ? (
        <span className={classes.error}>
          <Said text={last.error.message} />
        </span>
      ) : (
        <>
          {look === "skipped" && last?.why_not?.[0] && (
            <span className={classes.why}>
              <Said text={last.why_not[0]} />
            </span>
          )}
          {last?.rounds !== undefined && last.rounds !== null && (
            <span className={classes.why}>
              {last.rounds}
              {last.items ? ` of ${last.items}` : ""} rounds
            </span>
          )}
          {last && "result" in last && last.result !== null && last.result !== undefined && (
            <code className={classes.result}>{shortValue(last.result)}</code>
          )}
        </>
      )}
    </div>
  );
}
