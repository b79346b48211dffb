import { Page } from "../../shell/Page";

export default function SettingsScreen() {
  return <Page title="Settings" />;
}
