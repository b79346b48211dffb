import { Select } from "@mantine/core";
import { useApp } from "../../api/app";
import { useOpenFile } from "../context";
import type { InputProps } from "./inputs";

/** A data type of the app. */
export function TypeSelect({ prop, value, change }: InputProps) {
  const { types } = useApp();
  const { readOnly } = useOpenFile();
  return (
    <Select
      aria-label={prop.label}
      placeholder="Choose a data type"
      data={types.map((one) => ({ value: one.id, label: one.label || one.id }))}
      value={typeof value === "string" && value ? value : null}
      onChange={(next) => change(next ?? undefined)}
      disabled={readOnly}
      searchable
    />
  );
}
