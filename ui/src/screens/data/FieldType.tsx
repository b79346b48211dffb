import { Checkbox, Select } from "@mantine/core";
import { useApp, useCatalogue } from "../../api/app";
import classes from "./Data.module.css";

interface FieldTypeProps {
  label: string;
  value: string;
  change: (type: string) => void;
  readOnly: boolean;
}

/** A type: what one value is, and whether there is a list of them. */
export function FieldType({ label, value, change, readOnly }: FieldTypeProps) {
  const { types } = useCatalogue();
  const app = useApp();
  const list = value.startsWith("list of ");
  const one = value.replace(/^list of /, "");
  const data = [
    { group: "Values", items: types.map((each) => ({ value: each.id, label: each.label || each.id })) },
    { group: "Data types", items: app.types.map((each) => ({ value: each.id, label: each.label || each.id })) },
    { group: "Option sets", items: app.option_sets.map((each) => ({ value: each.id, label: each.label || each.id })) },
  ];
  const known = new Set<string>();
  for (const group of data) {
    group.items = group.items.filter((each) => !known.has(each.value) && known.add(each.value));
  }
  if (one && !known.has(one)) data.unshift({ group: "Unknown", items: [{ value: one, label: one }] });
  return (
    <span className={classes.fieldType}>
      <Select
        aria-label={label}
        searchable
        data={data}
        value={one || null}
        disabled={readOnly}
        onChange={(next) => next && change(list ? `list of ${next}` : next)}
      />
      <Checkbox
        label="list"
        checked={list}
        disabled={readOnly}
        onChange={(event) => change(event.currentTarget.checked ? `list of ${one}` : one)}
      />
    </span>
  );
}
