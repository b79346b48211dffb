import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { patch } from "../../api/client";
import { useEnvironment } from "../../api/environment";
import classes from "./Table.module.css";
import { type Column, type Row, readTyped, shown, typed } from "./table";

interface CellProps {
  type: string;
  row: Row;
  column: Column;
  labels: Record<string, Record<string, string>>;
  mayEdit: boolean;
}

/** One value. Double-click or Enter edits it in place; Enter keeps it, Escape leaves it. */
export function Cell({ type, row, column, labels, mayEdit }: CellProps) {
  const env = useEnvironment();
  const client = useQueryClient();
  const [text, setText] = useState<string | null>(null);
  const value = row.values[column.id];
  const saving = useMutation({
    mutationFn: (next: unknown) =>
      patch(`/${env}/data/${type}/${encodeURIComponent(row.id)}`, { values: { [column.id]: next } }),
    onSettled: () => client.invalidateQueries({ queryKey: ["data"] }),
  });
  const isHidden = row.hidden?.includes(column.id);
  if (isHidden) {
    return (
      <span className={classes.hidden} title="Privacy rules hide this field">
        hidden
      </span>
    );
  }
  const keep = (next: string) => {
    setText(null);
    if (next === typed(value)) return;
    try {
      saving.mutate(readTyped(next, column.type));
    } catch (error) {
      saving.mutate(next); // the server says what is wrong with it, in its own words
      void error;
    }
  };
  if (text !== null) {
    return <Input column={column} text={text} change={setText} keep={keep} leave={() => setText(null)} />;
  }
  const words = shown(value, column.type, labels);
  const label = column.options.find(([id]) => id === value)?.[1] ?? words;
  if (!mayEdit) return <span className={classes.value}>{label}</span>;
  return (
    <button
      type="button"
      className={classes.value}
      aria-label={`${column.label || column.id}: ${label || "empty"}`}
      data-saving={saving.isPending || undefined}
      onDoubleClick={() => setText(typed(value))}
      onKeyDown={(event) => {
        if (event.key === "Enter" || event.key === "F2") {
          event.preventDefault();
          setText(typed(value));
        }
      }}
    >
      {label}
    </button>
  );
}

interface InputProps {
  column: Column;
  text: string;
  change: (text: string) => void;
  keep: (text: string) => void;
  leave: () => void;
}

function Input({ column, text, change, keep, leave }: InputProps) {
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Enter") keep(text);
    if (event.key === "Escape") leave();
  };
  const label = column.label || column.id;
  const choices =
    column.type === "yes_no"
      ? [
          ["true", "yes"],
          ["false", "no"],
        ]
      : column.options;
  if (choices.length) {
    return (
      <select
        // biome-ignore lint/a11y/noAutofocus: whoever asked to edit the cell goes on typing in it
        autoFocus
        className={classes.input}
        aria-label={label}
        value={text}
        onChange={(event) => keep(event.currentTarget.value)}
        onKeyDown={keys}
        onBlur={leave}
      >
        <option value="">empty</option>
        {choices.map(([id, name]) => (
          <option key={id} value={column.type === "yes_no" ? id : name}>
            {name}
          </option>
        ))}
      </select>
    );
  }
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: whoever asked to edit the cell goes on typing in it
      autoFocus
      className={classes.input}
      aria-label={label}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={keys}
      onBlur={() => keep(text)}
    />
  );
}
