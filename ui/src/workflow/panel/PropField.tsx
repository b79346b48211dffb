import { useCallback, useMemo } from "react";
import type { Prop } from "../../api/shapes";
import { useEdit, useOpenFile } from "../context";
import type { Mapping, Path, Value } from "../value";
import { Field } from "./Field";
import { inputOf } from "./inputs";
import { isMappingForm } from "./startOf";

interface PropFieldProps {
  path: Path;
  prop: Prop;
  given: Mapping;
}

/** One property of a step, with the input that its form asks for. */
export function PropField({ path, prop, given }: PropFieldProps) {
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const place = useMemo(() => [...path, "with", prop.name], [path, prop.name]);
  const isGiven = prop.name in given;
  const change = useCallback(
    (value: Value | undefined) => {
      if (value !== undefined) edit([{ op: "set", path: place, value }], place.join("/"));
      else if (isGiven) edit([{ op: "remove", path: place }], place.join("/"));
    },
    [edit, place, isGiven],
  );
  const Input = inputOf(prop.form);
  const remove = isGiven && !prop.required && !readOnly ? () => change(undefined) : undefined;
  return (
    <Field
      label={prop.label}
      doc={prop.doc}
      type={prop.form === "expression" || prop.form === "some" ? prop.type.replace("_", "/") : ""}
      required={
        prop.required || (prop.required_without.length > 0 && !prop.required_without.some((other) => other in given))
      }
      path={place}
      remove={remove}
      hasEntries={isMappingForm(prop.form) || Array.isArray(given[prop.name])}
    >
      <Input prop={prop} path={place} step={path} value={given[prop.name]} given={given} change={change} />
    </Field>
  );
}
