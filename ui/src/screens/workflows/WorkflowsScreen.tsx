import { useQuery } from "@tanstack/react-query";
import { appQuery, catalogueQuery } from "../../api/app";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import { WorkflowEditor } from "../../workflow/WorkflowEditor";
import { useScreenPath } from "../useScreenPath";
import { NothingOpen } from "./NothingOpen";
import { WorkflowList } from "./WorkflowList";
import classes from "./WorkflowsScreen.module.css";

/** The list of workflows, and the one that is open. */
export default function WorkflowsScreen() {
  const path = useScreenPath();
  const app = useQuery(appQuery);
  const catalogue = useQuery(catalogueQuery);
  const error = app.error ?? catalogue.error;
  if (error) {
    return (
      <Problem
        error={error}
        retry={() => {
          void app.refetch();
          void catalogue.refetch();
        }}
      />
    );
  }
  if (!app.data || !catalogue.data) return <Waiting />;
  const open = app.data.workflows.find((one) => one.path === path);
  return (
    <div className={classes.screen} data-open={open ? true : undefined}>
      <WorkflowList workflows={app.data.workflows} openPath={path} />
      {open ? <WorkflowEditor key={open.file} workflow={open} /> : <NothingOpen path={path} app={app.data} />}
    </div>
  );
}
