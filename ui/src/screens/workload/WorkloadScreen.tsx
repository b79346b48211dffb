import { ActionIcon, Breadcrumbs, Button, SegmentedControl, Text } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { Nothing } from "../../desk/Nothing";
import { Split } from "../../desk/Split";
import { count, many, units } from "../../desk/times";
import { useAnswer } from "../../desk/useAnswer";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import { SeriesTable } from "./SeriesTable";
import { topOf, type Workload } from "./series";
import classes from "./Workload.module.css";

const Chart = lazy(() => import("./Chart"));

const DAY = 86_400_000;

/** What the app costs: by workflow or activity, in days or hours; a workflow leads on to its steps. */
export default function WorkloadScreen() {
  const [by, setBy] = useState("workflow");
  const [per, setPer] = useState("day");
  const [workflow, setWorkflow] = useState<{ name: string; label: string } | null>(null);
  const [day, setDay] = useState<number | null>(null);
  const params = {
    by: workflow ? "step" : by,
    per: day ? "hour" : per,
    workflow: workflow?.name ?? "",
    ...(day && { from: new Date(day).toISOString(), to: new Date(day + DAY - 1).toISOString() }),
  };
  const found = useAnswer<Workload>("runs", "/workload", params);
  const shown = found.data;
  return (
    <Split
      title="Workload"
      actions={
        <>
          <SegmentedControl
            aria-label="By what"
            value={by}
            disabled={workflow !== null}
            onChange={setBy}
            data={[
              { value: "workflow", label: "By workflow" },
              { value: "activity", label: "By activity" },
            ]}
          />
          <SegmentedControl
            aria-label="Per what"
            value={day ? "hour" : per}
            onChange={(value) => {
              setDay(null);
              setPer(value);
            }}
            data={[
              { value: "day", label: "30 days" },
              { value: "hour", label: "48 hours" },
            ]}
          />
        </>
      }
    >
      <div className={classes.body}>
        {(workflow || day) && (
          <Breadcrumbs mb="sm" fz="sm">
            <Button
              variant="subtle"
              leftSection={<IconArrowLeft size={14} />}
              onClick={() => {
                setWorkflow(null);
                setDay(null);
              }}
            >
              Everything
            </Button>
            {workflow && <Text size="sm">{workflow.label}</Text>}
            {day && <Text size="sm">{new Date(day).toLocaleDateString(undefined, { dateStyle: "medium" })}</Text>}
          </Breadcrumbs>
        )}
        {found.error && !shown && <Problem error={found.error} retry={() => void found.refetch()} />}
        {!shown && !found.error && <Waiting />}
        {shown && (
          <p className={classes.sum}>
            <b>{units(shown.total)}</b> units, {many(shown.runs, "run")}
            {shown.left > 0 && `; ${count(shown.left)} runs are not added up yet`}
            {shown.left > 0 && (
              <Button variant="subtle" onClick={() => void found.refetch()}>
                Go on
              </Button>
            )}
          </p>
        )}
        {shown && !shown.series.length && (
          <Nothing title="Nothing has run in this time">What runs cost is added up here, hour by hour.</Nothing>
        )}
        {shown && shown.series.length > 0 && (
          <>
            <Suspense fallback={<Waiting />}>
              <Chart workload={topOf(shown, 7)} per={params.per} choose={(at) => params.per === "day" && setDay(at)} />
            </Suspense>
            <SeriesTable
              workload={shown}
              open={workflow || by !== "workflow" ? undefined : (name, label) => setWorkflow({ name, label })}
            />
          </>
        )}
        {shown && <Prices prices={shown.prices} />}
      </div>
    </Split>
  );
}

function Prices({ prices }: { prices: Record<string, number> }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className={classes.prices}>
      <ActionIcon w="auto" px={6} aria-expanded={isOpen} aria-label="Prices" onClick={() => setOpen(!isOpen)}>
        <Text size="xs">What counts how much {isOpen ? "▾" : "▸"}</Text>
      </ActionIcon>
      {isOpen && (
        <dl className={classes.list}>
          {Object.entries(prices).map(([name, price]) => (
            <div key={name}>
              <dt>{name.replaceAll("_", " ")}</dt>
              <dd>{price}</dd>
            </div>
          ))}
        </dl>
      )}
      {isOpen && (
        <Text size="xs" c="var(--text-soft)">
          The app's own prices stand under `workload` in app.yaml. A run keeps what it cost when it ran.
        </Text>
      )}
    </div>
  );
}
