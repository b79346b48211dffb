import { useOpenFile } from "../context";
import { Expression } from "./Expression";
import type { InputProps } from "./inputs";
import { ListInput } from "./ListInput";
import { OptionSelect } from "./OptionSelect";
import { useOptions } from "./useOptions";
import { YesNoInput } from "./YesNoInput";

/** A value or an expression: yes/no and options as choices, anything else as text. */
export function ValueInput({ prop, path, value, change }: InputProps) {
  const { readOnly } = useOpenFile();
  const options = useOptions(prop.type);
  const type =
    prop.form === "thing" || prop.form === "things" || prop.form === "listed" ? prop.type || prop.form : prop.type;
  if (Array.isArray(value))
    return <ListInput label={prop.label} path={path} items={value} type={type} change={change} />;
  const isExpression = typeof value === "string" && value.startsWith("=");
  // What must be given and is not yet is a condition to be written: a choice of yes or no would say nothing.
  if (prop.type === "yes_no" && !isExpression && (!prop.required || typeof value === "boolean")) {
    return <YesNoInput label={prop.label} value={value} readOnly={readOnly} change={change} />;
  }
  if (options && !isExpression) {
    return <OptionSelect label={prop.label} options={options} value={value} readOnly={readOnly} change={change} />;
  }
  return (
    <Expression
      label={prop.label}
      path={path}
      value={value}
      type={type}
      lines={prop.form === "html" || prop.name === "body" || prop.name === "text" || prop.name === "content"}
      hint={
        prop.default !== null && prop.default !== undefined && prop.default !== "" ? String(prop.default) : undefined
      }
      change={change}
    />
  );
}
