import { count, length, units } from "../../desk/times";
import { colorAt } from "./colors";
import type { Workload } from "./series";
import classes from "./Workload.module.css";

interface SeriesTableProps {
  workload: Workload;
  open: ((workflow: string, label: string) => void) | undefined;
}

/** The series of the chart with their sums; a workflow leads on to its steps. */
export function SeriesTable({ workload, open }: SeriesTableProps) {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th>What</th>
          <th>Units</th>
          <th>Share</th>
          <th>Times</th>
          <th>Each</th>
          <th>Time</th>
        </tr>
      </thead>
      <tbody>
        {workload.series.map((one, at) => (
          <tr key={one.key}>
            <td>
              <span className={classes.swatch} style={{ background: colorAt(at, workload.series.length) }} />
              {open ? (
                <button type="button" className={classes.open} onClick={() => open(one.workflow, one.label)}>
                  {one.label}
                </button>
              ) : (
                <span className={classes.label}>{one.label}</span>
              )}
            </td>
            <td>{units(one.total)}</td>
            <td>{workload.total ? `${Math.round((100 * one.total) / workload.total)} %` : ""}</td>
            <td>{count(one.count)}</td>
            <td>{one.count ? units(one.total / one.count) : ""}</td>
            <td>{length(one.ms)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
