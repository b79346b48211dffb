import { Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useMay } from "../../api/session";
import type { AppInfo } from "../../api/shapes";
import { CreateDialog } from "./CreateDialog";
import classes from "./NothingOpen.module.css";
import { triggerLook } from "./triggers";

const KINDS = ["api", "data_change", "recurring", "event"];

/** What stands in the middle while no workflow is open: how to begin. */
export function NothingOpen({ path, app }: { path: string; app: AppInfo }) {
  const [creating, setCreating] = useState<string | null>(null);
  const mayEdit = useMay("edit");
  return (
    <div className={classes.page}>
      <Stack gap="md" maw={560} w="100%">
        <div>
          <Title order={1}>{path ? `There is no workflow ${path}` : "Backend workflows"}</Title>
          <Text c="var(--text-soft)" mt={4}>
            {app.workflows.length ? "Choose one on the left, or start a new one." : "What starts your first workflow?"}
          </Text>
        </div>
        {mayEdit && (
          <div className={classes.kinds}>
            {KINDS.map((trigger) => {
              const { label, doc, icon: Icon } = triggerLook(trigger);
              return (
                <button key={trigger} type="button" className={classes.kind} onClick={() => setCreating(trigger)}>
                  <Icon size={20} stroke={1.6} />
                  <span>
                    <b>{label}</b>
                    <small>{doc}</small>
                  </span>
                </button>
              );
            })}
          </div>
        )}
      </Stack>
      {creating && <CreateDialog trigger={creating} app={app} close={() => setCreating(null)} />}
    </div>
  );
}
