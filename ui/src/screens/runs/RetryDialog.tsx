import { Button, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post } from "../../api/client";
import { tell } from "../../api/notify";
import type { Environment } from "../../api/shapes";
import { makeStale } from "../../api/stale";
import type { RepeatedShown } from "../../api/types";
import { Callout } from "../../desk/Callout";
import { Dialog } from "../../desk/Dialog";
import type { RunFilter } from "../../desk/runs";
import { many } from "../../desk/times";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import { Repeats } from "./Repeats";

interface Told {
  count: number;
  plans: { id: string; workflow: string; from: string; why_not: string | null; repeats: RepeatedShown[] }[];
  retried: { run_id: string; workflow: string; new_id: string; error: string }[];
}

interface RetryDialogProps {
  env: Environment;
  /** One run, or all failed ones that a filter means. */
  id?: string;
  filter?: RunFilter;
  close: () => void;
  opened?: (id: string) => void;
}

/** Asks from where, tells what would be repeated, then does it. */
export function RetryDialog({ env, id, filter, close, opened }: RetryDialogProps) {
  const [from, setFrom] = useState<"failed" | "start">("failed");
  const client = useQueryClient();
  const path = id ? `/${env}/runs/${id}/retry` : `/${env}/runs/retry`;
  const { state: _state, text: _text, ...which } = filter ?? {};
  const body = { ...(id ? {} : which), from };
  const plan = useQuery({
    queryKey: ["retry", path, body],
    queryFn: () => post<Told>(path, body),
    staleTime: 0,
    gcTime: 0,
  });
  const doing = useMutation({
    mutationFn: () => post<Told>(path, { ...body, confirm: true }),
    onSuccess: ({ retried }) => {
      const failed = retried.filter((one) => one.error);
      tell(`${many(retried.length - failed.length, "run")} will be tried again.`);
      makeStale(client, { queryKey: ["runs"] });
      close();
      const only = retried[0];
      if (id && only?.new_id) opened?.(only.new_id);
    },
  });
  const told = plan.data;
  const refused = told?.plans.filter((one) => one.why_not) ?? [];
  const repeats = told?.plans.flatMap((one) => one.repeats) ?? [];
  return (
    <Dialog onClose={close} title={id ? "Try this run again" : "Try failed runs again"} size="lg">
      <Stack gap="sm">
        <SegmentedControl
          aria-label="From where"
          value={from}
          onChange={(value) => setFrom(value as "failed" | "start")}
          data={[
            { value: "failed", label: "From the step that failed" },
            { value: "start", label: "From the start" },
          ]}
        />
        <Text size="sm" c="var(--text-soft)">
          {from === "failed"
            ? "It goes on at the step that failed, with what the steps before it gave, as the app was then."
            : "A new run with the same parameters, as the app is now."}
        </Text>
        {plan.error && <Problem error={plan.error} retry={() => void plan.refetch()} />}
        {plan.isPending && <Waiting />}
        {told && !id && (
          <Text size="sm" fw={540}>
            {told.count ? `${many(told.count, "failed run")} would be tried again.` : "No run that fits has failed."}
          </Text>
        )}
        {refused.length > 0 && (
          <Callout tone="bad" title={`${many(refused.length, "run")} cannot be tried again`}>
            {[...new Set(refused.map((one) => one.why_not))].join(" ")}
          </Callout>
        )}
        <Repeats repeats={repeats} />
        {told && told.count > 0 && !repeats.length && !refused.length && (
          <Text size="sm">Nothing that others notice would be repeated.</Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button
            disabled={!told || told.count === refused.length}
            loading={doing.isPending}
            onClick={() => doing.mutate()}
          >
            {repeats.length ? "Retry all the same" : "Retry"}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
