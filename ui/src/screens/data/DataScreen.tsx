import { Page } from "../../shell/Page";

export default function DataScreen() {
  return <Page title="Data" />;
}
