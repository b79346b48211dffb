import { isMapping, type Value } from "../value";

/** How a field changes. */
export interface Change {
  id: string;
  label: string;
  /** The type of the operand, for a field of this type; null where the change does not fit the field. */
  operand: (type: string) => string | null;
}

const itemOf = (type: string): string | null => (type.startsWith("list of ") ? type.slice(8) : null);

export const CHANGES: Change[] = [
  { id: "set", label: "=", operand: (type) => type },
  { id: "increase", label: "+=", operand: (type) => (type === "number" ? "number" : null) },
  { id: "add", label: "add", operand: itemOf },
  { id: "remove", label: "remove", operand: itemOf },
  { id: "add_list", label: "add list", operand: (type) => (itemOf(type) ? type : null) },
  { id: "remove_list", label: "remove list", operand: (type) => (itemOf(type) ? type : null) },
  { id: "clear", label: "clear", operand: (type) => (itemOf(type) ? "" : null) },
];

/** The change that is written: `{increase: 1}` is an increase, anything else sets. */
export function changeOf(value: Value | undefined): { id: string; operand: Value | undefined } {
  if (isMapping(value)) {
    const [name] = Object.keys(value);
    if (name && CHANGES.some((one) => one.id === name && name !== "set")) return { id: name, operand: value[name] };
  }
  return { id: "set", operand: value };
}

/** How a change is written. */
export function writtenChange(id: string, operand: Value | undefined): Value {
  if (id === "set") return operand ?? "";
  if (id === "clear") return { clear: true };
  return { [id]: operand ?? "" };
}
