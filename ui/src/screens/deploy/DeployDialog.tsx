import { Button, Checkbox, Group, Stack, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { get } from "../../api/client";
import { Dialog } from "../../desk/Dialog";
import { useAct } from "../../desk/useAct";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import { ProposalView } from "./ProposalView";
import type { DeployRow, Proposal } from "./proposal";

interface DeployDialogProps {
  /** The folder, or the number of a former deploy. */
  to: number | "folder";
  close: () => void;
}

/** Shows once more what would change, asks about what would be lost, and does it. */
export function DeployDialog({ to, close }: DeployDialogProps) {
  const isBack = to !== "folder";
  const path = isBack ? `/deploys/${to}/proposal` : "/deploy";
  const [message, setMessage] = useState("");
  const [allowed, setAllowed] = useState(false);
  const found = useQuery({
    queryKey: ["app", "proposal", to],
    queryFn: ({ signal }) => get<Proposal>(path, undefined, signal),
    staleTime: 0,
  });
  const act = useAct<{ deploy: DeployRow; served: boolean | null }>({
    changes: ["app", "deploys", "session"],
    said: ({ deploy, served }) =>
      served === null
        ? `Deploy ${deploy.deploy} is live; it answers once a server is started: offpage serve.`
        : `Deploy ${deploy.deploy} is live.`,
    done: close,
  });
  const proposal = found.data;
  const mustAllow = Boolean(proposal?.losses.length);
  const stranded = proposal?.runs.filter((one) => one.why_not).length ?? 0;
  return (
    <Dialog onClose={close} title={isBack ? `Go back to deploy ${to}` : "Deploy to live"} size="xl">
      <Stack gap="md">
        {found.isPending && <Waiting />}
        {found.error && <Problem error={found.error} retry={() => void found.refetch()} />}
        {proposal && <ProposalView proposal={proposal} />}
        {proposal && !isBack && (
          <TextInput
            label="What it is about"
            placeholder="For the list of deploys"
            value={message}
            data-autofocus
            onChange={(event) => setMessage(event.currentTarget.value)}
          />
        )}
        {mustAllow && (
          <Checkbox
            label="Put these values aside"
            checked={allowed}
            onChange={(event) => setAllowed(event.currentTarget.checked)}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button
            color={mustAllow || stranded ? "red" : undefined}
            disabled={!proposal || proposal.is_live || Boolean(proposal.refused) || (mustAllow && !allowed)}
            loading={act.isPending}
            onClick={() =>
              act.mutate([
                isBack ? `/deploys/${to}/rollback` : "/deploy",
                { ...(message && { message }), allow_data_loss: allowed, definition: proposal?.definition ?? "" },
              ])
            }
          >
            {isBack ? "Go back" : "Deploy"}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
