import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { post } from "../../api/client";
import type { Run } from "../../api/shapes";
import { makeStale } from "../../api/stale";
import type { RunBegun } from "../../api/types";
import { Callout } from "../../desk/Callout";
import { Dialog } from "../../desk/Dialog";
import { Said } from "../../desk/Said";
import { Repeats } from "../../screens/runs/Repeats";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import { useOpen } from "../context";

interface FromStepDialogProps {
  run: Run;
  step: number;
  close: () => void;
  opened: (id: string) => void;
}

/** Tells what running again from a step would repeat, then does it. */
export function FromStepDialog({ run, step, close, opened }: FromStepDialogProps) {
  const { store } = useOpen();
  const client = useQueryClient();
  const path = `/development/workflows/${encodeURIComponent(run.workflow)}/run`;
  const ask = async (confirm: boolean) => {
    await store.idle();
    return post<RunBegun>(path, { from_run: run.id, from_step: step, confirm });
  };
  const plan = useQuery({
    queryKey: ["retry", path, run.id, step],
    queryFn: () => ask(false),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const doing = useMutation({
    meta: { quiet: true },
    mutationFn: () => ask(true),
    onSuccess: ({ run_id }) => {
      makeStale(client, { queryKey: ["runs"] });
      close();
      opened(run_id);
    },
  });
  const again = () => {
    doing.reset();
    void plan.refetch();
  };
  const told = plan.data;
  const error = plan.error ?? doing.error;
  return (
    <Dialog onClose={close} title={`Run again from step ${step + 1}`} size="lg">
      <Stack gap="sm">
        <Text size="sm" c="var(--text-soft)">
          A new run with the same parameters and user. What the steps before gave is taken from this run; from here on
          the steps are those of the workflow as it is now.
        </Text>
        {error && <Problem error={error} retry={again} />}
        {plan.isPending && <Waiting />}
        {told?.why_not && (
          <Callout tone="bad" title="It cannot be run from here">
            <Said text={told.why_not} />
          </Callout>
        )}
        <Repeats repeats={told?.repeats ?? []} />
        {told && !told.why_not && !told.repeats.length && (
          <Text size="sm">Nothing that others notice would be repeated.</Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button disabled={told?.why_not !== ""} loading={doing.isPending} onClick={() => doing.mutate()}>
            {told?.repeats.length ? "Run all the same" : "Run"}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
