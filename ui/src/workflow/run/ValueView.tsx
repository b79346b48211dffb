import { shortValue } from "../../expression/shortValue";
import classes from "./ValueView.module.css";

/** A value of a run as it was: short ones in a line, longer ones as indented JSON. */
export function ValueView({ value }: { value: unknown }) {
  if (typeof value === "string" && value.includes("\n")) return <pre className={classes.block}>{value}</pre>;
  if (value === null || typeof value !== "object" || JSON.stringify(value).length < 44) {
    return <code className={classes.short}>{shortValue(value)}</code>;
  }
  const text = JSON.stringify(value, null, 2);
  return <pre className={classes.block}>{text.length > 20_000 ? `${text.slice(0, 20_000)}\n…` : text}</pre>;
}
