import { Page } from "../../shell/Page";

export default function WorkloadScreen() {
  return <Page title="Workload" />;
}
