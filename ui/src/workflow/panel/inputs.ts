import type { ComponentType } from "react";
import type { Prop } from "../../api/shapes";
import type { Mapping, Path, Value } from "../value";
import { ArgumentsInput } from "./ArgumentsInput";
import { AssignmentsInput } from "./AssignmentsInput";
import { CallSelect } from "./CallSelect";
import { CompletionInput } from "./CompletionInput";
import { TypeSelect } from "./TypeSelect";
import { ValueInput } from "./ValueInput";
import { ValuesInput } from "./ValuesInput";
import { WordSelect } from "./WordSelect";
import { WorkflowSelect } from "./WorkflowSelect";

/** What every input of a property gets. */
export interface InputProps {
  prop: Prop;
  /** Where the property stands. */
  path: Path;
  /** Where its step stands. */
  step: Path;
  value: Value | undefined;
  /** All properties of the step. */
  given: Mapping;
  change: (value: Value | undefined) => void;
}

/** The inputs by the forms of properties (the catalogue's `form`); what is not here is an expression. */
const INPUTS: Record<string, ComponentType<InputProps>> = {
  data_type: TypeSelect,
  assignments: AssignmentsInput,
  assignments_each: AssignmentsInput,
  user_fields: AssignmentsInput,
  values: ValuesInput,
  word: WordSelect,
  workflow: WorkflowSelect,
  arguments: ArgumentsInput,
  item_arguments: ArgumentsInput,
  call: CallSelect,
  completion: CompletionInput,
};

export const inputOf = (form: string): ComponentType<InputProps> => INPUTS[form] ?? ValueInput;
