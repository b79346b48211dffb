import { Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useEnvironment } from "../../api/environment";
import { Dialog } from "../../desk/Dialog";
import { useAct } from "../../desk/useAct";
import { type Column, readTyped } from "./table";

interface NewThingDialogProps {
  type: string;
  title: string;
  columns: Column[];
  close: () => void;
}

/** Makes a thing; fields that are left empty take their defaults. */
export function NewThingDialog({ type, title, columns, close }: NewThingDialogProps) {
  const env = useEnvironment();
  const [texts, setTexts] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<{ field: string; message: string } | null>(null);
  const making = useAct({ changes: ["data"], said: () => `${title} created.`, done: close });
  const writable = columns.filter((one) => one.writable && (!one.builtin || one.id === "email"));
  const put = (id: string, text: string) => setTexts({ ...texts, [id]: text });
  const create = () => {
    const values: Record<string, unknown> = {};
    for (const column of writable) {
      const text = texts[column.id];
      if (text === undefined || text === "") continue;
      try {
        values[column.id] = readTyped(text, column.type);
      } catch (error) {
        setProblem({ field: column.id, message: (error as Error).message });
        return;
      }
    }
    setProblem(null);
    making.mutate([`/${env}/data/${type}`, { values }]);
  };
  return (
    <Dialog onClose={close} title={`New: ${title}`} size="md">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create();
        }}
      >
        <Stack gap="xs">
          {writable.map((column, at) => {
            const label = column.label || column.id;
            const choices =
              column.type === "yes_no" ? ["yes", "no"] : (column.options ?? []).map(([id = "", name]) => name || id);
            if (choices.length) {
              return (
                <Select
                  key={column.id}
                  label={label}
                  placeholder="its default"
                  clearable
                  data={choices}
                  value={texts[column.id] || null}
                  onChange={(value) => put(column.id, value ?? "")}
                />
              );
            }
            return (
              <TextInput
                key={column.id}
                label={label}
                placeholder={column.type}
                data-autofocus={at === 0 || undefined}
                error={problem?.field === column.id ? problem.message : null}
                value={texts[column.id] ?? ""}
                onChange={(event) => put(column.id, event.currentTarget.value)}
              />
            );
          })}
          <Group justify="flex-end" gap="xs" mt="xs">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={making.isPending}>
              Create
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
