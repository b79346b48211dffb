import { IconChevronRight } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import classes from "./Section.module.css";

interface SectionProps {
  title: string;
  /** What is said beside the title while it is closed. */
  note?: string;
  startsClosed?: boolean;
  children: ReactNode;
}

/** A part of the panel that can be folded away. */
export function Section({ title, note, startsClosed = false, children }: SectionProps) {
  const [isOpen, setOpen] = useState(!startsClosed);
  return (
    <section className={classes.section}>
      <button type="button" className={classes.head} aria-expanded={isOpen} onClick={() => setOpen((now) => !now)}>
        <IconChevronRight size={13} data-open={isOpen || undefined} />
        {title}
        {!isOpen && note && <span>{note}</span>}
      </button>
      {isOpen && <div className={classes.body}>{children}</div>}
    </section>
  );
}
