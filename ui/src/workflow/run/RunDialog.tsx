import { Alert, Button, Checkbox, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconPlayerPlayFilled } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError, post } from "../../api/client";
import { useEnvironment } from "../../api/environment";
import { Dialog } from "../../desk/Dialog";
import { Said } from "../../desk/Said";
import { useContent, useEdit, useOpenFile, useWorkflow } from "../context";
import { freeName } from "../steps";
import { isMapping, type Mapping, type Value } from "../value";
import { ParameterInput } from "./ParameterInput";
import { RunAs } from "./RunAs";
import { useShown } from "./ShownRun";

/** Asks for a workflow's parameters and for whom it runs, and runs it. */
export function RunDialog({ close }: { close: () => void }) {
  const workflow = useWorkflow();
  const { store, readOnly } = useOpenFile();
  const env = useEnvironment();
  const { show, run: former } = useShown();
  const content = useContent();
  const edit = useEdit();
  const parameters = Object.entries(isMapping(content.parameters) ? content.parameters : {});
  const examples = isMapping(content.examples) ? content.examples : {};
  const [values, setValues] = useState<Mapping>(() => startOf(parameters, former?.parameters, examples));
  const [user, setUser] = useState("");
  const [keeps, setKeeps] = useState(false);
  const [name, setName] = useState(() => freeName("example", new Set(Object.keys(examples))));
  const running = useMutation({
    meta: { quiet: true },
    mutationFn: async () => {
      await store.idle();
      const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== ""));
      if (keeps && name.trim()) {
        edit([{ op: "set", path: ["examples", name.trim().replaceAll(" ", "_")], value: { parameters: given } }]);
        await store.idle();
      }
      return post<{ run_id: string }>(`/${env}/workflows/${encodeURIComponent(workflow.id)}/run`, {
        parameters: given,
        as_user: user,
      });
    },
    onSuccess: ({ run_id }) => {
      close();
      show(run_id);
    },
  });
  const { details = {} } = running.error instanceof ApiError ? running.error : {};
  const problems = (details.problems ?? {}) as Record<string, string>;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    running.mutate();
  };
  return (
    <Dialog onClose={close} title={`Run ${String(content.label ?? workflow.id)}${env === "live" ? " (live)" : ""}`}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          {Object.keys(examples).length > 0 && (
            <Group gap={6}>
              <Text size="xs" c="var(--text-soft)">
                Examples:
              </Text>
              {Object.entries(examples).map(([one, given]) => (
                <Button key={one} variant="default" size="compact-xs" onClick={() => setValues(parametersOf(given))}>
                  {one}
                </Button>
              ))}
            </Group>
          )}
          {parameters.map(([one, form], index) => (
            <ParameterInput
              key={one}
              name={one}
              type={String(isMapping(form) ? (form.type ?? "text") : form)}
              isOptional={isMapping(form) && form.optional === true}
              value={values[one]}
              autoFocus={index === 0}
              problem={problems[one]}
              change={(value) => setValues((all) => ({ ...all, [one]: value }))}
            />
          ))}
          {!parameters.length && (
            <Text size="sm" c="var(--text-soft)">
              It has no parameters.
            </Text>
          )}
          <RunAs user={user} change={setUser} />
          {!readOnly && parameters.length > 0 && (
            <Group gap="sm" mih={30}>
              <Checkbox
                label="Keep as an example"
                checked={keeps}
                onChange={(event) => setKeeps(event.currentTarget.checked)}
              />
              {keeps && (
                <TextInput
                  flex={1}
                  aria-label="Name of the example"
                  value={name}
                  onChange={(event) => setName(event.currentTarget.value)}
                />
              )}
            </Group>
          )}
          {running.error && !parameters.some(([one]) => problems[one]) && (
            <Alert color="red" variant="light" role="alert">
              <Said text={running.error.message} />
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button
              type="submit"
              data-autofocus={parameters.length ? undefined : true}
              leftSection={<IconPlayerPlayFilled size={12} />}
              loading={running.isPending}
            >
              Run
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

/** What the form begins with: what the run that is shown was given, or the first example. */
function startOf(
  parameters: [string, Value][],
  former: Record<string, unknown> | undefined,
  examples: Mapping,
): Mapping {
  const [example] = Object.values(examples);
  const from = former ?? parametersOf(example ?? null);
  return Object.fromEntries(parameters.map(([name]) => [name, (from as Mapping)[name] ?? null]));
}

/** What an example gives to the workflow. */
function parametersOf(example: Value): Mapping {
  return isMapping(example) && isMapping(example.parameters) ? example.parameters : {};
}
