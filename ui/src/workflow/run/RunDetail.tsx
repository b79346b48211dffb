import { ActionIcon, Button, Group, Tooltip } from "@mantine/core";
import { IconBookmarkPlus, IconExternalLink, IconRefresh, IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useEnvironment } from "../../api/environment";
import { tell } from "../../api/notify";
import { useMay } from "../../api/session";
import { Said } from "../../desk/Said";
import { StateMark } from "../../desk/StateMark";
import { RetryDialog } from "../../screens/runs/RetryDialog";
import { useContent, useEdit, useOpen } from "../context";
import { freeName } from "../steps";
import { isMapping, type Mapping } from "../value";
import classes from "./RunDetail.module.css";
import { useShown } from "./ShownRun";
import { failedStep, moment, took } from "./trace";
import { ValueView } from "./ValueView";

/** The run whose trace is shown: what came in, what was answered, why it ended so. */
export function RunDetail() {
  const { id, run, error, show } = useShown();
  const { readOnly, selection } = useOpen();
  const mayRun = useMay("operate");
  const content = useContent();
  const edit = useEdit();
  const env = useEnvironment();
  const [retrying, setRetrying] = useState(false);
  if (!id) return <p className={classes.hint}>Choose a run: what each step did then lies over the chain above.</p>;
  if (!run) return <p className={classes.hint}>{error ? error.message : "Loading…"}</p>;
  const keep = () => {
    const taken = isMapping(content.examples) ? Object.keys(content.examples) : [];
    const name = freeName("example", new Set(taken));
    edit([{ op: "set", path: ["examples", name], value: { parameters: run.parameters as Mapping } }]);
    tell(`Kept as ${name}: “Run” offers it.`);
  };
  const failed = failedStep(run);
  const answer = run.answer?.text || run.answer?.values;
  return (
    <div className={classes.detail}>
      {retrying && <RetryDialog env={env} id={run.id} close={() => setRetrying(false)} opened={show} />}
      <div className={classes.head}>
        <StateMark state={run.state} size={17} short />
        <b>{run.state}</b>
        <span>{moment(run.started_at ?? run.due_at)}</span>
        <span>{took(run.ms)}</span>
        <span>{run.workload.toFixed(2)} WU</span>
        <span>{run.user_label ? `as ${run.user_label}` : run.actor}</span>
        <Group gap={4} ml="auto" wrap="nowrap">
          {!readOnly && Object.keys(run.parameters).length > 0 && (
            <Tooltip label="Keep as an example">
              <ActionIcon aria-label="Keep as an example" onClick={keep}>
                <IconBookmarkPlus size={15} />
              </ActionIcon>
            </Tooltip>
          )}
          {run.can_retry && mayRun && (
            <Button
              variant="light"
              size="compact-xs"
              leftSection={<IconRefresh size={14} />}
              onClick={() => setRetrying(true)}
            >
              Retry…
            </Button>
          )}
          <Tooltip label="Open in Runs">
            <ActionIcon component={Link} to={`/runs/${run.id}`} aria-label="Open in Runs">
              <IconExternalLink size={15} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Take the trace away">
            <ActionIcon aria-label="Take the trace away" onClick={() => show("")}>
              <IconX size={15} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </div>
      {!run.is_current && (
        <p className={classes.old}>The app was changed since this run: steps may stand elsewhere now.</p>
      )}
      {(run.why || run.error) && (
        <p className={classes.why} data-state={run.state} role="status">
          <Said text={run.why || (run.error?.message ?? "")} />
          {failed && (
            <Button variant="subtle" size="compact-xs" ml={6} onClick={() => selection.select(failed)}>
              Go to the step
            </Button>
          )}
        </p>
      )}
      <div className={classes.columns}>
        <Values title="Parameters" value={run.parameters} />
        {run.answer && !run.error && (
          <Values title={`Answer${run.answer.status ? ` ${run.answer.status}` : ""}`} value={answer ?? {}} />
        )}
      </div>
    </div>
  );
}

function Values({ title, value }: { title: string; value: unknown }) {
  const isEmpty = value !== null && typeof value === "object" && !Object.keys(value).length;
  return (
    <section>
      <h2>{title}</h2>
      {isEmpty ? <span className={classes.none}>none</span> : <ValueView value={value} />}
    </section>
  );
}
