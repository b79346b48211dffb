import { useState } from "react";
import classes from "./ValueTree.module.css";

interface ValueTreeProps {
  name: string;
  value: unknown;
  depth?: number;
}

const LONG = 160;

/** A value as it came: what holds others can be opened. */
export function ValueTree({ name, value, depth = 0 }: ValueTreeProps) {
  const [isOpen, setOpen] = useState(depth < 1);
  const entries = inside(value);
  if (!entries) {
    return (
      <div className={classes.line} style={{ paddingLeft: depth * 14 }}>
        <span className={classes.name}>{name}</span>
        <Plain value={value} />
      </div>
    );
  }
  const what = Array.isArray(value) ? `${entries.length} items` : `${entries.length} keys`;
  return (
    <div>
      <button
        type="button"
        className={classes.toggle}
        style={{ paddingLeft: depth * 14 }}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <span className={classes.name}>{name}</span>
        <span className={classes.count}>
          {what} {isOpen ? "▾" : "▸"}
        </span>
      </button>
      {isOpen && entries.map(([key, one]) => <ValueTree key={key} name={key} value={one} depth={depth + 1} />)}
    </div>
  );
}

function Plain({ value }: { value: unknown }) {
  const [isWhole, setWhole] = useState(false);
  const text = typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
  if (value === null || text === "") return <span className={classes.empty}>empty</span>;
  const isLong = text.length > LONG;
  return (
    <span className={classes.value} data-kind={typeof value}>
      {isLong && !isWhole ? `${text.slice(0, LONG)}…` : text}
      {isLong && (
        <button type="button" className={classes.more} onClick={() => setWhole(!isWhole)}>
          {isWhole ? "less" : "more"}
        </button>
      )}
    </span>
  );
}

function inside(value: unknown): [string, unknown][] | null {
  if (Array.isArray(value)) return value.length ? value.map((one, at) => [String(at + 1), one]) : null;
  if (value && typeof value === "object") return Object.entries(value);
  return null;
}
