import type { Action } from "../api/shapes";
import { freeName, namesIn, stepAt } from "./steps";
import { at, isMapping, type Mapping, type Path, type Value } from "./value";

/** An earlier step that gives a result under no name: where it is, and the name that it would get. */
export interface UnnamedResult {
  path: Path;
  name: string;
  label: string;
  doc: string;
  type: string;
}

/** The steps before a place, in its own list and in those around it, whose results have no name; the nearest first. */
export function unnamedResults(content: Value, place: Path, actions: ReadonlyMap<string, Action>): UnnamedResult[] {
  const found: UnnamedResult[] = [];
  for (let here = stepAt(place); here; here = stepAt(here.slice(0, -2))) {
    const list = at(content, here.slice(0, -1));
    if (!Array.isArray(list)) break;
    for (let index = (here.at(-1) as number) - 1; index >= 0; index -= 1) {
      const step = list[index];
      const action = isMapping(step) ? actions.get(String(step.do ?? "")) : undefined;
      // The name of a block is not that of its result, but of what it goes through.
      if (!isMapping(step) || !action?.result || action.holds.length || step.as || step.disabled === true) continue;
      const path = [...here.slice(0, -1), index];
      found.push({
        path,
        name: freeName(wordOf(step, action), namesIn(content)),
        label: `Result of step ${numberOf(path)}`,
        doc: action.label,
        type: action.result === "depends" ? typeOf(step) : action.result,
      });
    }
  }
  return found;
}

/** What the canvas counts: `2` for the second step, `2.1` for the first within it. */
const numberOf = (path: Path): string =>
  path
    .filter((one): one is number => typeof one === "number")
    .map((index) => index + 1)
    .join(".");

/** A readable name for a result: that of its type, of the call, or of the thing that was changed. */
function wordOf(step: Mapping, action: Action): string {
  const given = isMapping(step.with) ? step.with : {};
  const of = [given.type, given.call, given.event, given.thing, given.list].find(
    (one) => typeof one === "string" && one !== "",
  );
  const word = String(of ?? "").match(/[A-Za-z_]\w*(?=\W*$)/)?.[0];
  if (word && action.result === "depends") return word;
  return PLAIN.has(action.result) ? "result" : action.result;
}

/** Types that say nothing of what a value is. */
const PLAIN = new Set(["text", "number", "yes_no", "date", "record", "depends"]);

const typeOf = (step: Mapping): string =>
  isMapping(step.with) && typeof step.with.type === "string" ? step.with.type : "";
