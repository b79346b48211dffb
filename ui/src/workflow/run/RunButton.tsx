import { Button, Tooltip } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconPlayerPlayFilled } from "@tabler/icons-react";
import { useState } from "react";
import { useMay } from "../../api/session";
import { useContent, useFileState } from "../context";
import { RunDialog } from "./RunDialog";

/** Opens the dialog that runs the workflow. */
export function RunButton() {
  const [isOpen, setOpen] = useState(false);
  const mayRun = useMay("operate");
  const { issues } = useFileState();
  const content = useContent();
  const errors = issues.filter((issue) => issue.severity === "error").length;
  const trigger = String(content.trigger ?? "api");
  const cannot = !mayRun
    ? "Your role may look, but not run workflows."
    : errors
      ? `Mend ${errors === 1 ? "the issue" : `the ${errors} issues`} of this workflow first.`
      : trigger === "data_change"
        ? "It runs when a thing changes: change one in Data."
        : "";
  // Where the keys mean something of their own, as in a list to choose from, they do not run it as well.
  const isMet = (event: KeyboardEvent) =>
    event.defaultPrevented || Boolean((event.target as HTMLElement | null)?.closest?.("[role='dialog']"));
  useHotkeys(
    [["mod+Enter", (event) => !cannot && !isMet(event) && setOpen(true), { preventDefault: false }]],
    [],
    true,
  );
  return (
    <>
      <Tooltip label={cannot || "Run (Ctrl+Enter)"}>
        <Button
          leftSection={<IconPlayerPlayFilled size={12} />}
          data-disabled={cannot ? true : undefined}
          aria-disabled={cannot ? true : undefined}
          onClick={() => !cannot && setOpen(true)}
        >
          Run
        </Button>
      </Tooltip>
      {isOpen && <RunDialog close={() => setOpen(false)} />}
    </>
  );
}
