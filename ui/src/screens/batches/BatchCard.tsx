import { StateMark } from "../../desk/StateMark";
import { count, length, shortTime } from "../../desk/times";
import classes from "./Batches.module.css";
import { type Batch, hasEnded } from "./batch";

interface BatchCardProps {
  batch: Batch;
  isChosen: boolean;
  open: () => void;
}

/** A batch in the list, with how far it is. */
export function BatchCard({ batch, isChosen, open }: BatchCardProps) {
  return (
    <button type="button" className={classes.card} aria-current={isChosen || undefined} onClick={open}>
      <span className={classes.top}>
        <span className={classes.name}>{batch.label}</span>
        <StateMark state={batch.state} />
        <span className={classes.when}>{shortTime(batch.created_at)}</span>
      </span>
      <Bar batch={batch} />
      <span className={classes.facts}>
        <span>
          {count(batch.done)} of {count(batch.total)} done
        </span>
        {batch.failed > 0 && <span className={classes.failed}>{count(batch.failed)} failed</span>}
        {batch.skipped > 0 && <span>{count(batch.skipped)} skipped</span>}
        {batch.outside > 0 && <span>{count(batch.outside)} under way</span>}
        {batch.rate !== null && <span>{count(Math.round(batch.rate * 10) / 10)} a second</span>}
        {batch.seconds_left !== null && !hasEnded(batch) && <span>{length(batch.seconds_left * 1_000)} left</span>}
      </span>
    </button>
  );
}

/** What is done, failed and skipped, of the whole. */
export function Bar({ batch }: { batch: Batch }) {
  const share = (part: number) => `${batch.total ? (100 * part) / batch.total : 0}%`;
  return (
    <span
      className={classes.bar}
      role="progressbar"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(batch.progress * 100)}
      aria-label={`${batch.label}: ${Math.round(batch.progress * 100)} %`}
    >
      <span className={classes.done} style={{ width: share(batch.done) }} />
      <span className={classes.bad} style={{ width: share(batch.failed) }} />
      <span className={classes.skipped} style={{ width: share(batch.skipped) }} />
    </span>
  );
}
