import { Button, Group } from "@mantine/core";
import { IconRotateClockwise } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useMay } from "../../api/session";
import type { Environment } from "../../api/shapes";
import { Callout } from "../../desk/Callout";
import { runQuery } from "../../desk/runs";
import { Said } from "../../desk/Said";
import { Facts, Id, Part, Side } from "../../desk/Side";
import { StateMark } from "../../desk/StateMark";
import { fullTime, length, units } from "../../desk/times";
import { ValueTree } from "../../desk/ValueTree";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import { RetryDialog } from "./RetryDialog";
import classes from "./RunInspector.module.css";
import { StepTree } from "./StepTree";

interface RunInspectorProps {
  env: Environment;
  id: string;
  open: (id: string) => void;
  close: () => void;
}

/** A run with all that is known of it: why it did not run or failed, what it was given, what each step did. */
export function RunInspector({ env, id, open, close }: RunInspectorProps) {
  const found = useQuery(runQuery(env, id));
  const mayOperate = useMay("operate");
  const [isRetrying, setRetrying] = useState(false);
  const run = found.data;
  if (!run) {
    return (
      <Side title="Run" close={close}>
        {found.error ? <Problem error={found.error} retry={() => void found.refetch()} /> : <Waiting />}
      </Side>
    );
  }
  const answer = run.answer && Object.keys((run.answer.values as object | undefined) ?? {}).length > 0;
  return (
    <Side
      close={close}
      title={
        run.workflow_path ? (
          <Link
            to={`/workflows/${run.workflow_path}`}
            search={(({ env }: { env?: string }) => ({ env, run: run.id })) as never}
          >
            {run.label}
          </Link>
        ) : (
          run.label
        )
      }
      actions={<StateMark state={run.state} />}
    >
      {run.why && (
        <div className={classes.why}>
          <Callout tone={run.error ? "bad" : run.state === "waiting" ? "info" : "warn"}>
            <Said text={run.why} />
          </Callout>
        </div>
      )}
      {mayOperate && run.can_retry && (
        <Group gap="xs" mb="sm">
          <Button leftSection={<IconRotateClockwise size={14} />} onClick={() => setRetrying(true)}>
            Retry…
          </Button>
        </Group>
      )}
      <Facts
        facts={[
          ["Started", run.started_at && fullTime(run.started_at)],
          ["Due", run.due_at && fullTime(run.due_at)],
          ["Took", run.ms !== null && length(run.ms)],
          ["Workload", run.workload ? units(run.workload) : ""],
          ["For", run.user_label || (run.actor === "admin" ? "the administrator" : "nobody")],
          ["Trigger", run.trigger.replaceAll("_", " ")],
          [
            "Begun by",
            run.parent_id &&
              (run.trigger === "batch" ? (
                <Link to={`/batches/${run.parent_id}`} search={onlyEnv}>
                  a batch
                </Link>
              ) : (
                <RunLink id={run.parent_id} open={open} />
              )),
          ],
          ["Definition", run.is_current ? "the present one" : `a former one (${run.definition.slice(0, 12)})`],
          ["Run", <Id key="id" id={run.id} />],
        ]}
      />
      {Object.keys(run.parameters).length > 0 && (
        <Part title="Parameters">
          {Object.entries(run.parameters).map(([name, value]) => (
            <ValueTree key={name} name={name} value={value} />
          ))}
        </Part>
      )}
      {run.journal.length > 0 && (
        <Part title="Steps">
          <StepTree entries={run.journal} run={run.id} />
        </Part>
      )}
      {answer && (
        <Part title="Answer">
          {Object.entries(run.answer?.values as object).map(([name, value]) => (
            <ValueTree key={name} name={name} value={value} />
          ))}
        </Part>
      )}
      {isRetrying && <RetryDialog env={env} id={run.id} close={() => setRetrying(false)} opened={open} />}
    </Side>
  );
}

function RunLink({ id, open }: { id: string; open: (id: string) => void }) {
  return (
    <button type="button" className={classes.link} onClick={() => open(id)}>
      the run {id.slice(0, 13)}…
    </button>
  );
}

const onlyEnv = (({ env }: { env?: string }) => ({ env })) as never;
