import { Autocomplete, Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { AppInfo } from "../../api/shapes";
import { Dialog } from "../../desk/Dialog";
import { createFile } from "../../workflow/files";
import { fileOf, idOf, newWorkflow, wrongFolder, wrongId } from "./naming";
import { triggerLook } from "./triggers";

interface CreateDialogProps {
  trigger: string;
  app: AppInfo;
  folder?: string;
  close: () => void;
}

/** Asks for what a new workflow needs, makes its file and opens it. */
export function CreateDialog({ trigger, app, folder: at = "", close }: CreateDialogProps) {
  const navigate = useNavigate();
  const [label, setLabel] = useState("");
  const [folder, setFolder] = useState(at);
  const [type, setType] = useState<string | null>(app.types[0]?.id ?? null);
  const [every, setEvery] = useState("1 day");
  const look = triggerLook(trigger);
  const id = idOf(label);
  const problem = wrongId(
    id,
    app.workflows.map((one) => one.id),
  );
  const creating = useMutation({
    mutationFn: () => {
      const keys = { type: trigger === "data_change" ? (type ?? "") : "", every: trigger === "recurring" ? every : "" };
      return createFile(fileOf(folder, id), newWorkflow(label.trim(), trigger, keys));
    },
    onSuccess: () => {
      close();
      void navigate({ to: `/workflows/${folder ? `${folder}/` : ""}${id}` });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!problem && !wrongFolder(folder)) creating.mutate();
  };
  const folders = [...new Set(app.workflows.map((one) => one.folder).filter(Boolean))].sort();
  return (
    <Dialog onClose={close} title={`New ${look.label}`} size="sm">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm" c="var(--text-soft)">
            {look.doc}
          </Text>
          <TextInput
            data-autofocus
            label="Name"
            placeholder="An order was paid"
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
            description={trigger === "api" && id ? `Its address ends with /wf/${id}` : undefined}
            error={label && problem}
          />
          {trigger === "data_change" && (
            <Select
              label="When a thing of this type changes"
              data={app.types.map((one) => ({ value: one.id, label: one.label || one.id }))}
              value={type}
              onChange={setType}
              searchable
            />
          )}
          {trigger === "recurring" && (
            <TextInput
              label="How often"
              description="As 1 day, 90 seconds, 1 week. A cron expression can be set later."
              value={every}
              onChange={(event) => setEvery(event.currentTarget.value)}
            />
          )}
          <Autocomplete
            size="xs"
            label="Folder"
            placeholder="None"
            data={folders}
            value={folder}
            onChange={setFolder}
            error={wrongFolder(folder)}
          />
          <Group justify="flex-end" gap="xs" mt={4}>
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" disabled={Boolean(problem)} loading={creating.isPending}>
              Create
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
