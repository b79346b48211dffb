import type { Edit } from "./edits";
import { at, isMapping, isWithin, type Mapping, type Path, type Spot, shifted, type Value } from "./value";

/** The keys of a step that hold steps. */
export const HOLDERS = ["steps", "else"] as const;

/** Every step of a file with its path, in the order in which people read them. */
export function allSteps(content: Value | undefined): { path: Path; step: Mapping }[] {
  const found: { path: Path; step: Mapping }[] = [];
  const visit = (list: Value | undefined, path: Path) => {
    if (!Array.isArray(list)) return;
    list.forEach((step, index) => {
      if (!isMapping(step)) return;
      const here = [...path, index];
      found.push({ path: here, step });
      for (const holder of HOLDERS) visit(step[holder], [...here, holder]);
    });
  };
  if (isMapping(content)) visit(content.steps, ["steps"]);
  return found;
}

/** The step that a path leads into: `["steps", 0]` of `["steps", 0, "with", "to"]`. */
export function stepAt(path: Path): Path | null {
  let end = 0;
  for (let i = 0; i + 1 < path.length; i += 2) {
    const holder = path[i];
    if (!HOLDERS.some((one) => one === holder) || typeof path[i + 1] !== "number") break;
    end = i + 2;
  }
  return end ? path.slice(0, end) : null;
}

export function spotBefore(path: Path): Spot {
  return { list: path.slice(0, -1), index: path.at(-1) as number };
}

export function spotAfter(path: Path): Spot {
  return { list: path.slice(0, -1), index: (path.at(-1) as number) + 1 };
}

/** What moves a step to another spot, and where it is then. Null where it would not move, or into itself. */
export function moving(content: Value, from: Path, to: Spot): { edits: Edit[]; path: Path } | null {
  const step = at(content, from);
  if (step === undefined || isWithin(to.list, from)) return null;
  const source = spotBefore(from);
  if (isWithin(to.list, source.list) && to.list.length === source.list.length) {
    const index = to.index > source.index ? to.index - 1 : to.index;
    if (index === source.index) return null;
    return { edits: [{ op: "move", path: to.list, index: source.index, to: index }], path: [...to.list, index] };
  }
  const path = shifted([...to.list, to.index], source, -1);
  const edit: Edit = { op: "transfer", path: source.list, index: source.index, into: to.list, to: to.index };
  return { edits: [edit], path };
}

/** For the results of steps whose names are taken in the file that they come into: names that are free there. */
export function freshNames(content: Value, steps: readonly Mapping[]): Record<string, string> {
  const taken = namesIn(content);
  const added = new Set(allSteps({ steps: [...steps] }).map(({ step }) => String(step.as ?? "")));
  const clashing = [...added].filter((name) => name && taken.has(name));
  const known = new Set([...taken, ...added]);
  return Object.fromEntries(clashing.map((name) => [name, freeName(name, known)]));
}

/** The names that expressions of a workflow may use already: its parameters, and results. */
export function namesIn(content: Value): Set<string> {
  const taken = new Set<string>(allSteps(content).map(({ step }) => String(step.as ?? "")));
  const parameters = isMapping(content) && isMapping(content.parameters) ? Object.keys(content.parameters) : [];
  for (const name of parameters) taken.add(name);
  return taken;
}

/** A name that nobody has yet: `order`, `order_2`, …; it counts as taken from now on. */
export function freeName(wanted: string, taken: Set<string>): string {
  const stem = wanted.replace(/_\d+$/, "");
  let name = wanted;
  for (let n = 2; taken.has(name); n += 1) name = `${stem}_${n}`;
  taken.add(name);
  return name;
}
