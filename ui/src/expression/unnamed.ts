/** The result of an earlier step that has no name yet, and so cannot be spoken of in an expression. */
export interface Unnamed {
  /** The name that it would get. */
  name: string;
  /** What people call it: "Result of step 1". */
  label: string;
  doc: string;
  type: string;
  /** Gives it its name; done when the file has it. */
  take: () => Promise<void>;
}

/** The unnamed results that fit what has been typed of a name. */
export function foundUnnamed(all: readonly Unnamed[], typed: string): Unnamed[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter((one) => {
    const text = `${one.label} ${one.name} ${one.doc}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
