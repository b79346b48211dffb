import { useApp } from "../../api/app";
import type { Mapping } from "../value";

export interface Taken {
  name: string;
  type: string;
  optional: boolean;
}

/** What the workflow, event or call takes that one of the named properties chooses. Null: none is chosen. */
export function useTaken(of: string, given: Mapping): Taken[] | null {
  const { workflows, connectors } = useApp();
  for (const name of of.split(" ")) {
    const chosen = given[name];
    if (typeof chosen !== "string" || !chosen || chosen.startsWith("=")) continue;
    const workflow = workflows.find((one) => one.id === chosen);
    if (workflow) return workflow.parameters;
    const [connector, call] = chosen.split(".");
    const found = connectors.find((one) => one.id === connector)?.calls.find((one) => one.id === call);
    if (found) return found.parameters;
  }
  return null;
}
