import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { StepEntry } from "../../desk/runs";
import { Said } from "../../desk/Said";
import { StateMark } from "../../desk/StateMark";
import { count, length, units } from "../../desk/times";
import { ValueTree } from "../../desk/ValueTree";
import classes from "./StepTree.module.css";

/** What each step did, those inside others below them; one can be opened for what went in and came out. */
export function StepTree({ entries, run }: { entries: StepEntry[]; run: string }) {
  return (
    <ol className={classes.steps}>
      {entries.map((entry, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an entry is its place in the journal
        <Step key={`${at} ${entry.address}`} entry={entry} number={at + 1} run={run} />
      ))}
    </ol>
  );
}

function Step({ entry, number, run }: { entry: StepEntry; number: number; run: string }) {
  const [isOpen, setOpen] = useState(Boolean(entry.error || entry.why_not?.length));
  const inner = entry.steps ?? [];
  return (
    <li className={classes.step}>
      <button type="button" className={classes.head} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span className={classes.number}>{entry.round == null ? number : entry.round + 1}</span>
        <span className={classes.do}>{entry.do.replaceAll("_", " ")}</span>
        <span className={classes.time}>
          {entry.state !== "skipped" && `${length(entry.ms ?? 0)} · ${units(entry.workload ?? 0)}`}
        </span>
        <StateMark state={entry.state ?? ""} />
      </button>
      {isOpen && (
        <div className={classes.inside}>
          {entry.why_not?.map((sentence) => (
            <p key={sentence} className={classes.why}>
              <Said text={sentence} />
            </p>
          ))}
          {entry.error && (
            <p className={classes.error}>
              <Said text={String(entry.error.message)} />
            </p>
          )}
          {entry.condition === true && <p className={classes.note}>Its condition was yes.</p>}
          {entry.condition_of_event === false && <p className={classes.note}>The event's own condition was no.</p>}
          {entry.attempts != null && <p className={classes.note}>Tried {entry.attempts} times.</p>}
          {Object.entries(entry.inputs ?? {}).map(([name, value]) => (
            <ValueTree key={name} name={name} value={value} />
          ))}
          {entry.result !== undefined && <ValueTree name="→ result" value={entry.result} />}
          {entry.rounds != null && (
            <p className={classes.note}>
              {count(entry.rounds)}
              {entry.items != null && ` of ${count(entry.items)}`} rounds
              {entry.failures ? `, ${entry.failures} failed` : ""}
            </p>
          )}
          <Link
            className={classes.link}
            to={`/workflows/${entry.workflow_path}`}
            search={(({ env }: { env?: string }) => ({ env, run, at: entry.path.join("/") })) as never}
          >
            Show the step in its workflow
          </Link>
        </div>
      )}
      {inner.length > 0 && <StepTree entries={inner} run={run} />}
    </li>
  );
}
