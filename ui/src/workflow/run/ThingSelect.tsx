import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useState } from "react";
import { get } from "../../api/client";
import { useEnvironment } from "../../api/environment";
import type { Value } from "../value";

interface ThingSelectProps {
  label: ReactNode;
  withAsterisk?: boolean;
  placeholder?: string;
  type: string;
  value: Value | undefined;
  change: (value: string | null) => void;
}

interface DataPage {
  columns: { id: string; type: string }[];
  rows: { id: string; values: Record<string, unknown> | unknown[] }[];
}

/** One of the things of a data type: found by words, or by its id. */
export function ThingSelect({ type, value, change, ...shown }: ThingSelectProps) {
  const env = useEnvironment();
  const [text, setText] = useState("");
  const [asked] = useDebouncedValue(text, 200);
  const { data, error } = useQuery({
    queryKey: ["data", env, type, "select", asked],
    queryFn: ({ signal }) => get<DataPage>(`/${env}/data/${type}`, { q: asked, limit: 20 }, signal),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const found = (data?.rows ?? []).map((row) => ({ value: row.id, label: wordsOf(row.values) || row.id }));
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
      nothingFoundMessage={error ? error.message : "Nothing found"}
    />
  );
}

/** The first few values of a thing that say something. */
function wordsOf(values: Record<string, unknown> | unknown[]): string {
  return Object.values(values)
    .filter((one) => (typeof one === "string" || typeof one === "number") && String(one).length < 60)
    .slice(0, 3)
    .join(" · ");
}
