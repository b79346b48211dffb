import { Button, Group, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { tell, tellError } from "../../api/notify";
import type { WorkflowInfo } from "../../api/shapes";
import { Dialog } from "../../desk/Dialog";
import { createFile, deleteFile, fileStore } from "../../workflow/files";

interface DeleteDialogProps {
  workflow: WorkflowInfo;
  isOpen: boolean;
  close: () => void;
}

/** Deletes a workflow's file; for a while the notification offers it back. */
export function DeleteDialog({ workflow, isOpen, close }: DeleteDialogProps) {
  const navigate = useNavigate();
  const name = workflow.label || workflow.id;
  const deleting = useMutation({
    mutationFn: async () => {
      const store = fileStore(workflow.file);
      await store.idle();
      await store.load();
      const { text } = store.state();
      await deleteFile(workflow.file);
      return text;
    },
    onSuccess: (text) => {
      close();
      if (isOpen) void navigate({ to: "/workflows" });
      const id = notifications.show({
        message: (
          <Group justify="space-between" wrap="nowrap">
            <span>{name} is deleted.</span>
            <Button
              variant="subtle"
              onClick={() => {
                notifications.hide(id);
                void createFile(workflow.file, text).then(() => tell(`${name} is back.`), tellError);
              }}
            >
              Undo
            </Button>
          </Group>
        ),
        autoClose: 10_000,
      });
    },
  });
  return (
    <Dialog onClose={close} title={`Delete ${name}?`} size="sm">
      <Stack gap="md">
        <Text size="sm">
          The file {workflow.file} goes away. What is scheduled to run it keeps the definition it was scheduled with.
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close} data-autofocus>
            Cancel
          </Button>
          <Button color="red" loading={deleting.isPending} onClick={() => deleting.mutate()}>
            Delete
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
