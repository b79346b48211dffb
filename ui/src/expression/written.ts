import type { Value } from "../workflow/value";

/** How a value is written: as an expression (`=…`), or as it is, perhaps with holes (`{{ }}`). */
export type Mode = "expression" | "text";

export interface Written {
  mode: Mode;
  text: string;
}

/** The types whose values can be written as they are. Anything else is always an expression. */
const PLAIN = new Set(["text", "number", "yes_no", "date", "json", "file", "image", "address", "any value", ""]);

export const canBePlain = (type: string, options: readonly string[] = []): boolean =>
  PLAIN.has(type) || options.includes(type);

/** What the input shows for a value of a file. */
export function written(value: Value | undefined, type: string): Written {
  if (value === undefined || value === null || value === "") {
    return { mode: type === "text" ? "text" : "expression", text: "" };
  }
  if (typeof value === "boolean") return { mode: "text", text: value ? "yes" : "no" };
  if (typeof value === "number") return { mode: "text", text: String(value) };
  if (typeof value === "string") {
    if (value.startsWith("=")) return { mode: "expression", text: value.slice(1).trim() };
    return { mode: "text", text: value.startsWith("\\=") ? value.slice(1) : value };
  }
  return { mode: "text", text: JSON.stringify(value) };
}

/** What the file holds for what the input shows; undefined for nothing. */
export function storedValue({ mode, text }: Written, type: string): Value | undefined {
  if (mode === "expression") return text.trim() ? `=${text.trim()}` : undefined;
  if (text === "") return undefined;
  const plain = text.trim();
  if (type !== "text") {
    if (/^-?\d+(\.\d+)?$/.test(plain) && (type === "number" || type === "" || type === "any value"))
      return Number(plain);
    if ((type === "yes_no" || type === "any value") && (plain === "yes" || plain === "no")) return plain === "yes";
  }
  return text.startsWith("=") ? `\\${text}` : text;
}

/** Where the holes of a text are, braces included. */
export function holes(text: string): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  const pattern = /\\\{\{|\{\{/g;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    if (match[0].startsWith("\\")) continue;
    const end = text.indexOf("}}", match.index + 2);
    if (end < 0) break;
    found.push({ from: match.index, to: end + 2 });
    pattern.lastIndex = end + 2;
  }
  return found;
}
