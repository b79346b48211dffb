import { Textarea, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";

interface SettledTextProps {
  label: string;
  value: string;
  placeholder?: string;
  readOnly?: boolean;
  mono?: boolean;
  lines?: boolean;
  keep: (value: string) => void;
}

/** A text that is kept when the input is left, or on Enter. */
export function SettledText({ label, value, placeholder, readOnly, mono, lines, keep }: SettledTextProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const done = () => {
    if (text !== value) keep(text);
  };
  const shared = {
    "aria-label": label,
    value: text,
    placeholder: placeholder ?? "",
    readOnly: readOnly ?? false,
    onBlur: done,
  };
  if (lines) {
    return (
      <Textarea {...shared} autosize minRows={2} maxRows={8} onChange={(event) => setText(event.currentTarget.value)} />
    );
  }
  return (
    <TextInput
      {...shared}
      ff={mono ? "monospace" : undefined}
      styles={mono ? { input: { fontFamily: "var(--mantine-font-family-monospace)" } } : undefined}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => event.key === "Enter" && done()}
    />
  );
}
