import { Button, Group, Stack, Textarea } from "@mantine/core";
import { useState } from "react";
import type { WorkflowInfo } from "../../api/shapes";
import { Dialog } from "../../desk/Dialog";

interface NoteDialogProps {
  workflow: WorkflowInfo;
  close: () => void;
  keep: (note: string) => void;
}

/** A remark for people about a whole workflow. */
export function NoteDialog({ workflow, close, keep }: NoteDialogProps) {
  const [note, setNote] = useState(workflow.note);
  return (
    <Dialog onClose={close} title={`Note on ${workflow.label || workflow.id}`} size="sm">
      <Stack gap="sm">
        <Textarea
          data-autofocus
          aria-label="Note"
          autosize
          minRows={4}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button
            onClick={() => {
              keep(note.trim());
              close();
            }}
          >
            Save
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
