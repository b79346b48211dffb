import { SegmentedControl, Select } from "@mantine/core";
import { useApp, useCatalogue } from "../../api/app";
import type { Action } from "../../api/shapes";
import { useEdit, useOpenFile } from "../context";
import { isMapping, type Mapping, type Path } from "../value";
import { Field } from "./Field";
import { KeyFields } from "./KeyFields";
import { Section } from "./Section";
import { SettledText } from "./SettledText";

interface FailureSectionProps {
  path: Path;
  step: Mapping;
  action: Action | undefined;
}

/** What happens when the step fails: on_error, and for steps that reach outside how often they are tried. */
export function FailureSection({ path, step, action }: FailureSectionProps) {
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const { workflows } = useApp();
  const { steps } = useCatalogue();
  const isOutside = action?.effect === "outside";
  const told = isMapping(step.on_error) ? step.on_error : null;
  const now = told ? String(told.then ?? "stop") : String(step.on_error ?? "stop");
  const place = [...path, "on_error"];
  const write = (then: string, run: string | null) => {
    if (run) edit([{ op: "set", path: place, value: then === "stop" ? { run } : { run, then } }]);
    else if (then === "continue") edit([{ op: "set", path: place, value: "continue" }]);
    else if (step.on_error !== undefined) edit([{ op: "remove", path: place }]);
  };
  const run = told && typeof told.run === "string" ? told.run : null;
  const isUsual = step.on_error === undefined && step.retry === undefined && step.timeout === undefined;
  const retry = steps.find((one) => one.name === "retry");
  return (
    <Section title="If it fails" startsClosed={isUsual} note={isUsual ? "the run stops" : ""}>
      <Field label="Then the run" path={place}>
        <SegmentedControl
          fullWidth
          aria-label="What happens after a failure"
          value={now}
          disabled={readOnly}
          onChange={(then) => write(then, run)}
          data={[
            { value: "stop", label: "stops" },
            { value: "continue", label: "goes on" },
          ]}
        />
      </Field>
      <Field label="Tell a workflow" doc="It runs with what failed, and why." path={[...place, "run"]}>
        <Select
          aria-label="The workflow that is told"
          placeholder="none"
          clearable
          searchable
          disabled={readOnly}
          data={workflows.map((one) => ({ value: one.id, label: one.label || one.id }))}
          value={run}
          onChange={(next) => write(now, next)}
        />
      </Field>
      {isOutside && retry && (
        <KeyFields keyInfo={retry} path={[...path, "retry"]} value={step.retry} label="Try again" />
      )}
      {isOutside && (
        <Field label="Time limit" doc="How long one attempt may take, as 30 s." path={[...path, "timeout"]}>
          <SettledText
            label="Time limit"
            value={String(step.timeout ?? "")}
            placeholder="as the app has it"
            readOnly={readOnly}
            keep={(next) => {
              const timeout = [...path, "timeout"];
              if (next.trim()) edit([{ op: "set", path: timeout, value: next.trim() }]);
              else if (step.timeout !== undefined) edit([{ op: "remove", path: timeout }]);
            }}
          />
        </Field>
      )}
    </Section>
  );
}
