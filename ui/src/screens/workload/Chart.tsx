import { useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { units } from "../../desk/times";
import { COLORS } from "./colors";
import { stacked, type Workload } from "./series";
import classes from "./Workload.module.css";

interface ChartProps {
  workload: Workload;
  per: string;
  /** A day was clicked: its beginning. */
  choose: (at: number) => void;
}

/** Bars by day or hour, the series standing on one another. The table below says the same in numbers. */
export default function Chart({ workload, per, choose }: ChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const { ref, width } = useElementSize();
  const scheme = useComputedColorScheme("light");
  const chosen = useRef(choose);
  chosen.current = choose;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read anew for each scheme
  useEffect(() => {
    if (!holder.current || width < 50) return;
    const style = getComputedStyle(document.documentElement);
    const line = style.getPropertyValue("--line").trim();
    const text = style.getPropertyValue("--text-soft").trim();
    const times = workload.buckets.map((one) => new Date(one).getTime() / 1_000);
    const sums = stacked(workload.series);
    const bars = uPlot.paths.bars?.({ size: [0.72, 60], radius: 0.15 });
    const axis = {
      stroke: text,
      grid: { stroke: line, width: 1 },
      ticks: { stroke: line },
      font: "11px Inter Variable",
    };
    const plot = new uPlot(
      {
        width,
        height: 230,
        legend: { show: false },
        cursor: { y: false, points: { show: false } },
        scales: { x: { time: true, range: (_, low, high) => [low - pad(per), high + pad(per)] } },
        axes: [axis, { ...axis, size: 56, values: (_, all) => all.map((one) => units(one)) }],
        // The highest sum is drawn first, the lowest over it.
        series: [
          {},
          ...sums
            .map((_, at) => ({
              label: workload.series[at]?.label ?? "",
              fill: COLORS[at] ?? "#8b93a3",
              width: 0,
              ...(bars && { paths: bars }),
              points: { show: false },
            }))
            .reverse(),
        ],
      },
      [times, ...[...sums].reverse()],
      holder.current,
    );
    const click = () => {
      const at = plot.cursor.idx;
      const time = at === null || at === undefined ? undefined : times[at];
      if (time !== undefined) chosen.current(time * 1_000);
    };
    plot.over.addEventListener("click", click);
    return () => {
      plot.over.removeEventListener("click", click);
      plot.destroy();
    };
  }, [workload, width, per, scheme]);
  return (
    <div ref={ref} className={classes.chart} data-per={per}>
      <div ref={holder} aria-hidden="true" />
    </div>
  );
}

/** Half a bar's room at both ends, in seconds. */
const pad = (per: string): number => (per === "day" ? 43_200 : 1_800);
