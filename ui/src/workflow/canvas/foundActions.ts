import type { Action } from "../../api/shapes";
import { groupLook, groupRank } from "./looks";

export interface ActionGroup {
  group: string;
  actions: Action[];
}

/** Actions by group, those that have every word of the text: among their names first, then in their doc. */
export function foundActions(actions: readonly Action[], text: string): ActionGroup[] {
  const words = text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  const named = actions.filter((action) =>
    has(`${action.label} ${action.do} ${groupLook(action.group).label} ${action.words}`, words),
  );
  const found = named.length ? named : actions.filter((action) => has(`${action.label} ${action.doc}`, words));
  const groups = new Map<string, Action[]>();
  for (const action of found) groups.set(action.group, [...(groups.get(action.group) ?? []), action]);
  return [...groups].sort(([a], [b]) => groupRank(a) - groupRank(b)).map(([group, all]) => ({ group, actions: all }));
}

function has(text: string, words: readonly string[]): boolean {
  const all = ` ${text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, " ")}`;
  return words.every((word) => all.includes(` ${word}`));
}
