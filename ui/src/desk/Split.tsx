import type { ReactNode } from "react";
import classes from "./Split.module.css";

interface SplitProps {
  title: string;
  actions?: ReactNode;
  filters?: ReactNode;
  children: ReactNode;
  /** What is known of the one that is chosen. */
  side?: ReactNode;
  sideLabel?: string;
}

/** A screen with a list and, beside it, the one that is chosen. */
export function Split({ title, actions, filters, children, side, sideLabel = "Details" }: SplitProps) {
  return (
    <div className={classes.screen}>
      <section className={classes.main} aria-label={title}>
        <header className={classes.head}>
          <h1 className={classes.title}>{title}</h1>
          <div className={classes.actions}>{actions}</div>
        </header>
        {filters && <div className={classes.filters}>{filters}</div>}
        <div className={classes.list}>{children}</div>
      </section>
      {side && (
        <aside className={classes.side} aria-label={sideLabel}>
          {side}
        </aside>
      )}
    </div>
  );
}
