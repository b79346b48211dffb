import { Button, Select } from "@mantine/core";
import { IconSearch, IconUser, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { TimeFilter, TypedFilter, WorkflowFilter } from "../../desk/Filters";
import { type RunFilter, STATES } from "../../desk/runs";

interface RunFiltersProps {
  filter: RunFilter;
  change: (filter: RunFilter) => void;
}

/** What narrows the list of runs. */
export function RunFilters({ filter, change }: RunFiltersProps) {
  const put = (changed: Partial<Record<keyof RunFilter, string | undefined>>) => {
    const next: Record<string, string> = {};
    for (const [key, value] of Object.entries({ ...filter, ...changed })) if (value) next[key] = value;
    change(next);
  };
  // A choice of the time that has no moment yet stands in no filter, and goes all the same.
  const [cleared, setCleared] = useState(0);
  const clear = () => {
    setCleared(cleared + 1);
    change({});
  };
  const isNarrowed = Object.keys(filter).length > 0;
  return (
    <>
      <TypedFilter
        label="Search in runs"
        placeholder="Words, a value, an id…"
        icon={<IconSearch size={14} />}
        value={filter.text ?? ""}
        change={(text) => put({ text })}
        width={210}
      />
      <WorkflowFilter value={filter.workflow ?? ""} change={(workflow) => put({ workflow })} />
      <Select
        aria-label="State"
        placeholder="All states"
        clearable
        w={120}
        data={STATES}
        value={filter.state ?? null}
        onChange={(value) => put({ state: value ?? "" })}
      />
      <TypedFilter
        label="User"
        placeholder="User's e-mail or id"
        icon={<IconUser size={14} />}
        value={filter.user ?? ""}
        change={(user) => put({ user })}
        width={180}
      />
      <TimeFilter key={cleared} since={filter.since} until={filter.until} change={put} />
      {isNarrowed && (
        <Button variant="subtle" color="gray" leftSection={<IconX size={13} />} onClick={clear}>
          Clear
        </Button>
      )}
    </>
  );
}
