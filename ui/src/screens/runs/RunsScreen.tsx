import { Page } from "../../shell/Page";

export default function RunsScreen() {
  return <Page title="Runs" />;
}
