import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useApp } from "../../api/app";
import type { WorkflowInfo } from "../../api/shapes";
import { Dialog } from "../../desk/Dialog";
import { createFile, fileStore } from "../../workflow/files";
import { freeName } from "../../workflow/steps";
import { fileOf, wrongId } from "./naming";

/** Makes a copy of a workflow under another id, in the same folder. */
export function DuplicateDialog({ workflow, close }: { workflow: WorkflowInfo; close: () => void }) {
  const { workflows } = useApp();
  const navigate = useNavigate();
  const taken = workflows.map((one) => one.id);
  const [id, setId] = useState(() => freeName(workflow.id, new Set(taken)));
  const problem = wrongId(id, taken);
  const copying = useMutation({
    mutationFn: async () => {
      const store = fileStore(workflow.file);
      await store.load();
      const file = fileOf(workflow.folder, id);
      await createFile(file, store.state().text);
      const copy = fileStore(file);
      await copy.load();
      copy.edit([{ op: "set", path: ["label"], value: `${workflow.label || workflow.id} (copy)` }]);
      await copy.idle();
    },
    onSuccess: () => {
      close();
      void navigate({ to: `/workflows/${workflow.folder ? `${workflow.folder}/` : ""}${id}` });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!problem) copying.mutate();
  };
  return (
    <Dialog onClose={close} title={`Duplicate ${workflow.label || workflow.id}`} size="sm">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            data-autofocus
            label="Id of the copy"
            value={id}
            onChange={(event) => setId(event.currentTarget.value)}
            error={problem}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={copying.isPending} disabled={Boolean(problem)}>
              Duplicate
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
