import { Select } from "@mantine/core";
import { useApp, useCatalogue } from "../../api/app";

interface TypePickerProps {
  label: string;
  value: string;
  readOnly: boolean;
  change: (type: string) => void;
}

const LIST = "list of ";

/** Any type that a value may have: the basic ones, data types, option sets, and lists of them. */
export function TypePicker({ label, value, readOnly, change }: TypePickerProps) {
  const { types: basics } = useCatalogue();
  const { types, option_sets } = useApp();
  const all = [
    { group: "Basics", items: basics.map((one) => ({ value: one.id, label: one.label })) },
    { group: "Data types", items: types.map((one) => ({ value: one.id, label: one.label || one.id })) },
    { group: "Option sets", items: option_sets.map((one) => ({ value: one.id, label: one.label || one.id })) },
  ].filter(({ items }) => items.length);
  const lists = all.map(({ group, items }) => ({
    group: `Lists: ${group.toLowerCase()}`,
    items: items.map((one) => ({ value: LIST + one.value, label: `list of ${one.label}` })),
  }));
  return (
    <Select
      aria-label={label}
      data={[...all, ...lists]}
      value={value || null}
      placeholder="Type"
      disabled={readOnly}
      searchable
      comboboxProps={{ width: 220, position: "bottom-end" }}
      onChange={(next) => next && change(next)}
    />
  );
}
