import type { Prop } from "../../api/shapes";
import { useChecked } from "../../expression/useChecked";
import { useOpenFile } from "../context";
import type { Mapping, Path } from "../value";

/** The data type whose fields are assigned: the one that the property `of` names, or that of its expression. */
export function useAssignedType(prop: Prop, step: Path, given: Mapping): string {
  const { store } = useOpenFile();
  const of = prop.form === "user_fields" ? "" : prop.of;
  const value = given[of];
  const text = typeof value === "string" && value.startsWith("=") ? value.slice(1).trim() : "";
  const where = { file: store.file, path: [...step, "with", of] };
  const checked = useChecked(where, text, "expression", "", text !== "");
  if (prop.form === "user_fields") return "user";
  if (text) return (checked?.type ?? "").replace(/^list of /, "");
  return typeof value === "string" ? value : "";
}
