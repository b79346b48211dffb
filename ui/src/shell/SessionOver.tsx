import { Button, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { carryToken } from "../api/client";
import { backIn } from "../api/reentry";
import { lookAgain, useSession } from "../api/session";
import type { Session } from "../api/shapes";
import { Dialog } from "../desk/Dialog";
import { LogInForm } from "./LogInForm";

/** The session has ended while somebody works. What they did waits behind this, and goes on once they are in again. */
export function SessionOver() {
  const { name } = useSession();
  const client = useQueryClient();
  const entered = (session: Session) => {
    if (session.name !== name) {
      // Somebody else does not go on with what the one before them did: it is not sent, and the page begins anew.
      carryToken("");
      location.reload();
      return;
    }
    client.setQueryData(["session"], session);
    backIn();
  };
  const looking = useMutation({ mutationFn: lookAgain, onSuccess: entered });
  return (
    <Dialog
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title="Your session is over"
    >
      <Stack gap="sm">
        <Text size="sm">Log in again and go on where you are: what you have done here is not lost.</Text>
        <LogInForm known={name} entered={entered} />
        <Text size="xs" c="var(--text-faint)">
          You came in with a link of <code>offpage dev</code>, or have logged in elsewhere in this browser? Open the new
          link in another tab, then{" "}
          <Button variant="subtle" size="compact-xs" loading={looking.isPending} onClick={() => looking.mutate()}>
            go on here
          </Button>
        </Text>
      </Stack>
    </Dialog>
  );
}
