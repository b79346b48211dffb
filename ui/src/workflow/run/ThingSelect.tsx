import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useState } from "react";
import { get } from "../../api/client";
import { useEnvironment } from "../../api/environment";
import type { RowShown, TableShown } from "../../api/types";
import type { Value } from "../value";

interface ThingSelectProps {
  label: ReactNode;
  withAsterisk?: boolean;
  placeholder?: string;
  error?: string | undefined;
  /** In a popover its list must stand inside: a click elsewhere would close it. */
  comboboxProps?: { withinPortal: boolean };
  type: string;
  value: Value | undefined;
  change: (value: string | null) => void;
}

/** One of the things of a data type: found by words, or by its id. */
export function ThingSelect({ type, value, change, ...shown }: ThingSelectProps) {
  const env = useEnvironment();
  const [text, setText] = useState("");
  const [asked] = useDebouncedValue(text, 200);
  const { data, error: failure } = useQuery({
    queryKey: ["data", env, type, "select", asked],
    queryFn: ({ signal }) => get<TableShown>(`/${env}/data/${type}`, { q: asked, limit: 20 }, signal),
    placeholderData: keepPreviousData,
    // Runs make things of which no news comes.
    staleTime: 0,
    retry: false,
  });
  const found = (data?.rows ?? []).map((row) => ({ value: row.id, label: labelOf(row, data?.label_field ?? null) }));
  const now = typeof value === "string" ? value : null;
  // An id that is typed or pasted counts as well.
  const known = new Set(found.map((one) => one.value));
  const more = [now, text.trim()].filter(
    (id): id is string => Boolean(id) && !known.has(id ?? "") && /^[\w-]{8,}$/.test(id ?? ""),
  );
  return (
    <Select
      {...shown}
      placeholder={shown.placeholder ?? "Search, or paste an id"}
      searchable
      clearable
      data={[...found, ...[...new Set(more)].map((id) => ({ value: id, label: id }))]}
      filter={({ options }) => options}
      searchValue={text}
      onSearchChange={setText}
      value={now}
      onChange={change}
      nothingFoundMessage={failure ? failure.message : "Nothing found"}
    />
  );
}

/** What a thing is called: by the field that the server chose, or the first few values that say something. */
function labelOf({ id, values }: RowShown, field: string | null): string {
  const label = field ? values[field] : undefined;
  if (typeof label === "string" && label) return label;
  const words = Object.entries(values)
    .filter(([name, one]) => name !== "id" && typeof one === "string" && one && one.length < 60)
    .map(([, one]) => String(one));
  return words.slice(0, 2).join(" · ") || id;
}
