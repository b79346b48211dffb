import { createElement, Fragment } from "react";
import classes from "./Said.module.css";

/** What the server says: names stand between back-ticks there, and are set as code here. */
export function Said({ text }: { text: string }) {
  const parts = text.split(/`([^`]+)`/);
  const shown = parts.map((part, at) => (at % 2 ? createElement("code", { className: classes.code }, part) : part));
  return createElement(Fragment, null, ...shown);
}
