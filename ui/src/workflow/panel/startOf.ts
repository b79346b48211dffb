import type { Prop } from "../../api/shapes";
import type { Value } from "../value";

const MAPPINGS = new Set([
  "assignments",
  "assignments_each",
  "user_fields",
  "values",
  "arguments",
  "item_arguments",
  "completion",
]);

export const isMappingForm = (form: string): boolean => MAPPINGS.has(form);

/** What a property is when it is added: its default if it has one, or else nothing yet. */
export function startOf(prop: Prop): Value {
  if (isMappingForm(prop.form)) return {};
  if (prop.form === "word") return String(prop.default ?? prop.words[0] ?? "");
  if (typeof prop.default === "number" || typeof prop.default === "boolean" || typeof prop.default === "string") {
    return prop.default;
  }
  return prop.type === "yes_no" ? true : "";
}
