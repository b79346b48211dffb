import { Select, Switch } from "@mantine/core";
import type { KeyInfo } from "../../api/shapes";
import { Said } from "../../desk/Said";
import { useEdit, useOpenFile } from "../context";
import { isMapping, type Mapping, type Path, pathKey, type Value } from "../value";
import { Expression } from "./Expression";
import { Field } from "./Field";
import { KeyFields } from "./KeyFields";
import { SettledText } from "./SettledText";
import { WorkflowSelect } from "./WorkflowSelect";

interface KeyFieldProps {
  keyInfo: KeyInfo;
  path: Path;
  value: Value | undefined;
  /** Where the mapping around is written as a lone value: what it is with this key set. */
  whole?: ((value: Value) => Mapping) | undefined;
}

/** One key of a file, with the input that its form asks for. */
export function KeyField({ keyInfo, path, value, whole }: KeyFieldProps) {
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const label = keyInfo.label;
  const set = (next: Value | undefined) => {
    if (next !== undefined && next !== "") {
      const edits = whole
        ? ({ op: "set", path: path.slice(0, -1), value: whole(next) } as const)
        : ({ op: "set", path, value: next } as const);
      edit([edits], pathKey(path));
    } else if (value !== undefined && !whole) edit([{ op: "remove", path }], pathKey(path));
  };
  const isDefault = (next: Value): boolean => next === keyInfo.default;
  if (keyInfo.form === "mapping") return <KeyFields keyInfo={keyInfo} path={path} value={value} label={label} />;
  if (keyInfo.form === "yes_no") {
    return (
      <Field label="" path={path}>
        <Switch
          label={label}
          description={keyInfo.doc && <Said text={keyInfo.doc} />}
          checked={value === undefined || value === null ? keyInfo.default === true : value === true}
          disabled={readOnly}
          onChange={(event) => set(isDefault(event.currentTarget.checked) ? undefined : event.currentTarget.checked)}
        />
      </Field>
    );
  }
  if (keyInfo.form === "choice") {
    return (
      <Field label={label} doc={keyInfo.doc} path={path}>
        <Select
          aria-label={label}
          data={keyInfo.words.map((word) => ({ value: word, label: word.replaceAll("_", " ") }))}
          value={String(value ?? keyInfo.default ?? "") || null}
          disabled={readOnly}
          onChange={(next) => next && set(isDefault(next) && !keyInfo.required ? undefined : next)}
        />
      </Field>
    );
  }
  if (keyInfo.name === "on_failure") {
    return (
      <Field label={label} doc={keyInfo.doc} path={path}>
        <WorkflowSelect prop={{ label, words: [] }} value={value} change={set} clearable />
      </Field>
    );
  }
  if (keyInfo.form === "value" && !isMapping(value) && !Array.isArray(value)) {
    return (
      <Field label={label} doc={keyInfo.doc} path={path}>
        <Expression label={label} path={path} value={value} type="any value" change={set} />
      </Field>
    );
  }
  const isList = Array.isArray(value);
  return (
    <Field label={label} doc={keyInfo.doc} path={path} required={keyInfo.required}>
      <SettledText
        label={label}
        value={isList ? value.join(", ") : isMapping(value) ? JSON.stringify(value) : String(value ?? "")}
        placeholder={keyInfo.default === null ? "" : String(keyInfo.default)}
        readOnly={readOnly || isMapping(value)}
        keep={(next) => {
          const text = next.trim();
          if (!text) set(undefined);
          else if (keyInfo.form === "number" && /^-?\d+(\.\d+)?$/.test(text)) set(Number(text));
          else if (keyInfo.form === "list" && text.includes(",")) set(text.split(",").map((one) => one.trim()));
          else set(text);
        }}
      />
    </Field>
  );
}
