import { Group, Select } from "@mantine/core";
import type { Value } from "../value";
import { ToExpression } from "./YesNoInput";

interface OptionSelectProps {
  label: string;
  options: { value: string; label: string }[];
  value: Value | undefined;
  readOnly: boolean;
  change: (value: Value | undefined) => void;
}

/** One of the options of an option set, or the way to an expression. */
export function OptionSelect({ label, options, value, readOnly, change }: OptionSelectProps) {
  return (
    <Group gap={6} wrap="nowrap">
      <Select
        flex={1}
        aria-label={label}
        data={options}
        value={typeof value === "string" ? value : null}
        onChange={(next) => change(next ?? undefined)}
        disabled={readOnly}
        searchable
      />
      {!readOnly && <ToExpression label={label} start={typeof value === "string" ? value : ""} change={change} />}
    </Group>
  );
}
