import { Button } from "@mantine/core";
import { IconPlayerPlay, IconTrash } from "@tabler/icons-react";
import { useEnvironment } from "../../api/environment";
import { useMay } from "../../api/session";
import { many } from "../../desk/times";
import { useAct } from "../../desk/useAct";
import classes from "./Data.module.css";

interface SelectedProps {
  type: string;
  ids: string[];
  bulk: () => void;
  clear: () => void;
}

/** What can be done with the rows that are selected. */
export function Selected({ type, ids, bulk, clear }: SelectedProps) {
  const env = useEnvironment();
  const mayEdit = useMay("edit");
  const mayOperate = useMay("operate");
  const deleting = useAct<{ deleted: number }>({
    changes: ["data"],
    said: ({ deleted }) => `${many(deleted, "thing")} deleted.`,
    done: clear,
  });
  return (
    <div className={classes.selected} role="status">
      <b>{many(ids.length, "row")} selected</b>
      {mayOperate && (
        <Button variant="default" leftSection={<IconPlayerPlay size={14} />} onClick={bulk}>
          Run a workflow…
        </Button>
      )}
      {mayEdit && (
        <Button
          variant="default"
          color="red"
          leftSection={<IconTrash size={14} />}
          loading={deleting.isPending}
          onClick={() => {
            if (window.confirm(`Delete ${many(ids.length, "thing")} and every reference to them?`)) {
              deleting.mutate([`/${env}/data/${type}/delete`, { ids }]);
            }
          }}
        >
          Delete
        </Button>
      )}
      <Button variant="subtle" color="gray" onClick={clear}>
        Clear
      </Button>
    </div>
  );
}
