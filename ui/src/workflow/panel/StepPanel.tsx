import type { Action } from "../../api/shapes";
import { useOpenFile } from "../context";
import { isMapping, type Mapping, type Path } from "../value";
import { ActionSelect } from "./ActionSelect";
import { Condition } from "./Condition";
import { FailureSection } from "./FailureSection";
import { MoreProps } from "./MoreProps";
import { NoteField } from "./NoteField";
import { PropField } from "./PropField";
import { ResultName } from "./ResultName";
import { Section } from "./Section";
import { shownProps } from "./shownProps";
import { TraceSection } from "./TraceSection";

interface StepPanelProps {
  path: Path;
  step: Mapping;
  action: Action | undefined;
}

/** A step's form, made from what the catalogue says of its action. */
export function StepPanel({ path, step, action }: StepPanelProps) {
  const { readOnly } = useOpenFile();
  const given = isMapping(step.with) ? step.with : {};
  const { shown, offered } = shownProps(action, given);
  return (
    <>
      <TraceSection path={path} />
      {!action && <ActionSelect path={path} step={step} />}
      {shown.map((prop) => (
        <PropField key={prop.name} path={path} prop={prop} given={given} />
      ))}
      {!readOnly && <MoreProps path={path} offered={offered} />}
      <Section title="Condition and result">
        <Condition path={[...path, "only_when"]} value={step.only_when} />
        {action?.result !== "" && (
          <ResultName path={path} name={String(step.as ?? "")} isItem={step.do === "for_each"} />
        )}
      </Section>
      <FailureSection path={path} step={step} action={action} />
      <NoteField path={[...path, "note"]} value={String(step.note ?? "")} />
    </>
  );
}
