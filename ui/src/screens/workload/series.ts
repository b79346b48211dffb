import type { Series, WorkloadShown as Workload } from "../../api/types";

export type { Series, WorkloadShown as Workload } from "../../api/types";
/** The largest series, the others as one. */
export function topOf(workload: Workload, most: number): Workload {
  if (workload.series.length <= most + 1) return workload;
  const rest = workload.series.slice(most);
  const sum = (pick: (one: Series) => number) => rest.reduce((all, one) => all + pick(one), 0);
  const others: Series = {
    key: "",
    label: `${rest.length} others`,
    workflow: "",
    values: workload.buckets.map((_, at) => sum((one) => one.values[at] ?? 0)),
    total: sum((one) => one.total),
    count: sum((one) => one.count),
    ms: sum((one) => one.ms),
  };
  return { ...workload, series: [...workload.series.slice(0, most), others] };
}

/** For bars that stand on one another: each series with all below it added. */
export function stacked(series: Series[]): number[][] {
  const sums: number[][] = [];
  for (const one of series) {
    const below = sums.at(-1);
    sums.push(one.values.map((value, at) => value + (below?.[at] ?? 0)));
  }
  return sums;
}

/** What a step or an activity is called: `steps/2/steps/1 create_thing` is "2 › 1: Create a new thing". */
export function spoken(label: string, actions: { do: string; label: string }[]): string {
  const parts = label.split(" ");
  const what = parts.pop() ?? "";
  const action = what === "run" ? RUN : actions.find((one) => one.do === what)?.label;
  if (!action) return label;
  const place = parts.join(" ").replaceAll("steps/", "").replaceAll("/", " › ");
  return place ? `${place}: ${action}` : action;
}

/** What a run costs beside its steps. */
const RUN = "The run itself";
