import { Button, Group, Table, Text, VisuallyHidden } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { get } from "../../api/client";
import { useMay } from "../../api/session";
import { Said } from "../../desk/Said";
import { fullTime } from "../../desk/times";
import { Page } from "../../shell/Page";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import { DeployDialog } from "./DeployDialog";
import classes from "./Proposal.module.css";
import { ProposalView } from "./ProposalView";
import type { DeployRow, Proposal } from "./proposal";

/** What bringing the folder to live would change, and what was deployed before. */
export default function DeployScreen() {
  const mayEdit = useMay("edit");
  // The proposal follows the folder: its key begins with the event that says that files have changed.
  const proposal = useQuery({
    queryKey: ["app", "proposal"],
    queryFn: ({ signal }) => get<Proposal>("/deploy", undefined, signal),
  });
  const deploys = useQuery({
    queryKey: ["deploys"],
    queryFn: ({ signal }) => get<{ deploys: DeployRow[] }>("/deploys", undefined, signal),
  });
  const [dialog, setDialog] = useState<number | "folder" | null>(null);
  const found = proposal.data;
  return (
    <Page
      title="Deploy"
      actions={
        mayEdit && (
          <Button disabled={!found || found.is_live || Boolean(found.refused)} onClick={() => setDialog("folder")}>
            Deploy to live…
          </Button>
        )
      }
    >
      <h2 className={classes.title}>What would change</h2>
      {proposal.isPending && <Waiting />}
      {proposal.error && <Problem error={proposal.error} retry={() => void proposal.refetch()} />}
      {found && <ProposalView proposal={found} />}
      <h2 className={classes.title}>What was deployed</h2>
      {deploys.isPending && <Waiting />}
      {deploys.error && <Problem error={deploys.error} retry={() => void deploys.refetch()} />}
      {deploys.data && !deploys.data.deploys.length && (
        <p className={classes.quiet}>Nothing has been deployed yet: the folder is served as development only.</p>
      )}
      {deploys.data && deploys.data.deploys.length > 0 && (
        <Table verticalSpacing={6} fz="sm" maw={860}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Deploy</Table.Th>
              <Table.Th>When</Table.Th>
              <Table.Th>What</Table.Th>
              <Table.Th>
                <VisuallyHidden>Go back</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {deploys.data.deploys.map((one) => (
              <Table.Tr key={one.deploy}>
                <Table.Td>
                  <Group gap={8}>
                    <b>{one.deploy}</b>
                    {one.is_live && (
                      <Text span size="xs" c="var(--good)" fw={600}>
                        live
                      </Text>
                    )}
                  </Group>
                </Table.Td>
                <Table.Td>{fullTime(one.at)}</Table.Td>
                <Table.Td>
                  {one.back_to !== null && `Back to ${one.back_to}. `}
                  <Said text={one.message} />
                </Table.Td>
                <Table.Td ta="right">
                  {mayEdit && !one.is_live && one.is_kept && (
                    <Button
                      variant="subtle"
                      leftSection={<IconArrowBackUp size={14} />}
                      onClick={() => setDialog(one.deploy)}
                    >
                      Go back to this…
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {dialog !== null && <DeployDialog to={dialog} close={() => setDialog(null)} />}
    </Page>
  );
}
