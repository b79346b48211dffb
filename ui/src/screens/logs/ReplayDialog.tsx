import { Button, Group, Stack, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useEnvironment } from "../../api/environment";
import { Dialog } from "../../desk/Dialog";
import { fullTime } from "../../desk/times";
import { useAct } from "../../desk/useAct";

interface ReplayDialogProps {
  id: string;
  label: string;
  at: string;
  close: () => void;
}

/** Says what running a delivery again means, then does it. */
export function ReplayDialog({ id, label, at, close }: ReplayDialogProps) {
  const env = useEnvironment();
  const navigate = useNavigate();
  const again = useAct<{ run_id: string }>({
    changes: ["deliveries", "runs"],
    said: () => "The delivery runs again.",
    done: ({ run_id }) => void navigate({ to: `/runs/${run_id}` }),
  });
  return (
    <Dialog onClose={close} title="Run this delivery again?">
      <Stack gap="sm">
        <Text size="sm">
          What came on {fullTime(at)} goes once more through <b>{label}</b> in {env}, from its first step, as the
          workflow is now. It is not verified again, and it counts though it was run before: mails, calls and changes of
          data are done once more.
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button
            data-autofocus
            loading={again.isPending}
            onClick={() => again.mutate([`/${env}/deliveries/${id}/replay`])}
          >
            Run it again
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
