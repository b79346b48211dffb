/** The new value, with those parts of the old one that say the same: so that only what changed is drawn again. */
export function kept<T>(old: T | undefined, next: T): T {
  return shared(old, next) as T;
}

function shared(old: unknown, next: unknown): unknown {
  if (old === next || old === undefined || old === null || next === null) return next;
  if (Array.isArray(next)) {
    if (!Array.isArray(old)) return next;
    const items = next.map((item, index) => shared(old[index], item));
    return items.length === old.length && items.every((item, index) => item === old[index]) ? old : items;
  }
  if (typeof next !== "object" || typeof old !== "object" || Array.isArray(old)) return next;
  const former = new Map(Object.entries(old));
  const made = Object.entries(next).map(([name, value]) => [name, shared(former.get(name), value)] as const);
  const names = [...former.keys()];
  const same =
    made.length === names.length && made.every(([name, value], i) => name === names[i] && value === former.get(name));
  return same ? old : Object.fromEntries(made);
}
