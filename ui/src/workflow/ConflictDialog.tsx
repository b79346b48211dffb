import { Button, Group, Text } from "@mantine/core";
import { Dialog } from "../desk/Dialog";
import classes from "./ConflictDialog.module.css";
import { changedLines } from "./changedLines";
import type { FileStore } from "./FileStore";
import type { Conflict } from "./fileState";

/** The file changed on disk where it was changed here: both texts side by side, and the choice. */
export function ConflictDialog({ conflict, store }: { conflict: Conflict; store: FileStore }) {
  const mine = changedLines(conflict.base, conflict.yours);
  const disk = changedLines(conflict.base, conflict.theirs);
  return (
    <Dialog
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      title={`${store.file} was changed outside the editor, in the same place`}
      size="xl"
      closeOnClickOutside={false}
    >
      <Text size="sm" c="var(--text-soft)" mb="sm">
        Your change and the one on disk do not go together. Lines that differ from what both began with are marked.
      </Text>
      <div className={classes.sides}>
        <Side title="Yours" lines={mine} />
        <Side title="On disk" lines={disk} />
      </div>
      <Group justify="flex-end" gap="xs" mt="md">
        <Button variant="default" onClick={() => void store.resolve("theirs")}>
          Keep what is on disk
        </Button>
        <Button onClick={() => void store.resolve("yours")}>Keep mine</Button>
      </Group>
    </Dialog>
  );
}

function Side({ title, lines }: { title: string; lines: { text: string; changed: boolean }[] }) {
  return (
    <section className={classes.side} aria-label={title}>
      <h3>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard */}
      <pre tabIndex={0}>
        {lines.map(({ text, changed }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines never change places
          <div key={index} data-changed={changed || undefined}>
            {text || " "}
          </div>
        ))}
      </pre>
    </section>
  );
}
