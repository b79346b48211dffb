import { SegmentedControl, Select } from "@mantine/core";
import { useOpenFile } from "../context";
import type { InputProps } from "./inputs";

/** One of a few words. */
export function WordSelect({ prop, value, change }: InputProps) {
  const { readOnly } = useOpenFile();
  const now = String(value ?? prop.default ?? "");
  const data = prop.words.map((word) => ({ value: word, label: word.replaceAll("_", " ") }));
  if (data.length > 4) {
    return (
      <Select
        aria-label={prop.label}
        data={data}
        value={now || null}
        onChange={(next) => change(next ?? undefined)}
        disabled={readOnly}
      />
    );
  }
  return <SegmentedControl aria-label={prop.label} data={data} value={now} onChange={change} disabled={readOnly} />;
}
