import { SegmentedControl, Select, TextInput } from "@mantine/core";
import { useApp, useCatalogue } from "../../api/app";
import { useEdit, useOpenFile } from "../context";
import type { Edit } from "../edits";
import type { Mapping } from "../value";
import { Field } from "./Field";
import { KeyField } from "./KeyField";
import { SettledText } from "./SettledText";

const KEYS = ["every", "cron", "type"] as const;
type Kind = (typeof KEYS)[number];
const PRESETS = ["5 minutes", "1 hour", "1 day", "1 week", "1 month"];

/** When a recurring workflow runs: every so often, at the times of a cron expression, or as armed for each thing. */
export function Schedule({ content }: { content: Mapping }) {
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const { types } = useApp();
  const { triggers } = useCatalogue();
  const kind: Kind = content.cron !== undefined ? "cron" : content.type ? "type" : "every";
  const key = (name: string) => triggers.recurring?.find((one) => one.name === name);
  const choose = (next: Kind) => {
    const start = { every: "1 day", cron: "0 9 * * *", type: types[0]?.id ?? "" }[next];
    const gone = KEYS.filter((one) => one !== next && content[one] !== undefined);
    edit([...gone.map((one): Edit => ({ op: "remove", path: [one] })), { op: "set", path: [next], value: start }]);
  };
  return (
    <>
      <Field label="When" path={["schedule"]}>
        <SegmentedControl
          fullWidth
          aria-label="Kind of schedule"
          value={kind}
          disabled={readOnly}
          onChange={(next) => choose(next as Kind)}
          data={[
            { value: "every", label: "Every…" },
            { value: "cron", label: "At times" },
            { value: "type", label: "For each thing" },
          ]}
        />
      </Field>
      {kind === "every" && (
        <Field label="Every" path={["every"]}>
          <SettledText
            label="Every"
            value={String(content.every ?? "")}
            placeholder="1 day"
            readOnly={readOnly}
            keep={(next) => edit([{ op: "set", path: ["every"], value: next.trim() }])}
          />
          {!readOnly && (
            <SegmentedControl
              mt={6}
              fullWidth
              size="xs"
              aria-label="Usual choices"
              value={PRESETS.includes(String(content.every)) ? String(content.every) : ""}
              onChange={(next) => edit([{ op: "set", path: ["every"], value: next }])}
              data={PRESETS.map((one) => ({ value: one, label: one.replace("1 ", "") }))}
            />
          )}
        </Field>
      )}
      {kind === "cron" && <Cron text={String(content.cron ?? "")} />}
      {kind === "type" && (
        <Field label="Data type" doc="The action “Set recurring” arms it for a thing." path={["type"]}>
          <Select
            aria-label="Data type"
            data={types.map((one) => ({ value: one.id, label: one.label || one.id }))}
            value={String(content.type ?? "") || null}
            disabled={readOnly}
            searchable
            onChange={(next) => next && edit([{ op: "set", path: ["type"], value: next }])}
          />
        </Field>
      )}
      {["starts", "time_zone", "missed"].map((name) => {
        const info = key(name);
        return info && <KeyField key={name} keyInfo={info} path={[name]} value={content[name]} />;
      })}
    </>
  );
}

const PARTS = ["minute", "hour", "day", "month", "weekday"];

/** A cron expression, a box for each of its parts. */
function Cron({ text }: { text: string }) {
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const parts = text.trim().split(/\s+/);
  if (parts.length !== PARTS.length) {
    return (
      <Field label="Cron expression" path={["cron"]}>
        <SettledText
          label="Cron expression"
          value={text}
          mono
          readOnly={readOnly}
          keep={(next) => edit([{ op: "set", path: ["cron"], value: next.trim() }])}
        />
      </Field>
    );
  }
  return (
    <Field label="At" doc="As in cron: * = each, */15 = each 15th, 1-5 = Monday to Friday." path={["cron"]}>
      <div style={{ display: "grid", gridTemplateColumns: "repeat(5, 1fr)", gap: 5 }}>
        {PARTS.map((name, index) => (
          <TextInput
            key={name}
            label={name}
            styles={{ label: { fontSize: 11, fontWeight: 450, color: "var(--text-soft)" } }}
            value={parts[index] ?? "*"}
            readOnly={readOnly}
            onChange={(event) => {
              const value = event.currentTarget.value.replace(/\s/g, "") || "*";
              const next = parts.map((part, at) => (at === index ? value : part)).join(" ");
              edit([{ op: "set", path: ["cron"], value: next }], "cron");
            }}
          />
        ))}
      </div>
    </Field>
  );
}
