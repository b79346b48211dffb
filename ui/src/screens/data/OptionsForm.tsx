import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useContent, useEdit, useOpenFile } from "../../workflow/context";
import { SettledText } from "../../workflow/panel/SettledText";
import { isMapping, type Mapping, type Value } from "../../workflow/value";
import classes from "./Data.module.css";
import { FieldType } from "./FieldType";
import { idFor } from "./naming";

/** An option set: its attributes, and its options in their order. */
export function OptionsForm({ id }: { id: string }) {
  const content = useContent();
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const options = isMapping(content.options) ? content.options : {};
  const attributes = isMapping(content.attributes) ? content.attributes : {};
  const names = Object.keys(options);
  const swap = (at: number, by: number) => {
    const order = [...names];
    order.splice(at + by, 0, ...order.splice(at, 1));
    const moved: Mapping = {};
    for (const name of order) moved[name] = options[name] as Value;
    edit([{ op: "set", path: ["options"], value: moved }]);
  };
  return (
    <>
      <div className={classes.settings}>
        <SettledText
          label="Name"
          value={typeof content.label === "string" ? content.label : id}
          readOnly={readOnly}
          keep={(label) => edit([{ op: "set", path: ["label"], value: label }])}
        />
      </div>
      <h2 className={classes.subhead}>Attributes</h2>
      {Object.entries(attributes).map(([name, type]) => (
        <div key={name} className={classes.attribute}>
          <code>{name}</code>
          <FieldType
            label={`Type of ${name}`}
            value={typeof type === "string" ? type : "text"}
            readOnly={readOnly}
            change={(next) => edit([{ op: "set", path: ["attributes", name], value: next }])}
          />
          {!readOnly && (
            <ActionIcon
              aria-label={`Remove the attribute ${name}`}
              onClick={() => edit([{ op: "remove", path: ["attributes", name] }])}
            >
              <IconTrash size={15} />
            </ActionIcon>
          )}
        </div>
      ))}
      {!readOnly && (
        <Adding
          what="attribute"
          taken={Object.keys(attributes)}
          add={(name) => edit([{ op: "set", path: ["attributes", name], value: "text" }])}
        />
      )}
      <h2 className={classes.subhead}>Options</h2>
      {names.map((name, at) => (
        <OptionRow
          key={name}
          name={name}
          value={options[name] as Value}
          attributes={Object.keys(attributes)}
          up={at > 0 ? () => swap(at, -1) : undefined}
          down={at < names.length - 1 ? () => swap(at, 1) : undefined}
        />
      ))}
      {!readOnly && (
        <Adding
          what="option"
          taken={names}
          add={(name, label) => edit([{ op: "set", path: ["options", name], value: label }])}
        />
      )}
    </>
  );
}

interface OptionRowProps {
  name: string;
  value: Value;
  attributes: string[];
  up: (() => void) | undefined;
  down: (() => void) | undefined;
}

function OptionRow({ name, value, attributes, up, down }: OptionRowProps) {
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const option: Mapping = isMapping(value) ? value : { label: value };
  const put = (key: string, text: string) => {
    const whole: Mapping = { ...option };
    if (text === "") delete whole[key];
    else whole[key] = text;
    const short = Object.keys(whole).length === 1 && "label" in whole ? (whole.label as Value) : whole;
    edit([{ op: "set", path: ["options", name], value: short }], `option ${name} ${key}`);
  };
  return (
    <div className={classes.option}>
      <code>{name}</code>
      <SettledText
        label={`Name of ${name}`}
        value={option.label === undefined ? "" : String(option.label)}
        placeholder={name}
        readOnly={readOnly}
        keep={(text) => put("label", text)}
      />
      {attributes.map((one) => (
        <SettledText
          key={one}
          label={`${one} of ${name}`}
          value={option[one] === undefined || option[one] === null ? "" : String(option[one])}
          placeholder={one}
          readOnly={readOnly}
          keep={(text) => put(one, text)}
        />
      ))}
      {!readOnly && (
        <>
          <ActionIcon aria-label={`Move ${name} up`} disabled={!up} onClick={up}>
            <IconArrowUp size={15} />
          </ActionIcon>
          <ActionIcon aria-label={`Move ${name} down`} disabled={!down} onClick={down}>
            <IconArrowDown size={15} />
          </ActionIcon>
          <ActionIcon
            aria-label={`Remove the option ${name}`}
            onClick={() => edit([{ op: "remove", path: ["options", name] }])}
          >
            <IconTrash size={15} />
          </ActionIcon>
        </>
      )}
    </div>
  );
}

function Adding({ what, taken, add }: { what: string; taken: string[]; add: (id: string, label: string) => void }) {
  const [name, setName] = useState("");
  const id = idFor(name);
  const isTaken = taken.includes(id);
  return (
    <form
      className={classes.newField}
      onSubmit={(event) => {
        event.preventDefault();
        if (!id || isTaken) return;
        add(id, name.trim());
        setName("");
      }}
    >
      <TextInput
        aria-label={`Name of the new ${what}`}
        placeholder={`New ${what}…`}
        value={name}
        error={isTaken ? "There is one of this name already." : null}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" leftSection={<IconPlus size={14} />} disabled={!id || isTaken}>
        Add
      </Button>
    </form>
  );
}
