import type { Action, Prop } from "../../api/shapes";
import type { Mapping } from "../value";

/** Up to so many properties are all shown; of more, those that are required or given. */
const FEW = 4;

/** Which properties have an input, and which are offered to be added. */
export function shownProps(action: Action | undefined, given: Mapping): { shown: Prop[]; offered: Prop[] } {
  const props = action?.props ?? [];
  const shown = props.filter((prop, index) => prop.required || prop.name in given || index < FEW);
  return { shown, offered: props.filter((prop) => !shown.includes(prop)) };
}
