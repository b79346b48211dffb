import type { Action } from "../../api/shapes";
import { isMapping, type Mapping, type Value } from "../value";

/** A piece of a card's summary: plain words, or an expression. */
export interface Piece {
  text: string;
  isExpression: boolean;
}

const LONGEST = 90;

/** What a step does with its properties, in a line: the first that are given, in the catalogue's order. */
export function summaryOf(step: Mapping, action: Action | undefined): Piece[][] {
  const given = isMapping(step.with) ? step.with : {};
  const names = action ? action.props.map((prop) => prop.name) : Object.keys(given);
  const lines: Piece[][] = [];
  for (const name of names) {
    const value = given[name];
    if (value === undefined || value === null || value === "") continue;
    const secret = action?.props.find((prop) => prop.name === name)?.secret;
    const pieces = secret ? [word("••••")] : piecesOf(value);
    if (pieces.length) lines.push(pieces);
    if (lines.length === 3) break;
  }
  return lines;
}

/** A value in a few words. */
export function piecesOf(value: Value): Piece[] {
  if (typeof value === "string") {
    const line = value.trim().split("\n", 1)[0] ?? "";
    if (line.startsWith("=")) return [{ text: shortened(line.slice(1).trim()), isExpression: true }];
    return templatePieces(shortened(line));
  }
  if (typeof value === "boolean") return [word(value ? "yes" : "no")];
  if (typeof value === "number") return [word(String(value))];
  if (Array.isArray(value)) return [word(value.length === 1 ? "1 entry" : `${value.length} entries`)];
  if (isMapping(value)) {
    const names = Object.keys(value);
    const shown = names.slice(0, 5).join(", ");
    return names.length ? [word(names.length > 5 ? `${shown} and ${names.length - 5} more` : shown)] : [];
  }
  return [];
}

/** A text with `{{ holes }}` as words and expressions. */
export function templatePieces(text: string): Piece[] {
  return text
    .split(/(\{\{.*?\}\})/)
    .filter(Boolean)
    .map((part) =>
      part.startsWith("{{") ? { text: part.replace(/^\{\{\s*|\s*\}\}$/g, ""), isExpression: true } : word(part),
    );
}

const word = (text: string): Piece => ({ text, isExpression: false });
const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);
