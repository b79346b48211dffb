import { IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { tell } from "../../api/notify";
import { shortValue } from "../../expression/shortValue";
import { isMapping, type Value } from "../value";
import { memberOf } from "./memberOf";
import classes from "./SampleTree.module.css";

/** A value as a tree; a click on an entry copies the expression that gives it. */
export function SampleTree({ value, base }: { value: Value; base: string }) {
  return (
    <ul className={classes.tree} aria-label={base}>
      <Entry name={base} value={value} expression={base} startsOpen />
    </ul>
  );
}

interface EntryProps {
  name: string;
  value: Value;
  expression: string;
  startsOpen?: boolean;
}

function Entry({ name, value, expression, startsOpen = false }: EntryProps) {
  const [isOpen, setOpen] = useState(startsOpen);
  const inner: [string, Value, string][] = Array.isArray(value)
    ? value.slice(0, 5).map((one, index) => [`${index + 1}`, one, `${expression}.item(${index + 1})`])
    : isMapping(value)
      ? Object.entries(value).map(([key, one]) => [key, one, memberOf(expression, key)])
      : [];
  const pick = () => void navigator.clipboard.writeText(`=${expression}`).then(() => tell(`Copied: =${expression}`));
  return (
    <li>
      <div className={classes.entry}>
        {inner.length > 0 ? (
          <button
            type="button"
            className={classes.fold}
            aria-label={`${isOpen ? "Close" : "Open"} ${name}`}
            aria-expanded={isOpen}
            onClick={() => setOpen((now) => !now)}
          >
            <IconChevronRight size={12} data-open={isOpen || undefined} />
          </button>
        ) : (
          <span className={classes.fold} />
        )}
        <button type="button" className={classes.pick} title={`Copy =${expression}`} onClick={pick}>
          <b>{name}</b>
          <span>{inner.length ? (Array.isArray(value) ? `${value.length} entries` : "") : shortValue(value)}</span>
        </button>
      </div>
      {isOpen && inner.length > 0 && (
        <ul>
          {inner.map(([key, one, path]) => (
            <Entry key={key} name={key} value={one} expression={path} />
          ))}
        </ul>
      )}
    </li>
  );
}
