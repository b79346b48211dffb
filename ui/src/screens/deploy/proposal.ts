export type { DeployRow, ProposalShown as Proposal } from "../../api/types";
/** What people call the kinds of documents. */
export const KINDS: Record<string, string> = {
  workflow: "Workflows",
  "data type": "Data types",
  "option set": "Option sets",
  connector: "Connectors",
  settings: "Settings",
};
