import type { Completion } from "@codemirror/autocomplete";
import { expect, test } from "vitest";
import { isOver, mayBegin, rankByFirst } from "./completionSource";

test("operators are not offered right behind a value, but after a space, a dot, a bracket", () => {
  expect(isOver('total > "x"', 11, 11)).toBe(true);
  expect(isOver("total > 10", 10, 10)).toBe(true);
  expect(isOver("total ", 6, 6)).toBe(false);
  expect(isOver("order.", 6, 6)).toBe(false);
  expect(isOver("search(", 7, 7)).toBe(false);
  expect(isOver("order.to", 6, 8)).toBe(false);
});

test("a name may begin anywhere but behind a value or its dot", () => {
  expect(mayBegin("", 0)).toBe(true);
  expect(mayBegin("Hello {{ or", 9)).toBe(true);
  expect(mayBegin("order.to", 6)).toBe(false);
  expect(mayBegin("total ", 6)).toBe(false);
  expect(mayBegin("total > ", 8)).toBe(true);
});

test("once letters are written, the section of what fits them best comes first", () => {
  const one = (label: string, name: string, rank: number): Completion => ({ label, section: { name, rank } });
  const options = [
    one("current_user", "Sources", 4),
    one("current_user.created_by", "Fields", 2),
    one("current_user.name", "Fields", 2),
  ];
  rankByFirst(options);
  const ranks = options.map(({ section }) => (typeof section === "object" ? section.rank : undefined));
  expect(ranks).toEqual([0, 1, 1]);
});
