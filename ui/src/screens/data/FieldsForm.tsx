import { Switch } from "@mantine/core";
import type { ThingType } from "../../api/shapes";
import { useContent, useEdit, useOpenFile } from "../../workflow/context";
import { SettledText } from "../../workflow/panel/SettledText";
import { isMapping } from "../../workflow/value";
import classes from "./Data.module.css";
import { DataApiClosed } from "./DataApiClosed";
import { FieldRow } from "./FieldRow";
import { NewField } from "./NewField";

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
