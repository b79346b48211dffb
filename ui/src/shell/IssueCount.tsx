import { Button, Popover } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { appQuery } from "../api/app";
import { IssueList } from "./IssueList";

/** How many issues the app has; the list opens below, and leads to each. */
export function IssueCount() {
  const { data } = useQuery(appQuery);
  const [isOpen, setOpen] = useState(false);
  if (!data) return null;
  const { errors, warnings } = data.issues;
  const total = errors + warnings;
  const tone = errors ? "bad" : "warn";
  const label = total ? `${total} ${total === 1 ? "issue" : "issues"}` : "No issues";
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" width={420} shadow="lg" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="subtle"
          color="gray"
          {...(total > 0 && { c: `var(--${tone})`, bg: `var(--${tone}-soft)` })}
          size="compact-sm"
          fz="xs"
          leftSection={total ? <IconAlertTriangle size={14} /> : <IconCircleCheck size={15} color="var(--good)" />}
          aria-live="polite"
          onClick={() => setOpen((now) => !now)}
        >
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <IssueList close={() => setOpen(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}
