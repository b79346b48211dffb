import { Select } from "@mantine/core";
import { useApp, useCatalogue } from "../../api/app";
import { triggerLook } from "../../screens/workflows/triggers";
import { useEdit, useOpenFile, useWorkflow } from "../context";
import { isMapping, type Mapping } from "../value";
import { Address } from "./Address";
import { Condition } from "./Condition";
import { Field } from "./Field";
import { NoteField } from "./NoteField";
import { Parameters } from "./Parameters";
import { RequestData } from "./RequestData";
import { Schedule } from "./Schedule";
import { Section } from "./Section";
import { Settings } from "./Settings";

/** Keys that have an input of their own here, or elsewhere in the editor. */
const OWN = new Set(
  "label note trigger disabled color examples steps only_when parameters returns request_data type cron every starts time_zone missed".split(
    " ",
  ),
);

const RETURN_KEYS = ["optional"] as const;
const PARAMETER_KEYS = ["optional", "secret", "query"] as const;

/** What starts the workflow: its kind, what it is given, when it runs, and everything else the catalogue knows of it. */
export function TriggerPanel({ content }: { content: Mapping }) {
  const workflow = useWorkflow();
  const { readOnly } = useOpenFile();
  const { triggers } = useCatalogue();
  const { types } = useApp();
  const edit = useEdit();
  const trigger = String(content.trigger ?? "api");
  const keys = triggers[trigger] ?? [];
  const has = (name: string) => keys.some((one) => one.name === name);
  return (
    <>
      <Field label="Started by" path={["trigger"]} doc={triggerLook(trigger).doc}>
        <Select
          aria-label="Started by"
          data={Object.keys(triggers).map((one) => ({ value: one, label: triggerLook(one).label }))}
          value={trigger}
          disabled={readOnly}
          onChange={(next) => next && edit([{ op: "set", path: ["trigger"], value: next }])}
        />
      </Field>
      {trigger === "api" && <Address id={workflow.id} content={content} />}
      {trigger === "data_change" && (
        <Field label="When a thing of this type changes" path={["type"]} required>
          <Select
            aria-label="Data type"
            placeholder="Choose a data type"
            data={types.map((one) => ({ value: one.id, label: one.label || one.id }))}
            value={typeof content.type === "string" && content.type ? content.type : null}
            disabled={readOnly}
            searchable
            onChange={(next) => next && edit([{ op: "set", path: ["type"], value: next }])}
          />
        </Field>
      )}
      {trigger === "recurring" && <Schedule content={content} />}
      {has("parameters") && (
        <Section title="Parameters">
          <Parameters path={["parameters"]} value={content.parameters} what="parameter" keys={PARAMETER_KEYS} />
        </Section>
      )}
      {has("returns") && (
        <Section title="Returned values" startsClosed={!isMapping(content.returns)}>
          <Parameters path={["returns"]} value={content.returns} what="returned value" keys={RETURN_KEYS} />
        </Section>
      )}
      <Section title="Condition">
        <Condition path={["only_when"]} value={content.only_when} />
      </Section>
      {has("request_data") && <RequestData id={workflow.id} data={content.request_data} />}
      <Settings keys={keys.filter((one) => !OWN.has(one.name))} content={content} />
      <NoteField path={["note"]} value={String(content.note ?? "")} />
    </>
  );
}
