import { ActionIcon, Tooltip } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useEnvironment } from "../../api/environment";
import { useMay } from "../../api/session";
import { Nothing } from "../../desk/Nothing";
import classes from "../../desk/Rows.module.css";
import { StateMark } from "../../desk/StateMark";
import { count, fromNow, fullTime, many } from "../../desk/times";
import { useAct } from "../../desk/useAct";
import styles from "./WaitingRows.module.css";
import type { WaitingPage } from "./waiting";

interface WaitingRowsProps {
  page: WaitingPage;
  chosen: string;
  open: (id: string) => void;
}

const COLUMNS = "minmax(130px, 1.2fr) 110px 100px minmax(150px, 2fr) 32px";

/** The runs that wait, the next one first, each with what holds it. */
export function WaitingRows({ page, chosen, open }: WaitingRowsProps) {
  const env = useEnvironment();
  const mayOperate = useMay("operate");
  const cancelling = useAct({ changes: ["scheduled", "runs"], said: () => "The run is cancelled." });
  if (!page.runs.length) {
    return (
      <Nothing title="Nothing waits">
        Runs appear here when a workflow schedules another one, when something recurs, or when a limit lets them wait.
      </Nothing>
    );
  }
  return (
    <div className={classes.scroll} style={{ "--columns": COLUMNS } as never}>
      <div className={classes.head}>
        <span>
          {page.runs.length < page.total
            ? `The next ${count(page.runs.length)} of ${count(page.total)}`
            : `${many(page.total, "run")} ${page.total === 1 ? "waits" : "wait"}`}
        </span>
        <span>Due</span>
        <span>State</span>
        <span>Why it waits</span>
        <span />
      </div>
      {page.runs.map((run) => (
        <div key={run.id} className={styles.line}>
          <button
            type="button"
            className={classes.row}
            aria-current={run.id === chosen || undefined}
            onClick={() => open(run.id)}
          >
            <span className={classes.strong}>{run.label}</span>
            <span className={classes.time} title={fullTime(run.due_at)}>
              {fromNow(run.due_at)}
            </span>
            <StateMark state={run.state} />
            <span className={classes.soft} title={run.why ?? ""}>
              {run.why?.startsWith("is due at") ? fullTime(run.due_at) : (run.why ?? "begins as soon as there is time")}
            </span>
            <span />
          </button>
          {mayOperate && (
            <Tooltip label="Cancel this run">
              <ActionIcon
                className={styles.cancel}
                aria-label={`Cancel the run of ${run.label}`}
                onClick={() => {
                  const recurs = run.trigger === "recurring";
                  const question = `${run.label} recurs. Without this start it starts no more, until somebody lets it start again. Cancel it?`;
                  if (!recurs || window.confirm(question)) cancelling.mutate([`/${env}/scheduled/${run.id}/cancel`]);
                }}
              >
                <IconTrash size={15} />
              </ActionIcon>
            </Tooltip>
          )}
        </div>
      ))}
    </div>
  );
}
