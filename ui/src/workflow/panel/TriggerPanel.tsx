import type { Mapping } from "../value";

export function TriggerPanel(_: { content: Mapping }) {
  return null;
}
