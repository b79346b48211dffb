/** A key as people read it: `return_200_if_skipped` → "Return 200 if skipped". */
export function spoken(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
