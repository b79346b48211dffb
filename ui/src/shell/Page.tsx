import { Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Page.module.css";

interface PageProps {
  title: string;
  /** What stands at the right of the title: buttons, filters. */
  actions?: ReactNode;
  children?: ReactNode;
}

/** The frame of a screen that is one scrolling page: a title with its actions, then the content. */
export function Page({ title, actions, children }: PageProps) {
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <Title order={1}>{title}</Title>
        <div className={classes.actions}>{actions}</div>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard, whatever stands in it */}
      <section className={classes.body} aria-label={title} tabIndex={0}>
        {children}
      </section>
    </div>
  );
}
