import { Button, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useEdit } from "../../workflow/context";
import classes from "./Data.module.css";
import { FieldType } from "./FieldType";
import { idFor } from "./naming";

/** Adds a field to a data type. */
export function NewField({ taken }: { taken: string[] }) {
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
