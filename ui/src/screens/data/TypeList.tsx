import { ActionIcon, Tooltip } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useMay } from "../../api/session";
import type { AppInfo } from "../../api/shapes";
import classes from "./Data.module.css";
import { NewFileDialog } from "./NewFileDialog";

/** The data types and option sets of the app. */
export function TypeList({ app, open }: { app: AppInfo; open: string }) {
  const mayEdit = useMay("edit");
  const [making, setMaking] = useState<"type" | "options" | null>(null);
  return (
    <nav className={classes.types} aria-label="Data types and option sets">
      <Heading label="Data types" add={mayEdit ? () => setMaking("type") : undefined} />
      {app.types.map((one) => (
        <Entry key={one.id} to={`/data/${one.id}`} label={one.label || one.id} isOpen={open === one.id} keepTab />
      ))}
      <Heading label="Option sets" add={mayEdit ? () => setMaking("options") : undefined} />
      {app.option_sets.map((one) => (
        <Entry
          key={one.id}
          to={`/data/options/${one.id}`}
          label={one.label || one.id}
          isOpen={open === `options/${one.id}`}
        />
      ))}
      {making && <NewFileDialog what={making} app={app} close={() => setMaking(null)} />}
    </nav>
  );
}

function Heading({ label, add }: { label: string; add: (() => void) | undefined }) {
  return (
    <div className={classes.heading}>
      <h2>{label}</h2>
      {add && (
        <Tooltip label={`New: ${label.toLowerCase()}`}>
          <ActionIcon size="sm" aria-label={`New: ${label.toLowerCase()}`} onClick={add}>
            <IconPlus size={14} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
}

function Entry({ to, label, isOpen, keepTab }: { to: string; label: string; isOpen: boolean; keepTab?: boolean }) {
  const search = ((all: { env?: string; show?: string }) => (keepTab ? all : { env: all.env })) as never;
  return (
    <Link to={to} search={search} className={classes.type} aria-current={isOpen ? "page" : undefined}>
      {label}
    </Link>
  );
}
