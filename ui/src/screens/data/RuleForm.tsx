import { ActionIcon, Checkbox, SegmentedControl } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import type { ThingType } from "../../api/shapes";
import { Said } from "../../desk/Said";
import { ExpressionInput } from "../../expression/ExpressionInput";
import { useEdit, useIssuesWithin, useOpenFile } from "../../workflow/context";
import type { Mapping, Value } from "../../workflow/value";
import { Allowed } from "./Allowed";
import classes from "./Data.module.css";

const ALLOWS = [
  ["find", "Find it in searches"],
  ["files", "Open its private files"],
  ["delete", "Delete it (Data API)"],
] as const;
const WRITES = [
  ["create", "Create (Data API)"],
  ["modify", "Change (Data API)"],
] as const;

/** One privacy rule: for whom it holds, and what it allows. */
export function RuleForm({ type, name, rule }: { type: ThingType; name: string; rule: Mapping }) {
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const file = `types/${type.id}.yaml`;
  const path = ["privacy", name];
  const issues = useIssuesWithin(path);
  const told = issues.map((one) => one.message);
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
          told={told}
          isCondition
          readOnly={readOnly}
          change={(value) => put("when", value)}
        />
      )}
      {issues.length > 0 && (
        <ul className={classes.issues}>
          {issues.map((one) => (
            <li key={one.message} data-severity={one.severity}>
              <Said text={one.message} />
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
