import type { ReactNode } from "react";
import classes from "./Callout.module.css";

interface CalloutProps {
  tone: "good" | "warn" | "bad" | "info";
  title?: string;
  children?: ReactNode;
}

/** Something that should not be overlooked. */
export function Callout({ tone, title, children }: CalloutProps) {
  return (
    <div className={classes.callout} data-tone={tone} role="note">
      {title && <strong>{title}</strong>}
      {children}
    </div>
  );
}
