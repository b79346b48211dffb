import { Button, Select } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { appQuery } from "../../api/app";
import { useEnvironment } from "../../api/environment";
import { useMay } from "../../api/session";
import { Callout } from "../../desk/Callout";
import { Split } from "../../desk/Split";
import { Tabs, useShown } from "../../desk/Tabs";
import { useAct } from "../../desk/useAct";
import { useAnswer } from "../../desk/useAnswer";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import { RunInspector } from "../runs/RunInspector";
import { useScreenPath } from "../useScreenPath";
import { Agenda } from "./Agenda";
import { WaitingRows } from "./WaitingRows";
import classes from "./WaitingRows.module.css";
import type { WaitingPage } from "./waiting";

const TABS = [
  { value: "waiting", label: "What waits" },
  { value: "agenda", label: "Agenda" },
];

/** Runs that wait, and what will start when. */
export default function SchedulerScreen() {
  const env = useEnvironment();
  const shown = useShown(TABS);
  const chosen = useScreenPath();
  const navigate = useNavigate();
  const mayOperate = useMay("operate");
  const [workflow, setWorkflow] = useState("");
  const app = useQuery(appQuery).data;
  const found = useAnswer<WaitingPage>("scheduled", "/scheduled", { workflow });
  const act = useAct({ changes: ["scheduled", "runs"] });
  const paused = found.data?.paused;
  const isPaused = workflow ? paused?.workflows.includes(workflow) : paused?.everything;
  const open = (id: string) => void navigate({ to: `/scheduler/${id}`, search: ((all: object) => all) as never });
  const label = (id: string) => app?.workflows.find((one) => one.id === id)?.label || id;
  const name = label(workflow);
  return (
    <Split
      title="Scheduler"
      sideLabel="The run that waits"
      actions={
        <>
          <Tabs label="What is shown" tabs={TABS} value={shown} />
          {mayOperate && (
            <Button
              variant="default"
              leftSection={isPaused ? <IconPlayerPlay size={14} /> : <IconPlayerPause size={14} />}
              loading={act.isPending}
              onClick={() => act.mutate([`/${env}/scheduled/${isPaused ? "resume" : "pause"}`, { workflow }])}
            >
              {isPaused ? "Resume" : "Pause"} {workflow ? name : "everything"}
            </Button>
          )}
        </>
      }
      filters={
        shown === "waiting" && (
          <Select
            aria-label="Workflow"
            placeholder="All workflows"
            searchable
            clearable
            w={220}
            data={(app?.workflows ?? []).map((one) => ({ value: one.id, label: one.label || one.id }))}
            value={workflow || null}
            onChange={(value) => setWorkflow(value ?? "")}
          />
        )
      }
      side={chosen && <RunInspector key={chosen} env={env} id={chosen} open={open} close={() => open("")} />}
    >
      {paused?.everything && (
        <div className={classes.paused}>
          <Callout tone="warn" title="Everything that is scheduled is paused">
            Requests are answered as usual. What comes due meanwhile runs at once when it goes on.
          </Callout>
        </div>
      )}
      {found.data?.stopped.map((one) => (
        <div key={one} className={classes.paused}>
          <Callout tone="warn" title={`${label(one)} recurs, but its next start was cancelled`}>
            It starts no more.{" "}
            {mayOperate && (
              <Button
                variant="default"
                size="compact-xs"
                onClick={() => act.mutate([`/${env}/scheduled/again`, { workflow: one }])}
              >
                Let it start again
              </Button>
            )}
          </Callout>
        </div>
      ))}
      {found.error && !found.data && <Problem error={found.error} retry={() => void found.refetch()} />}
      {!found.data && !found.error && <Waiting />}
      {found.data && shown === "waiting" && <WaitingRows page={found.data} chosen={chosen} open={open} />}
      {shown === "agenda" && <Agenda />}
    </Split>
  );
}
