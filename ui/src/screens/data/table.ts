import type { ColumnShown as Column } from "../../api/types";

export type { ColumnShown as Column, RowShown as Row, TableShown as Table } from "../../api/types";
export interface Condition {
  key: string;
  constraint_type: string;
  value?: unknown;
}

/** What a table is narrowed to, and how it is sorted. */
export interface View {
  q: string;
  conditions: Condition[];
  sort: string;
  descending: boolean;
  as_user: string;
  only_found: boolean;
}

export const NEW_VIEW: View = { q: "", conditions: [], sort: "", descending: false, as_user: "", only_found: false };

/** The view as the query of a request. */
export function queryOf(view: View): Record<string, string | undefined> {
  return {
    q: view.q || undefined,
    conditions: view.conditions.length ? JSON.stringify(view.conditions) : undefined,
    sort: view.sort || undefined,
    descending: view.sort && view.descending ? "yes" : undefined,
    as_user: view.as_user || undefined,
    only_found: view.as_user && view.only_found ? "yes" : undefined,
  };
}

export const itemOf = (type: string): string => type.replace(/^list of /, "");
export const isList = (type: string): boolean => type.startsWith("list of ");

/** What things are called: by type, by id. */
export type Labels = Record<string, Record<string, string>>;

/** A value as a cell shows it; things by what they are called. */
export function shown(value: unknown, type: string, labels: Labels): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map((one) => shown(one, itemOf(type), labels)).join(", ");
  const known = labels[itemOf(type)];
  if (known && typeof value === "string") return known[value] ?? value;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (type === "date" && typeof value === "string") return value.slice(0, 16).replace("T", " ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A value as it is typed: lists and compound values as JSON. */
export function typed(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** What was typed into a cell of a column; a text that is no such value as it is: the server says what is wrong with it. */
export function readOrText(text: string, column: Column): unknown {
  try {
    return readTyped(text, column.type);
  } catch {
    return text;
  }
}

/** What was typed, as JSON has it. Throws a sentence for what cannot be read. */
export function readTyped(text: string, type: string): unknown {
  if (text.trim() === "") return null;
  if (isList(type) || /^(json|address|date_range|number_range|interval)$/.test(type)) {
    try {
      return JSON.parse(text);
    } catch {
      if (isList(type)) return text.split(",").map((one) => readTyped(one.trim(), itemOf(type)));
      if (type === "interval") return Number(text);
      throw new Error(`This is no JSON. A ${type} is written like ["a", "b"] or {"key": "value"}.`);
    }
  }
  if (type === "number") {
    const number = Number(text.replace(",", "."));
    if (Number.isNaN(number)) throw new Error(`${text} is no number.`);
    return number;
  }
  if (type === "yes_no") return /^(yes|true|1)$/i.test(text.trim());
  return text;
}
