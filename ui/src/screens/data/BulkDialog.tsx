import { Button, Group, NumberInput, Select, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { address, post } from "../../api/client";
import { useEnvironment } from "../../api/environment";
import { Dialog } from "../../desk/Dialog";
import { Said } from "../../desk/Said";
import { Facts } from "../../desk/Side";
import { count, length, many, units } from "../../desk/times";
import { useAct } from "../../desk/useAct";
import { useAnswer } from "../../desk/useAnswer";
import { queryOf, type View } from "./table";

interface Offered {
  workflows: { name: string; label: string; parameters: { name: string; type: string; optional: boolean }[] }[];
}
interface Told {
  count: number;
  workload: number;
  workload_each: number;
  seconds: number | null;
  measured: number;
  batch_id: string;
}

interface BulkDialogProps {
  type: string;
  view: View;
  /** The rows that are selected; null: all that the view finds. */
  ids: string[] | null;
  close: () => void;
}

/** Runs a workflow over many things as a batch: first what it will take, then it begins. */
export function BulkDialog({ type, view, ids, close }: BulkDialogProps) {
  const env = useEnvironment();
  const navigate = useNavigate();
  const offered = useAnswer<Offered>("app", `/data/${type}/bulk`);
  const [workflow, setWorkflow] = useState("");
  const [parameters, setParameters] = useState<Record<string, string>>({});
  const [atOnce, setAtOnce] = useState(20);
  const [stops, setStops] = useState(false);
  const chosen = offered.data?.workflows.find((one) => one.name === workflow);
  const { as_user: _user, only_found: _found, ...query } = queryOf(view);
  const path = address(`/${env}/data/${type}/bulk`, ids ? {} : query).replace("/editor/api", "");
  const body = { workflow, ids, parameters, at_once: atOnce, stop_on_failure: stops };
  const estimate = useQuery({
    queryKey: ["estimate", path, workflow, ids],
    queryFn: () => post<Told>(path, { workflow, ids, estimate: true }),
    enabled: workflow !== "",
    gcTime: 0,
  });
  const act = useAct<Told>({
    changes: ["batches"],
    said: (told) => `The batch over ${many(told.count, "thing")} has begun.`,
    done: ({ batch_id }) => void navigate({ to: `/batches/${batch_id}`, search: ((all: object) => all) as never }),
  });
  const told = estimate.data;
  const missing = chosen?.parameters.some((one) => !one.optional && !parameters[one.name]);
  return (
    <Dialog
      onClose={close}
      title={ids ? `Run a workflow on ${many(ids.length, "row")}` : "Run a workflow on everything that is found"}
      size="md"
    >
      <Stack gap="sm">
        <Select
          label="Workflow"
          placeholder="Choose one that takes such a thing"
          searchable
          nothingFoundMessage="None takes a thing of this type: give one a parameter of it."
          data={(offered.data?.workflows ?? []).map((one) => ({ value: one.name, label: one.label }))}
          value={workflow || null}
          onChange={(value) => setWorkflow(value ?? "")}
        />
        {offered.data?.workflows.length === 0 && (
          <Text size="sm" c="var(--text-soft)">
            No workflow with `trigger: api` takes a thing of this type. Give one a parameter of it.
          </Text>
        )}
        {chosen?.parameters.map((one) => (
          <TextInput
            key={one.name}
            label={one.name}
            placeholder={one.optional ? `${one.type}, may stay empty` : one.type}
            value={parameters[one.name] ?? ""}
            onChange={(event) => setParameters({ ...parameters, [one.name]: event.currentTarget.value })}
          />
        ))}
        <Group gap="lg" align="end">
          <NumberInput
            label="At once"
            w={110}
            min={1}
            max={1_000}
            value={atOnce}
            onChange={(value) => setAtOnce(Number(value) || 1)}
          />
          <Switch
            label="Stop when one fails"
            checked={stops}
            onChange={(event) => setStops(event.currentTarget.checked)}
          />
        </Group>
        {estimate.error && (
          <Text c="var(--bad)">
            <Said text={estimate.error.message} />
          </Text>
        )}
        {told && (
          <Facts
            facts={[
              ["Runs", count(told.count)],
              ["Workload", `about ${units(told.workload)} units, ${units(told.workload_each)} each`],
              ["Time", told.seconds === null ? "" : `about ${length(told.seconds * 1_000)} of work`],
              [
                "Known from",
                told.measured
                  ? `the last ${many(told.measured, "run")}`
                  : "its steps; it has not run yet: at least this",
              ],
            ]}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button
            disabled={!told?.count || missing}
            loading={act.isPending}
            onClick={() => act.mutate([path, { ...body, estimate: false }])}
          >
            {told ? `Run ${count(told.count)} times` : "Run"}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
