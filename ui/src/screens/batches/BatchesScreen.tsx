import { Page } from "../../shell/Page";

export default function BatchesScreen() {
  return <Page title="Batches" />;
}
