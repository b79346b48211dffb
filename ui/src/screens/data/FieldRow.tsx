import { ActionIcon, Checkbox, Tooltip } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useEdit, useOpenFile } from "../../workflow/context";
import { SettledText } from "../../workflow/panel/SettledText";
import { isMapping, type Mapping, type Value } from "../../workflow/value";
import classes from "./Data.module.css";
import { FieldType } from "./FieldType";

/** One field of a data type. */
export function FieldRow({ id, value }: { id: string; value: Value }) {
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const field: Mapping = isMapping(value) ? value : { type: value };
  const type = typeof field.type === "string" ? field.type : "";
  const put = (key: string, next: Value | undefined) => {
    const whole: Mapping = { ...field };
    if (next === undefined || next === "") delete whole[key];
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
          onChange={(event) => put("unique", event.currentTarget.checked || undefined)}
        />
      </td>
      <td>
        <Checkbox
          aria-label={`${id} has an index`}
          checked={field.index === true}
          disabled={readOnly}
          onChange={(event) => put("index", event.currentTarget.checked || undefined)}
        />
      </td>
      <td>
        <SettledText
          label={`Default of ${id}`}
          value={spoken(field.default)}
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

/** A default as it stands in the input. */
function spoken(value: Value | undefined): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value === undefined || value === null ? "" : String(value);
}

function defaultOf(text: string, type: string): Value | undefined {
  if (text === "") return undefined;
  if (type === "number" && !Number.isNaN(Number(text))) return Number(text);
  if (type === "yes_no") return /^(yes|true)$/i.test(text);
  return text;
}
