import { Button, Group } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconRotateClockwise } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useEnvironment } from "../../api/environment";
import { useMay } from "../../api/session";
import { Said } from "../../desk/Said";
import { Facts, Id, Part, Side } from "../../desk/Side";
import { StateMark } from "../../desk/StateMark";
import { count, fullTime, length, units } from "../../desk/times";
import { useAct } from "../../desk/useAct";
import { useAnswer } from "../../desk/useAnswer";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import { Bar } from "./BatchCard";
import classes from "./Batches.module.css";
import { type BatchDetail, hasEnded } from "./batch";

/** A batch with what can be done to it, and the items that failed. */
export function BatchSide({ id, close }: { id: string; close: () => void }) {
  const env = useEnvironment();
  const mayOperate = useMay("operate");
  const found = useAnswer<BatchDetail>("batches", `/batches/${id}`);
  const act = useAct<{ said: string }>({ changes: ["batches"], said: ({ said }) => said });
  if (!found.data) {
    return (
      <Side title="Batch" close={close}>
        {found.error ? <Problem error={found.error} retry={() => void found.refetch()} /> : <Waiting />}
      </Side>
    );
  }
  const { batch, failed_items } = found.data;
  const steer = (what: string) => act.mutate([`/${env}/batches/${id}/${what}`]);
  return (
    <Side title={batch.label} close={close} actions={<StateMark state={batch.state} />}>
      <Bar batch={batch} />
      {mayOperate && (
        <Group gap="xs" my="sm">
          {!hasEnded(batch) && batch.state !== "paused" && (
            <Button variant="default" leftSection={<IconPlayerPause size={14} />} onClick={() => steer("pause")}>
              Pause
            </Button>
          )}
          {batch.state === "paused" && (
            <Button variant="default" leftSection={<IconPlayerPlay size={14} />} onClick={() => steer("resume")}>
              Resume
            </Button>
          )}
          {!hasEnded(batch) && (
            <Button
              variant="default"
              color="red"
              leftSection={<IconPlayerStop size={14} />}
              onClick={() => steer("cancel")}
            >
              Cancel
            </Button>
          )}
          {batch.failed > 0 && (
            <Button leftSection={<IconRotateClockwise size={14} />} onClick={() => steer("retry")}>
              Retry {count(batch.failed)} failed
            </Button>
          )}
        </Group>
      )}
      <Facts
        facts={[
          ["Items", `${count(batch.done)} of ${count(batch.total)} done, ${count(batch.left)} left`],
          ["Failed", batch.failed ? count(batch.failed) : ""],
          ["Skipped", batch.skipped ? count(batch.skipped) : ""],
          ["Rate", batch.rate === null ? "" : `${units(batch.rate)} items a second`],
          ["Time left", batch.seconds_left === null ? "" : length(batch.seconds_left * 1_000)],
          ["Workload", units(batch.workload)],
          ["At once", count(batch.at_once)],
          ["Interval", batch.interval_ms ? length(batch.interval_ms) : ""],
          ["On failure", batch.on_item_failed === "stop" ? "the batch stops" : "the others go on"],
          ["Created", fullTime(batch.created_at)],
          ["Ended", batch.finished_at && fullTime(batch.finished_at)],
          ["Batch", <Id key="id" id={batch.id} />],
        ]}
      />
      {failed_items.length > 0 && (
        <Part title="Items that failed">
          <ul className={classes.items}>
            {failed_items.map((one) => (
              <li key={one.run}>
                <span>
                  <b>
                    <Said text={one.why || "Its record is forgotten."} />
                  </b>
                  <code>{one.item ?? "an item"}</code>
                </span>
                <Link to={`/runs/${one.run}`} search={((all: object) => all) as never}>
                  what happened
                </Link>
              </li>
            ))}
          </ul>
        </Part>
      )}
    </Side>
  );
}
