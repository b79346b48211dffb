import type { Value } from "./value";

/** The new value, with those parts of the old one that say the same: so that only what changed is drawn again. */
export function kept(old: Value | undefined, next: Value): Value {
  if (old === next || old === undefined || old === null || next === null) return next;
  if (Array.isArray(next)) {
    if (!Array.isArray(old)) return next;
    const items = next.map((item, index) => kept(old[index], item));
    return items.length === old.length && items.every((item, index) => item === old[index]) ? old : items;
  }
  if (typeof next !== "object" || typeof old !== "object" || Array.isArray(old)) return next;
  const names = Object.keys(next);
  const oldNames = Object.keys(old);
  const made = Object.fromEntries(names.map((name) => [name, kept(old[name], next[name] as Value)]));
  const same =
    names.length === oldNames.length && names.every((name, i) => name === oldNames[i] && made[name] === old[name]);
  return same ? old : made;
}
