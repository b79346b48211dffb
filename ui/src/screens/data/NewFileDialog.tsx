import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { AppInfo } from "../../api/shapes";
import { Dialog } from "../../desk/Dialog";
import { createFile } from "../../workflow/files";
import { idFor } from "./naming";

interface NewFileDialogProps {
  what: "type" | "options";
  app: AppInfo;
  close: () => void;
}

/** Makes a data type or an option set: people give its name, its id follows. */
export function NewFileDialog({ what, app, close }: NewFileDialogProps) {
  const [label, setLabel] = useState("");
  const navigate = useNavigate();
  const id = idFor(label);
  const taken = (what === "type" ? app.types : app.option_sets).some((one) => one.id === id);
  const folder = what === "type" ? "types" : "options";
  const begin =
    what === "type" ? "fields:\n  name: {type: text, label: Name}\nprivacy: {}\n" : "options:\n  first: First\n";
  const making = useMutation({
    mutationFn: () => createFile(`${folder}/${id}.yaml`, `label: ${JSON.stringify(label.trim())}\n${begin}`),
    onSuccess: () => {
      close();
      void navigate({
        to: what === "type" ? `/data/${id}` : `/data/options/${id}`,
        search: (what === "type" ? { show: "fields" } : {}) as never,
      });
    },
  });
  return (
    <Dialog onClose={close} title={what === "type" ? "New data type" : "New option set"} size="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (id && !taken) making.mutate();
        }}
      >
        <Stack gap="sm">
          <TextInput
            label="Name"
            placeholder={what === "type" ? "Order" : "Order status"}
            description={id ? `Its id is ${id}; the file ${folder}/${id}.yaml.` : "What one of them is called."}
            error={taken ? "There is one of this name already." : null}
            value={label}
            data-autofocus
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" disabled={!id || taken} loading={making.isPending}>
              Create
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
