import { Button, Group, Popover, Text } from "@mantine/core";
import type { KeyboardEvent } from "react";
import classes from "./Table.module.css";
import type { Column } from "./table";

interface CellInputProps {
  column: Column;
  text: string;
  /** Why what was typed was not written; "": it was not tried yet. */
  problem: string;
  /** What somebody else has made of the cell meanwhile, in words; null where nobody has. */
  theirs: string | null;
  change: (text: string) => void;
  keep: (text: string, byKey: boolean) => void;
  leave: (byKey: boolean) => void;
}

/** A cell that is edited. What was typed stays until it is written, or somebody gives it up. */
export function CellInput(props: CellInputProps) {
  const { problem, theirs, text, keep, leave } = props;
  return (
    <Popover opened={problem !== ""} position="bottom-start" width={280} shadow="lg" withinPortal>
      <Popover.Target>
        <Input {...props} />
      </Popover.Target>
      <Popover.Dropdown p="xs">
        <Text size="xs" role="alert">
          {problem}
        </Text>
        <Group gap={6} mt={8} justify="flex-end">
          <Button variant="default" size="compact-xs" onClick={() => leave(true)}>
            {theirs === null ? "Give up" : `Leave ${theirs || "it empty"}`}
          </Button>
          <Button size="compact-xs" onClick={() => keep(text, true)}>
            {theirs === null ? "Try again" : "Write mine"}
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}

function Input({
  column,
  text,
  problem,
  change,
  keep,
  leave,
  ref,
}: CellInputProps & { ref?: React.Ref<HTMLInputElement & HTMLSelectElement> }) {
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Enter") keep(text, true);
    if (event.key === "Escape") leave(true);
  };
  const shared = {
    ref,
    className: classes.input,
    "aria-label": column.label || column.id,
    value: text,
    onKeyDown: keys,
  };
  const choices = choicesOf(column);
  if (choices.length) {
    return (
      <select
        {...shared}
        // biome-ignore lint/a11y/noAutofocus: whoever asked to edit the cell goes on typing in it
        autoFocus
        onChange={(event) => {
          change(event.currentTarget.value);
          keep(event.currentTarget.value, true);
        }}
        onBlur={() => !problem && leave(false)}
      >
        <option value="">empty</option>
        {choices.map(([typed, name]) => (
          <option key={typed} value={typed}>
            {name}
          </option>
        ))}
      </select>
    );
  }
  return (
    <input
      {...shared}
      // biome-ignore lint/a11y/noAutofocus: whoever asked to edit the cell goes on typing in it
      autoFocus
      onChange={(event) => change(event.currentTarget.value)}
      onBlur={() => !problem && keep(text, false)}
    />
  );
}

/** What a cell may be, as it is typed and as it is called; none: anything. Options have their names in JSON. */
function choicesOf(column: Column): string[][] {
  if (column.type !== "yes_no") return column.options.map(([, name = ""]) => [name, name]);
  return [
    ["true", "yes"],
    ["false", "no"],
  ];
}
