import { Group, Select } from "@mantine/core";
import { IconSearch, IconUser } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { TimeFilter, TypedFilter, WorkflowFilter } from "../../desk/Filters";
import { Nothing } from "../../desk/Nothing";
import { Said } from "../../desk/Said";
import { fullTime, shortTime } from "../../desk/times";
import { useAnswer } from "../../desk/useAnswer";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import classes from "./LogRows.module.css";

interface LogEntry {
  at: string;
  level: string;
  kind: string;
  name: string;
  message: string;
  workflow: string;
  label: string;
  run_id: string;
  fields: Record<string, string>;
}

const ANY = { text: "", level: "", workflow: "", user: "", since: "", until: "" };

/** Lines of the server's log, and runs that failed, the latest first. */
export function LogRows() {
  const [filter, setFilter] = useState(ANY);
  const put = (changed: Partial<Record<keyof typeof ANY, string | undefined>>) =>
    setFilter((now) => ({ ...now, ...changed }) as typeof ANY);
  const found = useAnswer<{ entries: LogEntry[]; more: boolean }>("runs", "/logs", filter);
  const entries = found.data?.entries ?? [];
  const isNarrowed = Object.values(filter).some(Boolean);
  return (
    <>
      <Group gap="xs" px={20} py={10}>
        <TypedFilter
          label="Search in the log"
          placeholder="Words in the log…"
          icon={<IconSearch size={14} />}
          value={filter.text}
          change={(text) => put({ text })}
          width={200}
        />
        <WorkflowFilter value={filter.workflow} change={(workflow) => put({ workflow })} />
        <Select
          aria-label="Level"
          placeholder="All levels"
          clearable
          w={120}
          data={["error", "warning", "info"]}
          value={filter.level || null}
          onChange={(value) => put({ level: value ?? "" })}
        />
        <TypedFilter
          label="User"
          placeholder="User's e-mail or id"
          icon={<IconUser size={14} />}
          value={filter.user}
          change={(user) => put({ user })}
          width={180}
        />
        <TimeFilter since={filter.since} until={filter.until} change={put} />
      </Group>
      {found.error && !found.data && <Problem error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Waiting />}
      {found.data && !entries.length && (
        <Nothing title={isNarrowed ? "No line fits" : "Nothing stood out"}>
          Runs that failed appear here, and what the server said since it was started.
        </Nothing>
      )}
      {entries.length > 0 && (
        <ul className={classes.lines}>
          {entries.map((entry, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name of their own
            <LogLine key={`${entry.at} ${entry.name} ${at}`} entry={entry} />
          ))}
          {found.data?.more && <li className={classes.more}>There are older ones: narrow the time or the words.</li>}
        </ul>
      )}
    </>
  );
}

function LogLine({ entry }: { entry: LogEntry }) {
  const fields = Object.entries(entry.fields);
  return (
    <li className={classes.line} data-level={entry.level}>
      <time className={classes.time} dateTime={entry.at} title={fullTime(entry.at)}>
        {shortTime(entry.at)}
      </time>
      <span className={classes.level}>{entry.level}</span>
      <div className={classes.what}>
        <span className={classes.name}>
          {entry.kind === "run" ? (
            <Link to={`/runs/${entry.run_id}`} search={onlyEnv}>
              {entry.label}
            </Link>
          ) : (
            entry.name
          )}
        </span>{" "}
        <Said text={entry.message} />
        {fields.length > 0 && (
          <details>
            <summary>details</summary>
            <pre className={classes.fields}>{fields.map(([name, value]) => `${name}: ${value}`).join("\n")}</pre>
          </details>
        )}
      </div>
    </li>
  );
}

const onlyEnv = (({ env }: { env?: string }) => ({ env })) as never;
