import { type KeyboardEvent, useEffect, useState } from "react";
import classes from "./InlineText.module.css";

interface InlineTextProps {
  label: string;
  value: string;
  placeholder?: string;
  readOnly?: boolean;
  keep: (value: string) => void;
}

/** A text that looks like a title and can be typed over. Enter keeps, Escape gives the old one back. */
export function InlineText({ label, value, placeholder, readOnly, keep }: InlineTextProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const done = () => {
    const wanted = text.trim();
    if (wanted !== value) keep(wanted);
  };
  const keys = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Enter") event.currentTarget.blur();
    if (event.key === "Escape") {
      setText(value);
      event.stopPropagation();
    }
  };
  return (
    <span className={classes.box} data-text={text || placeholder}>
      <input
        className={classes.input}
        aria-label={label}
        size={1}
        value={text}
        placeholder={placeholder}
        readOnly={readOnly}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={done}
        onKeyDown={keys}
      />
    </span>
  );
}
