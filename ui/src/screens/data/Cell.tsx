import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { ApiError, patch } from "../../api/client";
import { useEnvironment } from "../../api/environment";
import { CellInput } from "./CellInput";
import classes from "./Table.module.css";
import { type Column, type Labels, type Row, readOrText, shown, typed } from "./table";

interface CellProps {
  type: string;
  row: Row;
  column: Column;
  labels: Labels;
  mayEdit: boolean;
}

/** What is typed into a cell instead of what stood there when it began. */
interface Edited {
  text: string;
  was: unknown;
  problem: string;
  theirs: string | null;
}

/** One value. Double-click or Enter edits it in place; Enter keeps it, Escape leaves it. */
export function Cell({ type, row, column, labels, mayEdit }: CellProps) {
  const env = useEnvironment();
  const client = useQueryClient();
  const [edited, setEdited] = useState<Edited | null>(null);
  const [returns, setReturns] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const value = row.values[column.id];
  const wordsOf = (one: unknown) => shown(one, column.type, labels);
  const saving = useMutation({
    meta: { quiet: true }, // what went wrong is said at the cell
    mutationFn: ({ text, was }: Edited) =>
      patch(`/${env}/data/${type}/${encodeURIComponent(row.id)}`, {
        values: { [column.id]: readOrText(text, column) },
        was: { [column.id]: was ?? null },
      }),
    onError: (error, tried) => setEdited({ ...tried, ...refused(error, tried, column, wordsOf) }),
    onSettled: () => client.invalidateQueries({ queryKey: ["data"] }),
  });
  useEffect(() => {
    if (!returns || edited) return;
    setReturns(false);
    button.current?.focus();
  }, [returns, edited]);
  if (row.hidden?.includes(column.id)) {
    return (
      <span className={classes.hidden} title="Privacy rules hide this field">
        hidden
      </span>
    );
  }
  if (edited) {
    return (
      <CellInput
        column={column}
        {...edited}
        change={(text) => setEdited({ ...edited, text })}
        keep={(text, byKey) => {
          setReturns(byKey);
          setEdited(null);
          if (text !== typed(edited.was)) saving.mutate({ ...edited, text });
        }}
        leave={(byKey) => {
          setReturns(byKey);
          setEdited(null);
        }}
      />
    );
  }
  const words = wordsOf(value);
  if (!mayEdit) return <span className={classes.value}>{words}</span>;
  const begin = () => setEdited({ text: typed(value), was: value, problem: "", theirs: null });
  return (
    <button
      type="button"
      ref={button}
      className={classes.value}
      aria-label={`${column.label || column.id}: ${words || "empty"}`}
      data-saving={saving.isPending || undefined}
      onDoubleClick={begin}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== "F2") return;
        event.preventDefault();
        begin();
      }}
    >
      {words}
    </button>
  );
}

/** What is said of a refusal. Where somebody else was first, writing it again means to write over theirs. */
function refused(error: Error, tried: Edited, column: Column, wordsOf: (value: unknown) => string): Partial<Edited> {
  const isChanged = error instanceof ApiError && error.status === 409 && "theirs" in error.details;
  if (!isChanged) return { problem: error.message, theirs: null };
  const theirs = error.details.theirs;
  const words = wordsOf(theirs);
  const label = column.label || column.id;
  const now = words ? `to “${words}”` : "and is empty now";
  const problem = `${label} was changed meanwhile ${now}. Your “${tried.text}” is kept here, and not written yet.`;
  return { problem, theirs: words, was: theirs };
}
