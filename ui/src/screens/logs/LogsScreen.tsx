import { Page } from "../../shell/Page";

export default function LogsScreen() {
  return <Page title="Logs" />;
}
