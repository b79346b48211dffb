import { Tooltip } from "@mantine/core";
import { useConnection } from "../api/events";
import { useSession } from "../api/session";
import type { Role } from "../api/shapes";
import { AccountMenu } from "./AccountMenu";
import { EnvironmentSwitch } from "./EnvironmentSwitch";
import { IssueCount } from "./IssueCount";
import { Mark } from "./Mark";
import { SchemeButton } from "./SchemeButton";
import classes from "./TopBar.module.css";

/** What somebody is told who may not do everything. */
const MAY_ONLY: Partial<Record<Role, string>> = { view: "View only", operate: "View and run only" };

/** The app's name, which environment is shown, and how the app is. */
export function TopBar() {
  const { app, role } = useSession();
  const connection = useConnection();
  return (
    <header className={classes.bar}>
      <div className={classes.brand}>
        <Mark size={24} />
        <span className={classes.name}>{app.name}</span>
      </div>
      <EnvironmentSwitch />
      <div className={classes.right}>
        {connection === "lost" && (
          <span className={classes.lost} role="status">
            Connection lost, trying again…
          </span>
        )}
        {MAY_ONLY[role] && (
          <Tooltip label={`Your account has the role ${role}. Whoever runs the server can change it.`}>
            <span className={classes.role}>{MAY_ONLY[role]}</span>
          </Tooltip>
        )}
        <IssueCount />
        <SchemeButton />
        <AccountMenu />
      </div>
    </header>
  );
}
