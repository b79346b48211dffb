import { Select } from "@mantine/core";
import { useApp } from "../../api/app";
import { useEdit, useOpen, useOpenFile } from "../context";
import { isMapping, type Path, type Value } from "../value";
import { CHANGES, changeOf, writtenChange } from "./changes";
import type { InputProps } from "./inputs";
import { OneValue } from "./OneValue";
import classes from "./Rows.module.css";
import { useAssignedType } from "./useAssignedType";

/** Fields and what becomes of them: a value, or a change such as “add”. */
export function AssignmentsInput({ prop, path, step, value, given }: InputProps) {
  const { types } = useApp();
  const { readOnly, selection } = useOpen();
  const edit = useEdit();
  const typeId = useAssignedType(prop, step, given);
  const type = types.find((one) => one.id === typeId);
  const fields = type?.fields.filter((field) => !field.builtin || field.id in (isMapping(value) ? value : {})) ?? [];
  const values = isMapping(value) ? value : {};
  const free = fields.filter((field) => !(field.id in values));
  return (
    <div className={classes.rows}>
      {Object.entries(values).map(([name, one]) => {
        const field = fields.find((other) => other.id === name);
        return (
          <Assignment
            key={name}
            name={name}
            label={field?.label || name}
            type={field?.type ?? ""}
            note={field ? field.type : type ? "no field any more" : ""}
            path={[...path, name]}
            value={one}
          />
        );
      })}
      {!readOnly && (
        <Select
          key={Object.keys(values).length}
          aria-label="Set a field"
          placeholder={
            type ? (free.length ? "+ Set a field" : "All fields are set") : `Choose ${prop.of || "a type"} first`
          }
          disabled={!free.length}
          data={free.map((field) => ({ value: field.id, label: `${field.label || field.id}` }))}
          value={null}
          searchable
          onChange={(name) => {
            if (!name) return;
            edit([{ op: "set", path: [...path, name], value: "" }]);
            selection.select(step, [...path, name]);
          }}
        />
      )}
    </div>
  );
}

interface AssignmentProps {
  name: string;
  label: string;
  type: string;
  note: string;
  path: Path;
  value: Value;
}

function Assignment({ name, label, type, note, path, value }: AssignmentProps) {
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const { id, operand } = changeOf(value);
  const fitting = CHANGES.filter((change) => change.id === id || change.operand(type) !== null);
  const wanted = CHANGES.find((change) => change.id === id)?.operand(type) ?? "";
  const remove = () => edit([{ op: "remove", path }]);
  const choice =
    fitting.length > 1 ? (
      <Select
        w={96}
        size="xs"
        variant="filled"
        aria-label={`How ${label} changes`}
        data={fitting.map((change) => ({ value: change.id, label: change.label }))}
        value={id}
        disabled={readOnly}
        onChange={(next) =>
          next && edit([{ op: "set", path, value: writtenChange(next, next === "clear" ? true : "") }])
        }
      />
    ) : undefined;
  if (id === "clear") {
    return (
      <div className={classes.entry}>
        <div className={classes.entryHead}>
          <b>{label}</b>
          {choice}
        </div>
        <p className={classes.empty}>Nothing stays in the list.</p>
      </div>
    );
  }
  return (
    <OneValue
      name={name}
      label={label}
      note={note}
      type={wanted}
      path={id === "set" ? path : [...path, id]}
      value={operand}
      readOnly={readOnly}
      remove={remove}
      between={choice}
    />
  );
}
