import { Select } from "@mantine/core";
import { useApp } from "../../api/app";
import { useOpenFile } from "../context";
import type { InputProps } from "./inputs";

/** One call of a connector. */
export function CallSelect({ prop, value, change }: InputProps) {
  const { connectors } = useApp();
  const { readOnly } = useOpenFile();
  return (
    <Select
      aria-label={prop.label}
      placeholder={connectors.length ? "Choose a call" : "There is no connector yet: add a file to connectors/"}
      data={connectors.map((one) => ({
        group: one.label || one.id,
        items: one.calls.map((call) => ({ value: `${one.id}.${call.id}`, label: call.id })),
      }))}
      value={typeof value === "string" && value ? value : null}
      onChange={(next) => change(next ?? undefined)}
      disabled={readOnly}
      searchable
    />
  );
}
