import { expect, test } from "vitest";
import type { Action } from "../../api/shapes";
import { piecesOf, summaryOf } from "./summary";

const action = {
  props: [
    { name: "type", secret: false },
    { name: "set", secret: false },
    { name: "password", secret: true },
  ],
} as unknown as Action;

const text = (pieces: { text: string }[]) => pieces.map((piece) => piece.text).join("");

test("a card says the properties in the catalogue's order", () => {
  const lines = summaryOf({ do: "x", with: { set: { a: 1, b: "=c" }, type: "order" } }, action);
  expect(lines.map(text)).toEqual(["order", "a, b"]);
});

test("a secret is never on a card", () => {
  expect(summaryOf({ with: { password: "abc" } }, action).map(text)).toEqual(["••••"]);
});

test("expressions are told from words", () => {
  expect(piecesOf("=order.total")).toEqual([{ text: "order.total", isExpression: true }]);
  expect(piecesOf("Order {{ order.number }} is paid")).toEqual([
    { text: "Order ", isExpression: false },
    { text: "order.number", isExpression: true },
    { text: " is paid", isExpression: false },
  ]);
  expect(text(piecesOf({ a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1 }))).toBe("a, b, c, d, e and 2 more");
});
