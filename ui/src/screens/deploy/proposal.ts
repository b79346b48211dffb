export interface Proposal {
  kind: string;
  former: number | null;
  back_to: number | null;
  definition: string;
  is_live: boolean;
  issues: { address: string; message: string; file: string; line: number; severity: string }[];
  changes: { kind: string; id: string; how: string; parts: string[] }[];
  tables: string[];
  losses: string[];
  obstacles: string[];
  runs: { workflow: string; definition: string; what: string; count: number; why_not: string }[];
  requests_wait: boolean;
  refused: string;
}

export interface DeployRow {
  deploy: number;
  kind: string;
  definition: string;
  at: string;
  message: string;
  back_to: number | null;
  is_live: boolean;
  is_kept: boolean;
}

/** What people call the kinds of documents. */
export const KINDS: Record<string, string> = {
  workflow: "Workflows",
  "data type": "Data types",
  "option set": "Option sets",
  connector: "Connectors",
  settings: "Settings",
};
