import { NumberInput, SegmentedControl, Select, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useApp } from "../../api/app";
import type { Value } from "../value";
import classes from "./ParameterInput.module.css";
import { ThingSelect } from "./ThingSelect";

interface ParameterInputProps {
  name: string;
  type: string;
  isOptional: boolean;
  value: Value | undefined;
  autoFocus?: boolean;
  problem?: string | undefined;
  change: (value: Value) => void;
}

/** An input for a value of a type, in the form that callers send it. */
export function ParameterInput({ name, type, isOptional, value, autoFocus, problem, change }: ParameterInputProps) {
  const { types, option_sets } = useApp();
  const label = (
    <>
      <code className={classes.name}>{name}</code> <span className={classes.type}>{type}</span>
    </>
  );
  const shared = { label, withAsterisk: !isOptional, "data-autofocus": autoFocus || undefined, error: problem };
  const options = option_sets.find((one) => one.id === type)?.options;
  if (options) {
    return (
      <Select
        {...shared}
        clearable={isOptional}
        searchable
        data={options.map((one) => ({ value: one.id, label: one.label || one.id }))}
        // A run's record, and so an example kept of it, has the option's name.
        value={options.find((one) => one.id === value || one.label === value)?.id ?? null}
        onChange={change}
      />
    );
  }
  if (types.some((one) => one.id === type))
    return <ThingSelect {...shared} type={type} value={value} change={change} />;
  if (type === "number") {
    return (
      <NumberInput
        {...shared}
        value={typeof value === "number" ? value : ""}
        onChange={(next) => change(typeof next === "number" ? next : next === "" ? null : Number(next))}
      />
    );
  }
  if (type === "yes_no") {
    return (
      <div>
        <div className={classes.label}>{label}</div>
        <SegmentedControl
          aria-label={name}
          value={value === true ? "yes" : value === false ? "no" : "empty"}
          onChange={(next) => change(next === "empty" ? null : next === "yes")}
          data={["yes", "no", ...(isOptional ? ["empty"] : [])]}
        />
      </div>
    );
  }
  if (type === "date") {
    return (
      <TextInput
        {...shared}
        type="datetime-local"
        step={1}
        value={typeof value === "string" ? localTime(value) : ""}
        onChange={(event) => {
          const text = event.currentTarget.value;
          change(text ? new Date(text).toISOString() : null);
        }}
      />
    );
  }
  if (type === "text") {
    return (
      <Textarea
        {...shared}
        autosize
        minRows={1}
        maxRows={8}
        value={typeof value === "string" ? value : ""}
        onChange={(event) => change(event.currentTarget.value)}
      />
    );
  }
  return <JsonInput {...shared} value={value} change={change} />;
}

function localTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return "";
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

interface JsonInputProps {
  label: React.ReactNode;
  error: string | undefined;
  withAsterisk: boolean;
  value: Value | undefined;
  change: (value: Value) => void;
}

/** Any other value: as JSON, or as a text where it is none. */
function JsonInput({ label, error, withAsterisk, value, change }: JsonInputProps) {
  const [text, setText] = useState(() => (value === null || value === undefined ? "" : JSON.stringify(value)));
  return (
    <Textarea
      label={label}
      error={error}
      withAsterisk={withAsterisk}
      description="As JSON, such as [1, 2]"
      autosize
      minRows={1}
      maxRows={10}
      styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
      value={text}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        try {
          change(next ? (JSON.parse(next) as Value) : null);
        } catch {
          change(next);
        }
      }}
    />
  );
}
