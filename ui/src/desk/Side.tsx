import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./Side.module.css";

interface SideProps {
  title: ReactNode;
  close: () => void;
  actions?: ReactNode;
  children: ReactNode;
}

/** The frame of what is known of the one that is chosen. */
export function Side({ title, close, actions, children }: SideProps) {
  return (
    <div className={classes.side}>
      <header className={classes.head}>
        <h2 className={classes.title}>{title}</h2>
        {actions}
        <ActionIcon aria-label="Close the details" onClick={close}>
          <IconX size={16} />
        </ActionIcon>
      </header>
      <div className={classes.body}>{children}</div>
    </div>
  );
}

/** A part of it, with its heading. */
export function Part({ title, extra, children }: { title: string; extra?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.part}>
      <h3 className={classes.heading}>
        {title}
        {extra}
      </h3>
      {children}
    </section>
  );
}

/** Facts, each with its name. What is empty is left out. */
export function Facts({ facts }: { facts: [string, ReactNode][] }) {
  return (
    <dl className={classes.facts}>
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== "")
        .map(([name, value]) => (
          <div key={name} className={classes.fact}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** An id that can be copied. */
export function Id({ id }: { id: string }) {
  return (
    <span className={classes.id}>
      <code>{id}</code>
      <CopyButton value={id}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? "Copied" : "Copy"}>
            <ActionIcon size="xs" aria-label="Copy the id" onClick={copy}>
              {copied ? <IconCheck size={12} /> : <IconCopy size={12} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </span>
  );
}
