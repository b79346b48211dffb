import { Button, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { ThingType } from "../../api/shapes";
import { Callout } from "../../desk/Callout";
import { useContent, useEdit, useOpenFile } from "../../workflow/context";
import { isMapping } from "../../workflow/value";
import classes from "./Data.module.css";
import { idFor } from "./naming";
import { RuleForm } from "./RuleForm";

/** The privacy rules of a data type: for whom each holds, and what they may see and do then. */
export function PrivacyForm({ type }: { type: ThingType }) {
  const content = useContent();
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const rules = isMapping(content.privacy) ? content.privacy : {};
  const [name, setName] = useState("");
  const id = idFor(name);
  return (
    <>
      {Object.keys(rules).length === 0 && (
        <Callout tone="info" title="Nobody but the administrator sees these things">
          Without a rule everything is hidden. Add one to say who may find and see what.
        </Callout>
      )}
      {Object.entries(rules).map(([rule, value]) => (
        <RuleForm key={rule} type={type} name={rule} rule={isMapping(value) ? value : {}} />
      ))}
      {!readOnly && (
        <form
          className={classes.newField}
          onSubmit={(event) => {
            event.preventDefault();
            if (!id || id in rules) return;
            edit([
              {
                op: "set",
                path: ["privacy", id],
                value: { when: "=this.created_by == current_user", find: true, view: "all" },
              },
            ]);
            setName("");
          }}
        >
          <TextInput
            aria-label="Name of the new rule"
            placeholder="New rule, such as owner…"
            value={name}
            error={id in rules ? "There is one of this name already." : null}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" leftSection={<IconPlus size={14} />} disabled={!id || id in rules}>
            Add rule
          </Button>
        </form>
      )}
      <p className={classes.soft}>
        What several rules allow adds up. Workflows keep to them unless they say “ignore privacy”. Try them with “View
        as” in Things.
      </p>
    </>
  );
}
