import { Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { appQuery } from "../api/app";

/** From when until when, as ISO texts; "" or nothing where there is no end. */
export interface Span {
  since?: string | undefined;
  until?: string | undefined;
}

const SPANS = [
  { value: "", label: "Any time" },
  { value: "15m", label: "Last 15 minutes" },
  { value: "1h", label: "Last hour" },
  { value: "24h", label: "Last 24 hours" },
  { value: "7d", label: "Last 7 days" },
  { value: "before", label: "Before…" },
];
const MS: Record<string, number> = { "15m": 900_000, "1h": 3_600_000, "24h": 86_400_000, "7d": 604_800_000 };

interface WorkflowFilterProps {
  value: string;
  change: (workflow: string) => void;
}

/** One of the app's workflows, or "" for all. */
export function WorkflowFilter({ value, change }: WorkflowFilterProps) {
  const app = useQuery(appQuery).data;
  return (
    <Select
      aria-label="Workflow"
      placeholder="All workflows"
      searchable
      clearable
      w={190}
      data={(app?.workflows ?? []).map((one) => ({ value: one.id, label: one.label || one.id }))}
      value={value || null}
      onChange={(chosen) => change(chosen ?? "")}
    />
  );
}

/** A time: the last hour, the last day, or what was before a moment. */
export function TimeFilter({ since, until, change }: Span & { change: (span: Span) => void }) {
  const [chosen, setChosen] = useState("24h");
  const span = until || chosen === "before" ? "before" : since ? chosen : "";
  const choose = (value: string) => {
    setChosen(value);
    const ms = MS[value];
    change({ until: "", since: ms ? new Date(Date.now() - ms).toISOString() : "" });
  };
  return (
    <>
      <Select aria-label="Time" w={145} data={SPANS} value={span} onChange={(value) => choose(value ?? "")} />
      {span === "before" && (
        <TextInput
          aria-label="Before"
          type="datetime-local"
          defaultValue={until ? localText(until) : ""}
          onChange={(event) => {
            const at = new Date(event.currentTarget.value);
            change({ since: "", until: Number.isNaN(at.getTime()) ? "" : at.toISOString() });
          }}
        />
      )}
    </>
  );
}

interface TypedFilterProps {
  label: string;
  placeholder: string;
  icon: ReactNode;
  value: string;
  change: (text: string) => void;
  width: number;
}

/** What is typed counts once the typing pauses. */
export function TypedFilter({ label, placeholder, icon, value, change, width }: TypedFilterProps) {
  const [text, setText] = useState(value);
  /** What was told last: when that comes back, the typing has gone on. */
  const told = useRef(value);
  const later = useDebouncedCallback((next: string) => {
    told.current = next;
    change(next);
  }, 300);
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    later.cancel();
    setText(value);
  }, [value, later]);
  return (
    <TextInput
      aria-label={label}
      placeholder={placeholder}
      leftSection={icon}
      w={width}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        later(event.currentTarget.value.trim());
      }}
    />
  );
}

const localText = (iso: string): string => {
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};
