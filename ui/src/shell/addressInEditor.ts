import type { Path } from "../workflow/value";

/** Where in the editor a place of a file is shown. */
export function addressInEditor(file: string, path: Path): { to: string; search: Record<string, string> } {
  const [folder, ...rest] = file.replace(/\.ya?ml$/, "").split("/");
  const search: Record<string, string> = path.length ? { at: path.join("/") } : {};
  if (folder === "workflows") return { to: `/workflows/${rest.join("/")}`, search };
  if (folder === "types") {
    return { to: `/data/${rest.join("/")}`, search: { ...search, show: path[0] === "privacy" ? "privacy" : "fields" } };
  }
  if (folder === "options") return { to: `/data/options/${rest.join("/")}`, search };
  return { to: "/settings", search };
}
