import { Page } from "../../shell/Page";

export default function WorkflowsScreen() {
  return <Page title="Workflows" />;
}
