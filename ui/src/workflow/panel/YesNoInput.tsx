import { ActionIcon, Group, SegmentedControl, Tooltip } from "@mantine/core";
import { IconMathFunction } from "@tabler/icons-react";
import type { Value } from "../value";

interface YesNoInputProps {
  label: string;
  value: Value | undefined;
  readOnly: boolean;
  change: (value: Value | undefined) => void;
}

/** Yes or no, or the way to an expression. */
export function YesNoInput({ label, value, readOnly, change }: YesNoInputProps) {
  return (
    <Group gap={6}>
      <SegmentedControl
        aria-label={label}
        disabled={readOnly}
        value={value === true ? "yes" : value === false ? "no" : ""}
        onChange={(next) => change(next === "yes")}
        data={[
          { value: "yes", label: "Yes" },
          { value: "no", label: "No" },
        ]}
      />
      {!readOnly && (
        <ToExpression label={label} start={value === true ? "yes" : value === false ? "no" : ""} change={change} />
      )}
    </Group>
  );
}

interface ToExpressionProps {
  label: string;
  start: string;
  change: (value: Value) => void;
}

/** Turns a chosen value into an expression that can be changed. */
export function ToExpression({ label, start, change }: ToExpressionProps) {
  return (
    <Tooltip label="Switch to expression">
      <ActionIcon aria-label={`${label}: expression`} onClick={() => change(`=${start}`)}>
        <IconMathFunction size={15} stroke={1.8} />
      </ActionIcon>
    </Tooltip>
  );
}
