import type { WorkflowInfo } from "../../api/shapes";

export interface Folder {
  path: string;
  name: string;
  folders: Folder[];
  workflows: WorkflowInfo[];
  /** How many workflows it holds, those in its folders included. */
  count: number;
}

/** Workflows in their folders, both by name. */
export function folderTree(workflows: readonly WorkflowInfo[]): Folder {
  const root: Folder = { path: "", name: "", folders: [], workflows: [], count: 0 };
  const known = new Map([["", root]]);
  const folder = (path: string): Folder => {
    const found = known.get(path);
    if (found) return found;
    const end = path.lastIndexOf("/");
    const made: Folder = { path, name: path.slice(end + 1), folders: [], workflows: [], count: 0 };
    known.set(path, made);
    folder(end < 0 ? "" : path.slice(0, end)).folders.push(made);
    return made;
  };
  for (const workflow of workflows) folder(workflow.folder).workflows.push(workflow);
  finish(root);
  return root;
}

function finish(folder: Folder): number {
  folder.folders.sort((a, b) => a.name.localeCompare(b.name));
  folder.workflows.sort((a, b) => titleOf(a).localeCompare(titleOf(b)));
  folder.count = folder.workflows.length + folder.folders.reduce((sum, inner) => sum + finish(inner), 0);
  return folder.count;
}

export const titleOf = (workflow: Pick<WorkflowInfo, "label" | "id">): string => workflow.label || workflow.id;

/** The workflows whose name, place or actions hold every word. */
export function matching(workflows: readonly WorkflowInfo[], text: string): WorkflowInfo[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return workflows.filter((one) => {
    const all = `${one.label} ${one.path} ${one.trigger} ${one.note} ${one.steps.join(" ")}`
      .toLowerCase()
      .replaceAll("_", " ");
    return words.every((word) => all.includes(word.replaceAll("_", " ")));
  });
}
