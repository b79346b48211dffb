import { Alert, Autocomplete, Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useApp } from "../../api/app";
import { ApiError } from "../../api/client";
import { tell } from "../../api/notify";
import type { WorkflowInfo } from "../../api/shapes";
import { Dialog } from "../../desk/Dialog";
import { Said } from "../../desk/Said";
import { fileStore, moveFile } from "../../workflow/files";
import { fileOf, wrongFolder, wrongId } from "./naming";

interface MoveDialogProps {
  workflow: WorkflowInfo;
  isOpen: boolean;
  close: () => void;
}

/** Changes a workflow's name, its id and its folder. Where others refer to its id, they are changed along if wanted. */
export function MoveDialog({ workflow, isOpen, close }: MoveDialogProps) {
  const { workflows } = useApp();
  const navigate = useNavigate();
  const [label, setLabel] = useState(workflow.label);
  const [id, setId] = useState(workflow.id);
  const [folder, setFolder] = useState(workflow.folder);
  const others = workflows.filter((one) => one !== workflow).map((one) => one.id);
  const problem = wrongId(id, others);
  const to = fileOf(folder, id);
  const moving = useMutation({
    meta: { quiet: true },
    mutationFn: async (withReferences: boolean) => {
      if (label.trim() !== workflow.label) {
        const store = fileStore(workflow.file);
        await store.load();
        store.edit([{ op: "set", path: ["label"], value: label.trim() }]);
        await store.idle();
      }
      if (to !== workflow.file) await moveFile(workflow.file, to, withReferences);
    },
    onSuccess: () => {
      close();
      tell(to === workflow.file ? "Renamed." : `Moved to ${to}.`);
      if (isOpen) void navigate({ to: `/workflows/${folder ? `${folder}/` : ""}${id}` });
    },
  });
  const refused = moving.error instanceof ApiError && "references" in moving.error.details;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!problem && !wrongFolder(folder)) moving.mutate(refused);
  };
  return (
    <Dialog onClose={close} title="Rename or move" size="sm">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            data-autofocus
            label="Name"
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <TextInput
            label="Id"
            description="What files, expressions and the workflow's address call it."
            value={id}
            onChange={(event) => setId(event.currentTarget.value)}
            error={problem}
          />
          <Autocomplete
            size="xs"
            label="Folder"
            placeholder="None"
            data={[...new Set(workflows.map((one) => one.folder).filter(Boolean))].sort()}
            value={folder}
            onChange={setFolder}
            error={wrongFolder(folder)}
          />
          {moving.error && (
            <Alert color={refused ? "yellow" : "red"} variant="light" role="alert">
              <Said text={moving.error.message} />
            </Alert>
          )}
          <Group justify="flex-end" gap="xs" mt={4}>
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={moving.isPending} disabled={Boolean(problem)}>
              {refused ? "Change the references too" : "Save"}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
