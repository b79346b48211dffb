import { ActionIcon, Button, Checkbox, Select, Switch, TextInput, Tooltip } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useApp, useCatalogue } from "../../api/app";
import type { ThingType } from "../../api/shapes";
import { useContent, useEdit, useOpenFile } from "../../workflow/context";
import { SettledText } from "../../workflow/panel/SettledText";
import { isMapping, type Mapping, type Value } from "../../workflow/value";
import classes from "./Data.module.css";
import { DataApiClosed } from "./DataApiClosed";
import { idFor } from "./naming";

/** The fields of a data type: what they are called and what they hold. */
export function FieldsForm({ type }: { type: ThingType }) {
  const content = useContent();
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const fields = isMapping(content.fields) ? content.fields : {};
  const builtin = type.fields.filter((one) => one.builtin);
  return (
    <>
      <div className={classes.settings}>
        <SettledText
          label="Name"
          value={typeof content.label === "string" ? content.label : type.id}
          readOnly={readOnly}
          keep={(label) => edit([{ op: "set", path: ["label"], value: label }])}
        />
        <Switch
          label="On the Data API"
          checked={content.api === true}
          disabled={readOnly}
          onChange={(event) => edit([{ op: "set", path: ["api"], value: event.currentTarget.checked }])}
        />
      </div>
      {content.api === true && <DataApiClosed readOnly={readOnly} />}
      <table className={classes.fields} aria-label="Fields">
        <thead>
          <tr className={classes.fieldHead}>
            {["Field", "Name", "Type", "Unique", "Index", "Default", ""].map((one) => (
              <th key={one} scope="col" aria-label={one || "Remove"}>
                {one}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Object.entries(fields).map(([id, value]) => (
            <FieldRow key={id} id={id} value={value} />
          ))}
          {builtin.map((one) => (
            <tr key={one.id} className={classes.field} data-builtin>
              <td>
                <code>{one.id}</code>
              </td>
              <td>{one.label}</td>
              <td>{one.type}</td>
              <td className={classes.every}>every thing has it</td>
            </tr>
          ))}
        </tbody>
      </table>
      {!readOnly && <NewField taken={[...Object.keys(fields), ...builtin.map((one) => one.id)]} />}
    </>
  );
}

function FieldRow({ id, value }: { id: string; value: Value }) {
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const field: Mapping = isMapping(value) ? value : { type: value };
  const type = typeof field.type === "string" ? field.type : "";
  const put = (key: string, next: Value | undefined) => {
    const whole: Mapping = { ...field };
    if (next === undefined || next === "" || next === false) delete whole[key];
    else whole[key] = next;
    // A field that is only a type stays as short as that in the file.
    const short = Object.keys(whole).length === 1 && typeof whole.type === "string" ? whole.type : whole;
    edit([{ op: "set", path: ["fields", id], value: short }], `field ${id} ${key}`);
  };
  return (
    <tr className={classes.field}>
      <td>
        <code>{id}</code>
      </td>
      <td>
        <SettledText
          label={`Name of ${id}`}
          value={typeof field.label === "string" ? field.label : ""}
          placeholder={id}
          readOnly={readOnly}
          keep={(label) => put("label", label)}
        />
      </td>
      <td>
        <FieldType label={`Type of ${id}`} value={type} change={(next) => put("type", next)} readOnly={readOnly} />
      </td>
      <td>
        <Checkbox
          aria-label={`${id} is unique`}
          checked={field.unique === true}
          disabled={readOnly}
          onChange={(event) => put("unique", event.currentTarget.checked)}
        />
      </td>
      <td>
        <Checkbox
          aria-label={`${id} has an index`}
          checked={field.index === true}
          disabled={readOnly}
          onChange={(event) => put("index", event.currentTarget.checked)}
        />
      </td>
      <td>
        <SettledText
          label={`Default of ${id}`}
          value={field.default === undefined ? "" : String(field.default)}
          placeholder="empty"
          readOnly={readOnly}
          keep={(text) => put("default", defaultOf(text, type))}
        />
      </td>
      <td>
        {!readOnly && (
          <Tooltip label="Remove this field: its values stay in the database until a purge">
            <ActionIcon
              aria-label={`Remove the field ${id}`}
              onClick={() => edit([{ op: "remove", path: ["fields", id] }])}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </Tooltip>
        )}
      </td>
    </tr>
  );
}

function defaultOf(text: string, type: string): Value | undefined {
  if (text === "") return undefined;
  if (type === "number" && !Number.isNaN(Number(text))) return Number(text);
  if (type === "yes_no") return /^(yes|true)$/i.test(text);
  return text;
}

function NewField({ taken }: { taken: string[] }) {
  const edit = useEdit();
  const [name, setName] = useState("");
  const [type, setType] = useState("text");
  const id = idFor(name);
  const isTaken = taken.includes(id);
  const add = () => {
    if (!id || isTaken) return;
    const label = name.trim();
    edit([{ op: "set", path: ["fields", id], value: label === id ? type : { type, label } }]);
    setName("");
  };
  return (
    <form
      className={classes.newField}
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <TextInput
        aria-label="Name of the new field"
        placeholder="New field…"
        value={name}
        error={isTaken ? "There is one of this name already." : null}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <FieldType label="Type of the new field" value={type} change={setType} readOnly={false} />
      <Button type="submit" leftSection={<IconPlus size={14} />} disabled={!id || isTaken}>
        Add {id && <code style={{ marginLeft: 5 }}>{id}</code>}
      </Button>
    </form>
  );
}

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
