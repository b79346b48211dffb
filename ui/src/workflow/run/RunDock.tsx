import { ActionIcon, Tooltip } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { IconChevronDown, IconChevronUp, IconHistory } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { get } from "../../api/client";
import { useEnvironment } from "../../api/environment";
import type { RunRow } from "../../api/shapes";
import { StateMark } from "../../desk/StateMark";
import { useWorkflow } from "../context";
import { RunDetail } from "./RunDetail";
import classes from "./RunDock.module.css";
import { useShown } from "./ShownRun";
import { moment, took } from "./trace";

/** Below the canvas: the workflow's last runs, and the one whose trace is shown. */
export function RunDock() {
  const workflow = useWorkflow();
  const env = useEnvironment();
  const { id, show } = useShown();
  const [isOpen, setOpen] = useLocalStorage({ key: "offpage-runs-open", defaultValue: false });
  const { data, error } = useQuery({
    queryKey: ["runs", env, "last", workflow.id],
    queryFn: ({ signal }) => get<{ lines: RunRow[] }>(`/${env}/runs`, { workflow: workflow.id, limit: 30 }, signal),
  });
  useEffect(() => {
    if (id) setOpen(true);
  }, [id, setOpen]);
  const lines = data?.lines ?? [];
  return (
    <section className={classes.dock} data-open={isOpen || undefined} aria-label="Last runs">
      <header className={classes.head}>
        <button type="button" className={classes.title} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <IconHistory size={15} stroke={1.7} />
          Last runs
          {!isOpen && lines[0] && (
            <span className={classes.last}>
              <StateMark state={lines[0].state} size={13} short /> {moment(lines[0].started_at)}
            </span>
          )}
        </button>
        <Tooltip label={isOpen ? "Fold away" : "Show"}>
          <ActionIcon aria-label={isOpen ? "Fold the runs away" : "Show the runs"} onClick={() => setOpen(!isOpen)}>
            {isOpen ? <IconChevronDown size={16} /> : <IconChevronUp size={16} />}
          </ActionIcon>
        </Tooltip>
      </header>
      {isOpen && (
        <div className={classes.body}>
          <ul className={classes.runs}>
            {lines.map((line) => (
              <li key={line.id}>
                <button
                  type="button"
                  className={classes.run}
                  aria-pressed={line.id === id}
                  onClick={() => show(line.id === id ? "" : line.id)}
                >
                  <StateMark state={line.state} short />
                  <span>{moment(line.started_at)}</span>
                  <span className={classes.ms}>{took(line.ms)}</span>
                </button>
              </li>
            ))}
            {!lines.length && (
              <li className={classes.none}>{error ? error.message : "It has not run yet. “Run” tries it out."}</li>
            )}
          </ul>
          <RunDetail />
        </div>
      )}
    </section>
  );
}
