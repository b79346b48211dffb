import { Button } from "@mantine/core";
import { IconRefresh, IconRotateClockwise } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useEnvironment } from "../../api/environment";
import { useMay } from "../../api/session";
import type { RunFilter } from "../../desk/runs";
import { Split } from "../../desk/Split";
import { useScreenPath } from "../useScreenPath";
import { RetryDialog } from "./RetryDialog";
import { RunFilters } from "./RunFilters";
import { RunInspector } from "./RunInspector";
import { RunRows } from "./RunRows";
import { useRunList } from "./useRunList";

/** What ran, the latest first, and all that is known of the run that is chosen. The filters stand in the address. */
export default function RunsScreen() {
  const env = useEnvironment();
  const chosen = useScreenPath();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as RunFilter & { env?: string };
  const filter: RunFilter = {};
  for (const key of ["workflow", "state", "user", "since", "until", "text"] as const) {
    if (search[key]) filter[key] = String(search[key]);
  }
  const list = useRunList(env, filter);
  const [isRetrying, setRetrying] = useState(false);
  const mayOperate = useMay("operate");

  const open = (id: string) => void navigate({ to: `/runs/${id}`, search: (({ ...all }) => all) as never });
  const narrow = (next: RunFilter) =>
    void navigate({ to: ".", search: { ...next, ...(search.env && { env: search.env }) } as never, replace: true });

  return (
    <Split
      title="Runs"
      sideLabel="The run"
      actions={
        <>
          {mayOperate && (filter.state === "failed" || filter.workflow) && (
            <Button variant="default" leftSection={<IconRotateClockwise size={14} />} onClick={() => setRetrying(true)}>
              Retry failed runs…
            </Button>
          )}
          <Button variant="default" leftSection={<IconRefresh size={14} />} onClick={() => void list.refresh()}>
            Refresh
          </Button>
        </>
      }
      filters={<RunFilters filter={filter} change={narrow} />}
      side={chosen && <RunInspector key={chosen} env={env} id={chosen} open={open} close={() => open("")} />}
    >
      <RunRows list={list} filter={filter} chosen={chosen} open={open} />
      {isRetrying && <RetryDialog env={env} filter={filter} close={() => setRetrying(false)} />}
    </Split>
  );
}
