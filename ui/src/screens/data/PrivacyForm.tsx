import { ActionIcon, Button, Checkbox, MultiSelect, SegmentedControl, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import type { ThingType } from "../../api/shapes";
import { Callout } from "../../desk/Callout";
import { ExpressionInput } from "../../expression/ExpressionInput";
import { useContent, useEdit, useIssuesWithin, useOpenFile } from "../../workflow/context";
import { isMapping, type Mapping, type Value } from "../../workflow/value";
import classes from "./Data.module.css";
import { idFor } from "./naming";

const ALLOWS = [
  ["find", "Find it in searches"],
  ["files", "Open its private files"],
  ["delete", "Delete it (Data API)"],
] as const;
const WRITES = [
  ["create", "Create (Data API)"],
  ["modify", "Change (Data API)"],
] as const;

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

function RuleForm({ type, name, rule }: { type: ThingType; name: string; rule: Mapping }) {
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const file = `types/${type.id}.yaml`;
  const path = ["privacy", name];
  const issues = useIssuesWithin(path);
  const put = (key: string, value: Value | undefined) =>
    edit(
      value === undefined || value === false || (Array.isArray(value) && !value.length)
        ? key in rule
          ? [{ op: "remove", path: [...path, key] }]
          : []
        : [{ op: "set", path: [...path, key], value }],
      `rule ${name} ${key}`,
    );
  const fields = type.fields.map((one) => ({ value: one.id, label: one.label || one.id }));
  const everyone = rule.when === undefined;
  return (
    <section className={classes.rule} aria-label={`Rule ${name}`}>
      <header className={classes.ruleHead}>
        <h2>{name}</h2>
        <SegmentedControl
          aria-label="For whom"
          value={everyone ? "everyone" : "when"}
          disabled={readOnly}
          onChange={(value) => put("when", value === "everyone" ? undefined : "=this.created_by == current_user")}
          data={[
            { value: "when", label: "When…" },
            { value: "everyone", label: "For everyone" },
          ]}
        />
        {!readOnly && (
          <ActionIcon ml="auto" aria-label={`Remove the rule ${name}`} onClick={() => edit([{ op: "remove", path }])}>
            <IconTrash size={15} />
          </ActionIcon>
        )}
      </header>
      {!everyone && (
        <ExpressionInput
          label={`When the rule ${name} holds`}
          value={rule.when}
          where={{ file, path: [...path, "when"] }}
          type="yes_no"
          isCondition
          readOnly={readOnly}
          change={(value) => put("when", value)}
        />
      )}
      {issues.length > 0 && (
        <ul className={classes.issues}>
          {issues.map((one) => (
            <li key={one.message} data-severity={one.severity}>
              {one.message}
            </li>
          ))}
        </ul>
      )}
      <div className={classes.allows}>
        <Allowed
          label="See its fields"
          value={rule.view === "all" ? true : (rule.view ?? false)}
          all="all"
          fields={fields}
          readOnly={readOnly}
          change={(value) => put("view", value)}
        />
        {WRITES.map(([key, label]) => (
          <Allowed
            key={key}
            label={label}
            value={rule[key] ?? false}
            all={true}
            fields={fields.filter((one) => !type.fields.find((each) => each.id === one.value)?.builtin)}
            readOnly={readOnly}
            change={(value) => put(key, value)}
          />
        ))}
        {ALLOWS.map(([key, label]) => (
          <Checkbox
            key={key}
            label={label}
            checked={rule[key] === true}
            disabled={readOnly}
            onChange={(event) => put(key, event.currentTarget.checked)}
          />
        ))}
      </div>
    </section>
  );
}

interface AllowedProps {
  label: string;
  value: Value;
  /** What stands in the file for all fields. */
  all: Value;
  fields: { value: string; label: string }[];
  readOnly: boolean;
  change: (value: Value | undefined) => void;
}

/** Nothing, all fields, or some of them. */
function Allowed({ label, value, all, fields, readOnly, change }: AllowedProps) {
  const some = Array.isArray(value) ? value.map(String) : null;
  const mode = some ? "some" : value === true ? "all" : "none";
  return (
    <div className={classes.allowed}>
      <span>{label}</span>
      <SegmentedControl
        aria-label={label}
        value={mode}
        disabled={readOnly}
        onChange={(next) =>
          change(next === "all" ? all : next === "some" ? fields.slice(0, 1).map((one) => one.value) : undefined)
        }
        data={[
          { value: "none", label: "No" },
          { value: "some", label: "Some" },
          { value: "all", label: "All" },
        ]}
      />
      {some && (
        <MultiSelect
          aria-label={`${label}: which`}
          size="xs"
          searchable
          data={fields}
          value={some}
          disabled={readOnly}
          onChange={(next) => next.length && change(next)}
        />
      )}
    </div>
  );
}
