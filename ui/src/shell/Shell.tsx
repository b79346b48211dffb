import { Outlet } from "@tanstack/react-router";
import { useEventStream } from "../api/events";
import { Navigation } from "./Navigation";
import classes from "./Shell.module.css";
import { TopBar } from "./TopBar";

/** The frame that stays while screens come and go. */
export function Shell() {
  useEventStream();
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        Skip to the content
      </a>
      <TopBar />
      <Navigation />
      <main id="main" className={classes.main} tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}
