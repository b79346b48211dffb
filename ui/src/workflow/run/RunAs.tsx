import { ThingSelect } from "./ThingSelect";

/** For whom a workflow runs: as the administrator, or as a user, whose rights then count. */
export function RunAs({ user, change }: { user: string; change: (user: string) => void }) {
  return (
    <ThingSelect
      label="Run as"
      placeholder="The administrator: privacy rules do not count"
      type="user"
      value={user}
      change={(next) => change(next ?? "")}
    />
  );
}
