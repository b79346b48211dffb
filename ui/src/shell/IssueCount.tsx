/** How many issues the app has; filled in by the list of issues. */
export function IssueCount() {
  return null;
}
