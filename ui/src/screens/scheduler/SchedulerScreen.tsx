import { Page } from "../../shell/Page";

export default function SchedulerScreen() {
  return <Page title="Scheduler" />;
}
