/** How kinds of what may stand in an expression are called, and in which order they come. */
const LOOKS: Record<string, { label: string; rank: number }> = {
  parameter: { label: "Parameters", rank: 0 },
  step: { label: "Step results", rank: 1 },
  field: { label: "Fields", rank: 2 },
  part: { label: "Parts", rank: 2 },
  option: { label: "Options", rank: 3 },
  source: { label: "Sources", rank: 4 },
  operator: { label: "Operators", rank: 5 },
  type: { label: "Data types", rank: 6 },
  option_set: { label: "Option sets", rank: 7 },
  word: { label: "Words", rank: 8 },
};

export function kindLook(kind: string): { label: string; rank: number } {
  return LOOKS[kind] ?? { label: kind.charAt(0).toUpperCase() + kind.slice(1).replaceAll("_", " "), rank: 9 };
}
