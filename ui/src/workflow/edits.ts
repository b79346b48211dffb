import { at, isMapping, type Path, shifted, type Value } from "./value";

/** One change of a file. The server makes it in the text; `applied` shows its meaning at once. */
export type Edit =
  | { op: "set"; path: Path; value: Value }
  | { op: "remove"; path: Path }
  | { op: "insert"; path: Path; index: number; value: Value }
  | { op: "move"; path: Path; index: number; to: number }
  /** Takes an item out and puts it into another list; both places are those before. */
  | { op: "transfer"; path: Path; index: number; into: Path; to: number }
  | { op: "rename"; path: Path; name: string };

export class EditError extends Error {}

export function applied(root: Value, edits: readonly Edit[]): Value {
  return edits.reduce(one, root);
}

function one(root: Value, edit: Edit): Value {
  switch (edit.op) {
    case "set":
      return changed(root, edit.path, () => edit.value, true);
    case "remove":
      return inParent(root, edit.path, without);
    case "insert":
      return changed(
        root,
        edit.path,
        (list) => {
          const items = Array.isArray(list) ? list : [];
          return [...items.slice(0, edit.index), edit.value, ...items.slice(edit.index)];
        },
        true,
      );
    case "move":
      return changed(root, edit.path, (list) => {
        if (!Array.isArray(list)) throw new EditError("Only what stands in a list can be moved.");
        const rest = [...list];
        rest.splice(edit.to, 0, ...rest.splice(edit.index, 1));
        return rest;
      });
    case "transfer":
      return transferred(root, edit);
    case "rename":
      return inParent(root, edit.path, (parent, name) => renamed(parent, name, edit.name));
  }
}

function transferred(root: Value, { path, index, into, to }: Edit & { op: "transfer" }): Value {
  const item = at(root, [...path, index]);
  if (item === undefined) throw new EditError(`There is no entry ${index + 1} here.`);
  const put = one(root, { op: "insert", path: into, index: to, value: item });
  return one(put, { op: "remove", path: shifted([...path, index], { list: into, index: to }, 1) });
}

function inParent(root: Value, path: Path, change: (parent: Value, name: string | number) => Value): Value {
  const name = path.at(-1);
  if (name === undefined) throw new EditError("The whole file cannot be changed in this way.");
  return changed(root, path.slice(0, -1), (parent) => change(parent ?? null, name));
}

function changed(
  root: Value | undefined,
  path: Path,
  change: (value: Value | undefined) => Value,
  make = false,
): Value {
  const [name, ...rest] = path;
  if (name === undefined) return change(root);
  if (typeof name === "number") {
    if (!Array.isArray(root) || name >= root.length) throw new EditError(`There is no entry ${name + 1} here.`);
    return root.map((item, index) => (index === name ? changed(item, rest, change, make) : item));
  }
  const keys = isMapping(root) ? root : make && (root === undefined || root === null) ? {} : undefined;
  if (!keys || (!make && !(name in keys))) throw new EditError(`There is no \`${name}\` here.`);
  return { ...keys, [name]: changed(keys[name], rest, change, make) };
}

function without(parent: Value, name: string | number): Value {
  if (Array.isArray(parent)) return parent.filter((_, index) => index !== name);
  if (!isMapping(parent) || !(name in parent)) throw new EditError(`There is no \`${name}\` here.`);
  const { [name]: _gone, ...rest } = parent;
  return rest;
}

function renamed(parent: Value, name: string | number, next: string): Value {
  if (!isMapping(parent)) throw new EditError("Only a key can be renamed.");
  return Object.fromEntries(Object.entries(parent).map(([key, value]) => [key === name ? next : key, value]));
}
