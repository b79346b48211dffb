import { Button, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch, IconUser, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { appQuery } from "../../api/app";
import { type RunFilter, STATES } from "../../desk/runs";

interface RunFiltersProps {
  filter: RunFilter;
  change: (filter: RunFilter) => void;
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

/** What narrows the list of runs. */
export function RunFilters({ filter, change }: RunFiltersProps) {
  const app = useQuery(appQuery).data;
  const workflows = (app?.workflows ?? []).map((one) => ({ value: one.id, label: one.label || one.id }));
  const [span, setSpan] = useState(filter.until ? "before" : filter.since ? "24h" : "");
  const put = (changed: RunFilter) => {
    const next: Record<string, string> = {};
    for (const [key, value] of Object.entries({ ...filter, ...changed })) if (value) next[key] = value;
    change(next);
  };
  const chooseSpan = (value: string) => {
    setSpan(value);
    const ms = MS[value];
    if (value !== "before") put({ until: "", since: ms ? new Date(Date.now() - ms).toISOString() : "" });
  };
  const clear = () => {
    setSpan("");
    change({});
  };
  return (
    <>
      <Typed
        label="Search in runs"
        placeholder="Words, a value, an id…"
        icon={<IconSearch size={14} />}
        value={filter.text ?? ""}
        change={(text) => put({ text })}
        width={210}
      />
      <Select
        aria-label="Workflow"
        placeholder="All workflows"
        searchable
        clearable
        w={190}
        data={workflows}
        value={filter.workflow ?? null}
        onChange={(value) => put({ workflow: value ?? "" })}
      />
      <Select
        aria-label="State"
        placeholder="All states"
        clearable
        w={120}
        data={STATES}
        value={filter.state ?? null}
        onChange={(value) => put({ state: value ?? "" })}
      />
      <Typed
        label="User"
        placeholder="User's e-mail or id"
        icon={<IconUser size={14} />}
        value={filter.user ?? ""}
        change={(user) => put({ user })}
        width={180}
      />
      <Select aria-label="Time" w={145} data={SPANS} value={span} onChange={(value) => chooseSpan(value ?? "")} />
      {span === "before" && (
        <TextInput
          aria-label="Before"
          type="datetime-local"
          defaultValue={filter.until ? localText(filter.until) : ""}
          onChange={(event) => {
            const at = new Date(event.currentTarget.value);
            put({ since: "", until: Number.isNaN(at.getTime()) ? "" : at.toISOString() });
          }}
        />
      )}
      {Object.keys(filter).length > 0 && (
        <Button variant="subtle" color="gray" leftSection={<IconX size={13} />} onClick={clear}>
          Clear
        </Button>
      )}
    </>
  );
}

interface TypedProps {
  label: string;
  placeholder: string;
  icon: React.ReactNode;
  value: string;
  change: (text: string) => void;
  width: number;
}

function Typed({ label, placeholder, icon, value, change, width }: TypedProps) {
  const [text, setText] = useState(value);
  const later = useDebouncedCallback(change, 300);
  useEffect(() => setText(value), [value]);
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
