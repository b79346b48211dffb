/** The lines of a text, with those marked that are no part of what it began as. */
export function changedLines(base: string, text: string): { text: string; changed: boolean }[] {
  const old = base.split("\n");
  const lines = text.replace(/\n$/, "").split("\n");
  const same = commonLines(old, lines);
  return lines.map((line, index) => ({ text: line, changed: !same.has(index) }));
}

/** Indexes of the lines of `next` that are in the longest sequence common to both. */
function commonLines(old: readonly string[], next: readonly string[]): Set<number> {
  const width = next.length + 1;
  const longest = new Uint32Array((old.length + 1) * width);
  const size = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = next.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] = old[i] === next[j] ? size(i + 1, j + 1) + 1 : Math.max(size(i + 1, j), size(i, j + 1));
    }
  }
  const found = new Set<number>();
  let i = 0;
  let j = 0;
  while (i < old.length && j < next.length) {
    if (old[i] === next[j]) {
      found.add(j);
      i += 1;
      j += 1;
    } else if (size(i + 1, j) >= size(i, j + 1)) i += 1;
    else j += 1;
  }
  return found;
}
