import { Button, Checkbox, FileInput, Group, Select, Stack, Text } from "@mantine/core";
import { IconFile } from "@tabler/icons-react";
import { useState } from "react";
import { useEnvironment } from "../../api/environment";
import { Callout } from "../../desk/Callout";
import { Dialog } from "../../desk/Dialog";
import { Said } from "../../desk/Said";
import { many } from "../../desk/times";
import { useAct } from "../../desk/useAct";

interface Imported {
  created: number;
  changed: number;
  left_out: number;
  problems: { line: number; message: string }[];
  trial: boolean;
}

/** Imports CSV: first as a trial that keeps nothing, then for good. */
export function ImportDialog({ type, title, close }: { type: string; title: string; close: () => void }) {
  const env = useEnvironment();
  const [text, setText] = useState("");
  const [separator, setSeparator] = useState(",");
  const [update, setUpdate] = useState(false);
  const [missing, setMissing] = useState(false);
  const [tried, setTried] = useState<Imported | null>(null);
  const body = { text, separator, update, allow_missing: missing };
  const trial = useAct<Imported>({ changes: [], done: setTried, quiet: true });
  const doing = useAct<Imported>({
    changes: ["data", "runs"],
    said: (done) => `${many(done.created, "thing")} created, ${done.changed} changed, ${done.left_out} lines left out.`,
    done: close,
  });
  const path = `/${env}/data/${type}/import`;
  const again = (act: () => void) => {
    setTried(null);
    trial.reset();
    act();
  };
  return (
    <Dialog onClose={close} title={`Import CSV: ${title}`} size="lg">
      <Stack gap="sm">
        <Text size="sm" c="var(--text-soft)">
          The first line names the fields, by ids or labels. A line with an id becomes the thing with that id.
        </Text>
        <FileInput
          label="File"
          placeholder="Choose a .csv file"
          size="xs"
          leftSection={<IconFile size={14} />}
          accept=".csv,text/csv,text/plain"
          onChange={(file) => again(() => void (file ? file.text().then(setText) : setText("")))}
        />
        <Group gap="lg" align="end">
          <Select
            label="Separator"
            w={130}
            data={[
              { value: ",", label: "comma" },
              { value: ";", label: "semicolon" },
              { value: "\t", label: "tab" },
            ]}
            value={separator}
            onChange={(value) => again(() => setSeparator(value ?? ","))}
          />
          <Checkbox
            label="Change things whose id is there"
            checked={update}
            onChange={(event) => again(() => setUpdate(event.target.checked))}
          />
          <Checkbox
            label="Allow references to missing things"
            checked={missing}
            onChange={(event) => again(() => setMissing(event.target.checked))}
          />
        </Group>
        {trial.error && (
          <Callout tone="bad">
            <Said text={trial.error.message} />
          </Callout>
        )}
        {tried && (
          <Callout tone={tried.left_out ? "warn" : "good"} title="A trial: nothing has been kept yet">
            {many(tried.created, "thing")} would be created, {tried.changed} changed
            {tried.left_out > 0 && `, ${many(tried.left_out, "line")} left out:`}
            <ul style={{ margin: 0, paddingLeft: 18, maxHeight: 160, overflow: "auto" }}>
              {tried.problems.map((one) => (
                <li key={`${one.line} ${one.message}`}>
                  line {one.line}: <Said text={one.message} />
                </li>
              ))}
            </ul>
          </Callout>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          {tried ? (
            <Button
              disabled={tried.created + tried.changed === 0}
              loading={doing.isPending}
              onClick={() => doing.mutate([path, { ...body, trial: false }])}
            >
              Import {many(tried.created + tried.changed, "line")}
            </Button>
          ) : (
            <Button
              disabled={!text}
              loading={trial.isPending}
              onClick={() => trial.mutate([path, { ...body, trial: true }])}
            >
              Try it
            </Button>
          )}
        </Group>
      </Stack>
    </Dialog>
  );
}
