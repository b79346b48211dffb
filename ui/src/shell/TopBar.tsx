import { useConnection } from "../api/events";
import { useSession } from "../api/session";
import { AccountMenu } from "./AccountMenu";
import { EnvironmentSwitch } from "./EnvironmentSwitch";
import { IssueCount } from "./IssueCount";
import { Mark } from "./Mark";
import { SchemeButton } from "./SchemeButton";
import classes from "./TopBar.module.css";

/** The app's name, which environment is shown, and how the app is. */
export function TopBar() {
  const { app } = useSession();
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
        <IssueCount />
        <SchemeButton />
        <AccountMenu />
      </div>
    </header>
  );
}
