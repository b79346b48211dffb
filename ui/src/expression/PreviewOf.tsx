import { Button, Popover, Stack, Text } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { ThingSelect } from "../workflow/run/ThingSelect";
import { type Chosen, chosenFor, type ThingName } from "./chosen";

interface PreviewOfProps {
  names: readonly ThingName[];
  chosen: Chosen;
  /** Whether a run was chosen, so that it need not be the last. */
  isShown: boolean;
  isOpen: boolean;
  open: (isOpen: boolean) => void;
  choose: (next: Chosen) => void;
}

/** Whose values a preview has: those of a run, or of things that are chosen here. */
export function PreviewOf({ names, chosen, isShown, isOpen, open, choose }: PreviewOfProps) {
  const count = Object.keys(chosenFor(chosen, names)).length;
  const run = isShown ? "the run that is shown" : "the last run";
  return (
    <Popover opened={isOpen} onChange={open} position="bottom-start" width={300} shadow="lg" trapFocus>
      <Popover.Target>
        <Button
          variant="subtle"
          size="compact-xs"
          flex="none"
          fw={450}
          c="var(--text-soft)"
          aria-label="What the preview is computed with"
          rightSection={<IconChevronDown size={12} />}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => open(!isOpen)}
        >
          {count ? "as chosen" : isShown ? "run shown" : "last run"}
        </Button>
      </Popover.Target>
      <Popover.Dropdown
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation(); // it closes this, not the panel around it
          open(false);
        }}
      >
        <Stack gap="xs">
          <Text size="xs" c="var(--text-soft)">
            The preview has the values of {run}. Choose things to see it with them.
          </Text>
          {names.map(({ name, type }) => (
            <ThingSelect
              key={name}
              label={name}
              type={type}
              comboboxProps={{ withinPortal: false }}
              value={chosen[name] ?? null}
              change={(id) => choose({ ...chosen, [name]: id ?? "" })}
            />
          ))}
          <Button
            variant="default"
            size="xs"
            disabled={!count}
            onClick={() => {
              choose({});
              open(false);
            }}
          >
            Back to {run}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
