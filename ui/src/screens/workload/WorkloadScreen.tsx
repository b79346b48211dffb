import { ActionIcon, Breadcrumbs, Button, SegmentedControl, Select, Text } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useRef, useState } from "react";
import { catalogueQuery } from "../../api/app";
import { Nothing } from "../../desk/Nothing";
import { Split } from "../../desk/Split";
import { count, many, units } from "../../desk/times";
import { useAnswer } from "../../desk/useAnswer";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import { SeriesTable } from "./SeriesTable";
import { spoken, topOf, type Workload } from "./series";
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
  const actions = useQuery(catalogueQuery).data?.actions;
  const shown = useMemo(
    () =>
      found.data && params.by !== "workflow" && actions
        ? { ...found.data, series: found.data.series.map((one) => ({ ...one, label: spoken(one.label, actions) })) }
        : found.data,
    [found.data, params.by, actions],
  );
  // Of one day only its hours are asked for: the days are those that were shown before it was chosen.
  const days = useRef<number[]>([]);
  if (shown && !day && per === "day") days.current = shown.buckets.map((one) => new Date(one).getTime());
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
          <DaySelect days={days.current} day={day} choose={setDay} />
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
            {day && <Text size="sm">{dayName(day)}</Text>}
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

interface DaySelectProps {
  days: number[];
  day: number | null;
  choose: (day: number | null) => void;
}

/** One of the days, the latest first: what a click on its bar in the chart chooses, too. */
function DaySelect({ days, day, choose }: DaySelectProps) {
  const named = [...days].reverse().map((at) => ({ value: String(at), label: dayName(at) }));
  return (
    <Select
      aria-label="Day"
      placeholder="A day by hours"
      w={150}
      clearable
      data={named}
      value={day === null ? null : String(day)}
      onChange={(value) => choose(value === null ? null : Number(value))}
    />
  );
}

const dayName = (at: number): string => new Date(at).toLocaleDateString(undefined, { dateStyle: "medium" });

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
