import { MultiSelect, SegmentedControl } from "@mantine/core";
import type { Value } from "../../workflow/value";
import classes from "./Data.module.css";

interface AllowedProps {
  label: string;
  value: Value;
  /** What stands in the file for all fields. */
  all: Value;
  fields: { value: string; label: string }[];
  readOnly: boolean;
  change: (value: Value | undefined) => void;
}

/** Nothing, all fields, or some of them. */
export function Allowed({ label, value, all, fields, readOnly, change }: AllowedProps) {
  const some = Array.isArray(value) ? value.map(String) : null;
  const mode = some ? "some" : value === true ? "all" : "none";
  return (
    <div className={classes.allowed}>
      <span>{label}</span>
      <SegmentedControl
        aria-label={label}
        value={mode}
        disabled={readOnly}
        onChange={(next) =>
          change(next === "all" ? all : next === "some" ? fields.slice(0, 1).map((one) => one.value) : undefined)
        }
        data={[
          { value: "none", label: "No" },
          { value: "some", label: "Some" },
          { value: "all", label: "All" },
        ]}
      />
      {some && (
        <MultiSelect
          aria-label={`${label}: which`}
          size="xs"
          searchable
          data={fields}
          value={some}
          disabled={readOnly}
          onChange={(next) => next.length && change(next)}
        />
      )}
    </div>
  );
}
