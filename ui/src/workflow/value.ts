/** What stands in a file, as JSON: the plain values of YAML. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Mapping = { [key: string]: Value };
export type Path = readonly (string | number)[];

export function isMapping(value: Value | undefined): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What stands at a place; undefined where nothing does. */
export function at(root: Value | undefined, path: Path): Value | undefined {
  let here: Value | undefined = root;
  for (const name of path) {
    if (Array.isArray(here) && typeof name === "number") here = here[name];
    else if (isMapping(here) && typeof name === "string") here = here[name];
    else return undefined;
  }
  return here;
}

export const pathKey = (path: Path): string => path.join("/");

/** The path in a text such as `steps/0/with/to`: whole numbers are indexes. */
export function pathOf(text: string): (string | number)[] {
  return text ? text.split("/").map((part) => (/^\d+$/.test(part) ? Number(part) : part)) : [];
}

export function samePath(one: Path | null, other: Path | null): boolean {
  return one === other || (one !== null && other !== null && pathKey(one) === pathKey(other));
}

/** Whether `inner` is `outer` or lies in it. */
export function isWithin(inner: Path, outer: Path): boolean {
  return outer.length <= inner.length && outer.every((part, index) => inner[index] === part);
}

/** A place in a list: before the item at `index`. */
export interface Spot {
  list: Path;
  index: number;
}

/** Where a path leads after an entry came into (`by` 1) or went out of (-1) a list before it. */
export function shifted(path: Path, spot: Spot, by: 1 | -1): Path {
  const depth = spot.list.length;
  const index = path[depth];
  if (!isWithin(path, spot.list) || typeof index !== "number") return path;
  const moves = by === 1 ? index >= spot.index : index > spot.index;
  return moves ? [...path.slice(0, depth), index + by, ...path.slice(depth + 1)] : path;
}
