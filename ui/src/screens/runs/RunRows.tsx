import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { useEnvironment } from "../../api/environment";
import { Nothing } from "../../desk/Nothing";
import classes from "../../desk/Rows.module.css";
import { type RunFilter, type RunRow, whyQuery } from "../../desk/runs";
import { Said } from "../../desk/Said";
import { StateMark } from "../../desk/StateMark";
import { count, fullTime, length, many, shortTime, units } from "../../desk/times";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import type { RunList } from "./RunList";
import { useListed } from "./useRunList";

interface RunRowsProps {
  list: RunList;
  filter: RunFilter;
  chosen: string;
  open: (id: string) => void;
}

const COLUMNS = "minmax(120px, 1.3fr) 84px 128px 70px 74px minmax(90px, 1.6fr)";
const HEIGHT = 38;

/** The rows of a list of runs: those that are seen are there, however many there are. */
export function RunRows({ list, filter, chosen, open }: RunRowsProps) {
  const listed = useListed(list);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: listed.total,
    getScrollElement: () => scroller.current,
    estimateSize: () => HEIGHT,
    overscan: 12,
    paddingStart: 32,
  });
  const items = rows.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    list.show(first, last);
  }, [list, first, last]);

  const move = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12 }[event.key];
    if (!by) return;
    event.preventDefault();
    const at = Math.min(Math.max(list.indexOf(chosen) + by, 0), listed.total - 1);
    const next = list.row(at);
    rows.scrollToIndex(at);
    if (!next) return;
    open(next.id);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-id="${next.id}"]`)?.focus());
  };

  if (listed.error && !listed.isReady) return <Problem error={listed.error} retry={() => void list.refresh()} />;
  if (!listed.isReady) return <Waiting />;
  if (!listed.total && !listed.isLooking) return <NoRuns filter={filter} />;
  return (
    <div ref={scroller} className={classes.scroll} style={{ "--columns": COLUMNS } as never}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the rows inside, which are buttons */}
      <div style={{ height: rows.getTotalSize(), position: "relative" }} onKeyDown={move}>
        <div className={classes.head}>
          <span>
            {listed.more ? `The latest ${count(listed.total)} runs` : many(listed.total, "run")}
            {listed.isLooking && ", looking further back…"}
          </span>
          <span>State</span>
          <span>Started</span>
          <span className={classes.number}>Took</span>
          <span className={classes.number}>Workload</span>
          <span>What happened</span>
        </div>
        {items.map((item) => (
          <div
            key={item.key}
            style={{ position: "absolute", top: 0, left: 0, right: 0, transform: `translateY(${item.start}px)` }}
          >
            <OneRow row={list.row(item.index)} isChosen={list.row(item.index)?.id === chosen} open={open} />
          </div>
        ))}
      </div>
    </div>
  );
}

function OneRow({ row, isChosen, open }: { row: RunRow | undefined; isChosen: boolean; open: (id: string) => void }) {
  if (!row) {
    return (
      <div className={classes.row} aria-busy="true">
        <span className={classes.ghost} />
      </div>
    );
  }
  return (
    <button
      type="button"
      className={classes.row}
      data-id={row.id}
      aria-current={isChosen || undefined}
      onClick={() => open(row.id)}
    >
      <span className={classes.strong} title={row.workflow}>
        {row.label}
        {row.trigger !== "api" && <span className={classes.soft}> · {spoken(row.trigger)}</span>}
      </span>
      <StateMark state={row.state} />
      <span className={classes.time} title={fullTime(row.started_at)}>
        {shortTime(row.started_at)}
      </span>
      <span className={`${classes.number} ${classes.soft}`}>{length(row.ms)}</span>
      <span className={`${classes.number} ${classes.soft}`}>{units(row.workload)}</span>
      <span className={row.error ? classes.bad : classes.soft}>
        <Said text={row.error?.message ?? ""} />
      </span>
    </button>
  );
}

const spoken = (trigger: string): string => trigger.replaceAll("_", " ");

/** Nothing ran: is that because of the filter, or does something keep the workflow from running? */
function NoRuns({ filter }: { filter: RunFilter }) {
  const env = useEnvironment();
  const why = useQuery(whyQuery(env, filter.workflow ?? ""));
  const others = Object.keys(filter).some((key) => key !== "workflow");
  if (filter.workflow && !others) {
    return (
      <Nothing title="This workflow has not run">
        {why.data?.reasons.length ? (
          <Said text={why.data.reasons.join(" ")} />
        ) : (
          "Nothing keeps it from running: it was not called yet."
        )}
      </Nothing>
    );
  }
  if (others || filter.workflow) return <Nothing title="No runs fit">Take a filter away to see more.</Nothing>;
  return (
    <Nothing title="Nothing has run yet">
      Run a workflow from its page, or send it a request: its runs appear here at once.
    </Nothing>
  );
}
