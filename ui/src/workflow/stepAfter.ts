import { at, isMapping, type Path, type Value } from "./value";

/** Where what stands at a path stands after somebody else has changed the file; null where it is gone. */
export function stepAfter(before: Value | undefined, after: Value | undefined, path: Path): Path | null {
  const found: (string | number)[] = [];
  for (const [depth, name] of path.entries()) {
    const here = typeof name === "number" ? indexAfter(at(before, path.slice(0, depth)), at(after, found), name) : name;
    if (here === null) return null;
    found.push(here);
  }
  return found;
}

/** Where an item of a list stands now: found by what it says, or, where it has been changed, by its action and its order. */
function indexAfter(before: Value | undefined, after: Value | undefined, index: number): number | null {
  if (!Array.isArray(before) || !Array.isArray(after)) return null;
  const [was, now] = [before.map(said), after.map(said)];
  const head = alike(was, now);
  if (index < head) return index;
  const tail = alike(was.slice(head).reverse(), now.slice(head).reverse());
  if (index >= was.length - tail) return index + now.length - was.length;
  const [left, come] = [range(head, was.length - tail), range(head, now.length - tail)];
  const twins = left.filter((one) => was[one] === was[index]);
  const same = come.filter((one) => now[one] === was[index])[twins.indexOf(index)];
  if (same !== undefined) return same;
  const changed = left.filter((one) => !come.some((other) => now[other] === was[one]));
  const fresh = come.filter((one) => !left.some((other) => was[other] === now[one]));
  const kin = (list: Value[], places: number[]) =>
    places.filter((one) => actionOf(list[one]) === actionOf(before[index]));
  return kin(after, fresh)[kin(before, changed).indexOf(index)] ?? null;
}

const said = (value: Value): string => JSON.stringify(value);
const actionOf = (value: Value | undefined): string => (isMapping(value) ? String(value.do ?? "") : "");
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);

function alike(some: string[], others: string[]): number {
  const at = some.findIndex((one, index) => one !== others[index]);
  return at < 0 ? some.length : at;
}
