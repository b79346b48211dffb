import { Group, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Nothing } from "../../desk/Nothing";
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

/** Lines of the server's log, and runs that failed, the latest first. */
export function LogRows() {
  const [text, setText] = useState("");
  const [level, setLevel] = useState("");
  const [words] = useDebouncedValue(text, 300);
  const found = useAnswer<{ entries: LogEntry[]; more: boolean }>("runs", "/logs", { text: words, level });
  const entries = found.data?.entries ?? [];
  return (
    <>
      <Group gap="xs" px={20} py={10}>
        <TextInput
          aria-label="Search in the log"
          placeholder="Words in the log…"
          leftSection={<IconSearch size={14} />}
          w={240}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Select
          aria-label="Level"
          placeholder="All levels"
          clearable
          w={130}
          data={["error", "warning", "info"]}
          value={level || null}
          onChange={(value) => setLevel(value ?? "")}
        />
      </Group>
      {found.error && !found.data && <Problem error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Waiting />}
      {found.data && !entries.length && (
        <Nothing title={text || level ? "No line fits" : "Nothing stood out"}>
          Runs that failed appear here, and what the server said since it was started.
        </Nothing>
      )}
      {entries.length > 0 && (
        <ul className={classes.lines}>
          {entries.map((entry, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name of their own
            <LogLine key={`${entry.at} ${entry.name} ${at}`} entry={entry} />
          ))}
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
        {entry.message}
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
