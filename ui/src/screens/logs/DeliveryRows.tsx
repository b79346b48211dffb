import { Group } from "@mantine/core";
import { useState } from "react";
import { TimeFilter, WorkflowFilter } from "../../desk/Filters";
import { Nothing } from "../../desk/Nothing";
import classes from "../../desk/Rows.module.css";
import { StateMark } from "../../desk/StateMark";
import { bytes, fullTime, shortTime } from "../../desk/times";
import { useAnswer } from "../../desk/useAnswer";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";

export interface DeliveryRow {
  id: string;
  workflow: string;
  label: string;
  received_at: string;
  bytes: number;
  state: string;
}

const COLUMNS = "minmax(150px, 1.4fr) 130px 100px 90px";

/** What webhooks were sent, the latest first. */
export function DeliveryRows({ chosen, open }: { chosen: string; open: (id: string) => void }) {
  const [filter, setFilter] = useState({ workflow: "", since: "", until: "" });
  const put = (changed: Partial<Record<keyof typeof filter, string | undefined>>) =>
    setFilter((now) => ({ ...now, ...changed }) as typeof filter);
  const found = useAnswer<{ deliveries: DeliveryRow[]; more: boolean }>("deliveries", "/deliveries", {
    ...filter,
    limit: 500,
  });
  const isNarrowed = Object.values(filter).some(Boolean);
  return (
    <>
      <Group gap="xs" px={20} py={10}>
        <WorkflowFilter value={filter.workflow} change={(workflow) => put({ workflow })} />
        <TimeFilter since={filter.since} until={filter.until} change={put} />
      </Group>
      {found.error && !found.data && <Problem error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Waiting />}
      {found.data && !found.data.deliveries.length && (
        <Nothing title={isNarrowed ? "No delivery fits" : "No deliveries were kept"}>
          What workflows with `verify`, `dedupe` or `ack: first` are sent is kept here as it came, and can be run again.
        </Nothing>
      )}
      {found.data && found.data.deliveries.length > 0 && (
        <Rows deliveries={found.data.deliveries} chosen={chosen} open={open} />
      )}
    </>
  );
}

function Rows({ deliveries, chosen, open }: { deliveries: DeliveryRow[]; chosen: string; open: (id: string) => void }) {
  return (
    <div className={classes.scroll} style={{ "--columns": COLUMNS } as never}>
      <div className={classes.head}>
        <span>Workflow</span>
        <span>Came</span>
        <span>Its run</span>
        <span className={classes.number}>Size</span>
      </div>
      {deliveries.map((one) => (
        <button
          key={one.id}
          type="button"
          className={classes.row}
          aria-current={one.id === chosen || undefined}
          onClick={() => open(one.id)}
        >
          <span className={classes.strong}>{one.label}</span>
          <span className={classes.time} title={fullTime(one.received_at)}>
            {shortTime(one.received_at)}
          </span>
          <StateMark state={one.state} />
          <span className={`${classes.number} ${classes.soft}`}>{bytes(one.bytes)}</span>
        </button>
      ))}
    </div>
  );
}
