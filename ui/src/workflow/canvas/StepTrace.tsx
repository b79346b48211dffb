import type { Path } from "../value";

/** How the step went in the run that is shown. */
export function StepTrace(_: { path: Path }) {
  return null;
}
