import type { AppInfo, Catalogue } from "../../api/shapes";

export type { DeployRow, ProposalShown as Proposal } from "../../api/types";
/** What people call the kinds of documents. */
export const KINDS: Record<string, string> = {
  workflow: "Workflows",
  "data type": "Data types",
  "option set": "Option sets",
  connector: "Connectors",
  settings: "Settings",
};

/** The catalogue's names of the files of a kind. */
const FILES: Record<string, string> = { "data type": "type", "option set": "option_set", settings: "app" };

/** What a workflow is called in the folder as it is now; its id, where it is there no more or has no other name. */
export const nameOf = (app: AppInfo | undefined, id: string): string =>
  app?.workflows.find((one) => one.id === id)?.label || id;

/** The parts of a document that change, as people call them: `fields/note`, `fields/memo`: "Fields: note, memo". */
export function partsSaid(catalogue: Catalogue | undefined, kind: string, parts: string[]): string[] {
  const keys = catalogue?.files[FILES[kind] ?? kind] ?? [];
  const found = new Map<string, string[]>();
  for (const part of parts) {
    if (part === "…") continue;
    const [key = "", ...rest] = part.split("/");
    found.set(key, [...(found.get(key) ?? []), ...(rest.length ? [rest.join(" › ")] : [])]);
  }
  return [...found].map(([key, inside]) => {
    const label = keys.find((one) => one.name === key)?.label || key.replaceAll("_", " ");
    return inside.length ? `${label}: ${inside.join(", ")}` : label;
  });
}
