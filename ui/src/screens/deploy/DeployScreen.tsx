import { Page } from "../../shell/Page";

export default function DeployScreen() {
  return <Page title="Deploy" />;
}
