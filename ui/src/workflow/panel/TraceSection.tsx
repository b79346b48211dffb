import { ActionIcon } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { Said } from "../../desk/Said";
import { StateMark } from "../../desk/StateMark";
import { useShown } from "../run/ShownRun";
import { lookOf, took } from "../run/trace";
import { ValueView } from "../run/ValueView";
import { type Path, pathKey } from "../value";
import { Section } from "./Section";
import classes from "./TraceSection.module.css";

/** What the step did in the run that is shown: condition, inputs, result, error, for each round. */
export function TraceSection({ path }: { path: Path }) {
  const { trace, run, isOlder } = useShown();
  const [round, setRound] = useState(0);
  if (!trace || !run) return null;
  const entries = trace.get(pathKey(path)) ?? [];
  const entry = entries[Math.min(round, entries.length - 1)];
  if (!entry) {
    return (
      <div className={classes.trace}>
        <StateMark state="not reached" short />{" "}
        {isOlder
          ? "This step was added after this run, or the run did not come to it."
          : "This run did not come to this step."}
      </div>
    );
  }
  const inputs = Object.entries(entry.inputs ?? {});
  return (
    <div className={classes.box}>
      <div className={classes.trace}>
        <StateMark state={lookOf([entry])} short />
        <b>{entry.state}</b>
        {entry.state !== "skipped" && <span>{took(entry.ms ?? 0)}</span>}
        {entry.workload ? <span>{entry.workload.toFixed(2)} WU</span> : null}
        {entries.length > 1 && (
          <span className={classes.rounds}>
            <ActionIcon size="xs" aria-label="Former round" disabled={round === 0} onClick={() => setRound(round - 1)}>
              <IconChevronLeft size={13} />
            </ActionIcon>
            {Math.min(round, entries.length - 1) + 1} of {entries.length}
            <ActionIcon
              size="xs"
              aria-label="Next round"
              disabled={round >= entries.length - 1}
              onClick={() => setRound(round + 1)}
            >
              <IconChevronRight size={13} />
            </ActionIcon>
          </span>
        )}
      </div>
      {entry.condition !== undefined && entry.condition !== null && (
        <p className={classes.line}>
          The condition was <b>{entry.condition ? "yes" : "no"}</b>. <Said text={(entry.why_not ?? []).join(" ")} />
        </p>
      )}
      {entry.condition_of_event === false && <p className={classes.line}>The condition of the event was no.</p>}
      {entry.error && (
        <p className={classes.error}>
          <Said text={entry.error.message} />
        </p>
      )}
      {(entry.failed_attempts?.length ?? 0) > 0 && (
        <p className={classes.line}>It was tried {(entry.failed_attempts?.length ?? 0) + 1} times.</p>
      )}
      {"result" in entry && entry.result !== undefined && <Named name="Result" value={entry.result} />}
      {inputs.length > 0 && (
        <Section title="Inputs" note={`${inputs.length}`}>
          {inputs.map(([name, value]) => (
            <Named key={name} name={name} value={value} />
          ))}
        </Section>
      )}
    </div>
  );
}

function Named({ name, value }: { name: string; value: unknown }) {
  return (
    <div className={classes.named}>
      <b>{name}</b>
      <ValueView value={value} />
    </div>
  );
}
