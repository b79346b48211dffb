import { ActionIcon, Button, Checkbox, Combobox, Group, Select, TextInput, useCombobox } from "@mantine/core";
import { IconEye, IconFilterPlus, IconSearch, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useAnswer } from "../../desk/useAnswer";
import classes from "./Data.module.css";
import type { Column, Condition, View } from "./table";

interface ThingFiltersProps {
  view: View;
  change: (changed: Partial<View>) => void;
  columns: Column[];
}

const WITHOUT_VALUE = new Set(["is_empty", "is_not_empty", "empty", "not empty"]);

/** What narrows the table: words, conditions on fields, and whose eyes it is seen through. */
export function ThingFilters({ view, change, columns }: ThingFiltersProps) {
  const put = (at: number, condition: Condition) =>
    change({ conditions: view.conditions.map((one, place) => (place === at ? condition : one)) });
  const add = () => {
    const first = columns.find((one) => !one.builtin) ?? columns[0];
    if (!first) return;
    const operator = first.operators.includes("is_not_empty") ? "is_not_empty" : (first.operators[0] ?? "equals");
    change({ conditions: [...view.conditions, { key: first.id, constraint_type: operator }] });
  };
  return (
    <div className={classes.filters}>
      <TextInput
        aria-label="Search"
        placeholder="Words in any text…"
        leftSection={<IconSearch size={14} />}
        w={210}
        value={view.q}
        onChange={(event) => change({ q: event.currentTarget.value })}
      />
      <Button variant="default" leftSection={<IconFilterPlus size={14} />} onClick={add}>
        Filter
      </Button>
      <ViewAs value={view.as_user} change={(as_user) => change({ as_user })} />
      {view.as_user && (
        <Checkbox
          label="Only what their searches find"
          checked={view.only_found}
          onChange={(event) => change({ only_found: event.currentTarget.checked })}
        />
      )}
      {view.conditions.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a condition is its place in the list
        <Group key={at} gap={4} className={classes.condition}>
          <Select
            aria-label="Field"
            searchable
            w={140}
            data={columns.map((column) => ({ value: column.id, label: column.label || column.id }))}
            value={one.key}
            onChange={(key) => {
              const column = columns.find((each) => each.id === key);
              if (column) put(at, { key: column.id, constraint_type: column.operators[0] ?? "equals" });
            }}
          />
          <Select
            aria-label="How"
            w={128}
            data={(columns.find((column) => column.id === one.key)?.operators ?? []).map((each) => ({
              value: each,
              label: each.replaceAll("_", " "),
            }))}
            value={one.constraint_type}
            onChange={(kind) => kind && put(at, { ...one, constraint_type: kind })}
          />
          {!WITHOUT_VALUE.has(one.constraint_type) && (
            <ConditionValue
              column={columns.find((column) => column.id === one.key)}
              value={one.value}
              change={(value) => put(at, { ...one, value })}
            />
          )}
          <ActionIcon
            aria-label="Take this filter away"
            onClick={() => change({ conditions: view.conditions.filter((_, place) => place !== at) })}
          >
            <IconX size={14} />
          </ActionIcon>
        </Group>
      ))}
    </div>
  );
}

interface ConditionValueProps {
  column: Column | undefined;
  value: unknown;
  change: (value: unknown) => void;
}

function ConditionValue({ column, value, change }: ConditionValueProps) {
  const text = value === undefined || value === null ? "" : String(value);
  if (column?.type === "yes_no") {
    return (
      <Select
        aria-label="Value"
        w={90}
        data={["yes", "no"]}
        value={value === undefined ? null : value ? "yes" : "no"}
        onChange={(next) => change(next === "yes")}
      />
    );
  }
  if (column?.options.length) {
    return (
      <Select
        aria-label="Value"
        w={140}
        data={column.options.map(([id = "", label = ""]) => ({ value: label, label: label || id }))}
        value={text || null}
        onChange={(next) => change(next)}
      />
    );
  }
  const isNumber = column?.type === "number";
  return (
    <TextInput
      aria-label="Value"
      w={140}
      type={isNumber ? "number" : column?.type === "date" ? "datetime-local" : "text"}
      value={text}
      onChange={(event) => {
        const next = event.currentTarget.value;
        change(isNumber && next !== "" ? Number(next) : next || undefined);
      }}
    />
  );
}

/** Through whose eyes: the administrator's, nobody's, or a user's, found by e-mail. */
function ViewAs({ value, change }: { value: string; change: (value: string) => void }) {
  const combobox = useCombobox({ onDropdownClose: () => setText(null) });
  const [text, setText] = useState<string | null>(null);
  const found = useAnswer<{ users: { id: string; email: string }[] }>(
    "data",
    "/users",
    { q: text ?? "" },
    combobox.dropdownOpened,
  );
  const choose = (next: string) => {
    change(next === "*admin" ? "" : next);
    combobox.closeDropdown();
  };
  return (
    <Combobox store={combobox} onOptionSubmit={choose}>
      <Combobox.Target>
        <TextInput
          aria-label="View as"
          placeholder="View as…"
          leftSection={<IconEye size={14} />}
          rightSection={
            value ? (
              <ActionIcon size="sm" aria-label="View as the administrator again" onClick={() => change("")}>
                <IconX size={13} />
              </ActionIcon>
            ) : null
          }
          w={200}
          value={text ?? value}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.openDropdown();
          }}
          onClick={() => combobox.openDropdown()}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={260} style={{ overflowY: "auto" }}>
          <Combobox.Option value="*admin">the administrator, who sees all</Combobox.Option>
          <Combobox.Option value="nobody">nobody: callers who are not known</Combobox.Option>
          {found.data?.users.map((one) => (
            <Combobox.Option key={one.id} value={one.email || one.id}>
              {one.email || one.id}
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
