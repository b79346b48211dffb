import type { Path } from "../value";

/** What the step did in the run that is shown. */
export function TraceSection(_: { path: Path }) {
  return null;
}
