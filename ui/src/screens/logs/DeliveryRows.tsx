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
  const found = useAnswer<{ deliveries: DeliveryRow[]; more: boolean }>("deliveries", "/deliveries", { limit: 500 });
  if (found.error && !found.data) return <Problem error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Waiting />;
  if (!found.data.deliveries.length) {
    return (
      <Nothing title="No deliveries were kept">
        What workflows with `verify`, `dedupe` or `ack: first` are sent is kept here as it came, and can be run again.
      </Nothing>
    );
  }
  return (
    <div className={classes.scroll} style={{ "--columns": COLUMNS } as never}>
      <div className={classes.head}>
        <span>Workflow</span>
        <span>Came</span>
        <span>Its run</span>
        <span className={classes.number}>Size</span>
      </div>
      {found.data.deliveries.map((one) => (
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
