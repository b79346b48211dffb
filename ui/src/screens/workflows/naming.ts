/** An id made of what people call something: "Order was paid!" → `order_was_paid`. */
export function idOf(label: string): string {
  return label
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 60);
}

/** Why an id cannot be used; "" where it can. */
export function wrongId(id: string, taken: readonly string[]): string {
  if (!id) return "Give it a name with at least one letter or digit.";
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(id)) return "Use lower-case letters, digits, _ and - only.";
  return taken.includes(id) ? `There is a workflow ${id} already; choose another name.` : "";
}

/** Why a folder cannot be used; "" where it can. Folders within folders are separated by `/`. */
export function wrongFolder(folder: string): string {
  const fine = folder === "" || folder.split("/").every((part) => /^[a-z0-9][a-z0-9_-]*$/.test(part));
  return fine ? "" : "Use lower-case letters, digits, _ and -, with / between folders.";
}

export const fileOf = (folder: string, id: string): string => `workflows/${folder ? `${folder}/` : ""}${id}.yaml`;

/** A text as YAML can hold it on one line. */
const quoted = (text: string): string =>
  /^[A-Za-z][\w ,.()-]*$/.test(text) && !/^(yes|no|true|false|null|on|off)$/i.test(text)
    ? text.trim()
    : JSON.stringify(text);

/** The file of a new workflow; `keys` are further lines. */
export function newWorkflow(label: string, trigger: string, keys: Record<string, string>): string {
  const lines = [`label: ${quoted(label)}`, `trigger: ${trigger}`];
  for (const [key, value] of Object.entries(keys)) if (value) lines.push(`${key}: ${quoted(value)}`);
  return `${lines.join("\n")}\nsteps: []\n`;
}
