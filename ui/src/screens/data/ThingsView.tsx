import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useEnvironment } from "../../api/environment";
import { useMay } from "../../api/session";
import type { ThingType } from "../../api/shapes";
import { Callout } from "../../desk/Callout";
import { Tabs } from "../../desk/Tabs";
import { useRemoval } from "../../desk/useAct";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import { BulkDialog } from "./BulkDialog";
import classes from "./Data.module.css";
import { ImportDialog } from "./ImportDialog";
import { NewThingDialog } from "./NewThingDialog";
import { PrivacySide } from "./PrivacySide";
import { Selected } from "./Selected";
import { ThingFilters } from "./ThingFilters";
import { ThingRows } from "./ThingRows";
import { ThingTools } from "./ThingTools";
import { NEW_VIEW, type View } from "./table";
import { TABS } from "./tabs";
import { useTable } from "./useTable";

/** The things of a data type as a table: searched, filtered, sorted, edited in place, and through anybody's eyes. */
export function ThingsView({ type }: { type: ThingType }) {
  const env = useEnvironment();
  const mayEdit = useMay("edit");
  const [view, setView] = useState<View>(NEW_VIEW);
  const [asked] = useDebouncedValue(view, 250);
  const [seen, setSeen] = useState<[number, number]>([0, 40]);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [dialog, setDialog] = useState<"new" | "import" | "bulk" | null>(null);
  const [told, setTold] = useState("");
  const found = useTable(type.id, asked, ...seen);
  const change = (changed: Partial<View>) => {
    setView({ ...view, ...changed });
    setSelected(new Set());
  };
  const removing = useRemoval({ changes: ["data"] });
  const title = type.label || type.id;
  return (
    <section className={classes.main} aria-label={title}>
      <header className={classes.head}>
        <h1>{title}</h1>
        <Tabs label="What is shown" tabs={TABS} value="things" />
        <span className={classes.space} />
        <ThingTools env={env} type={type.id} mayEdit={mayEdit} open={setDialog} />
      </header>
      <ThingFilters view={view} change={change} columns={found.table?.columns ?? []} />
      {selected.size > 0 && (
        <Selected
          type={type.id}
          ids={[...selected]}
          bulk={() => setDialog("bulk")}
          clear={() => setSelected(new Set())}
        />
      )}
      {view.as_user && (
        <div className={classes.viewer}>
          <Callout tone="info">
            Seen as {view.as_user === "nobody" ? "a caller who is not known" : view.as_user}: rows that are struck out
            are not found, fields that say so are hidden. Choose a row to see which rule lets what be seen.
          </Callout>
        </div>
      )}
      {found.error && <Problem error={found.error} />}
      {!found.table && !found.error && <Waiting />}
      <div className={classes.split}>
        {found.table && !found.error && (
          <ThingRows
            columns={found.table.columns}
            labels={found.labels}
            total={found.total}
            isPending={found.isPending}
            rowAt={found.rowAt}
            view={view}
            change={change}
            see={(first, last) => (first !== seen[0] || last !== seen[1]) && setSeen([first, last])}
            selected={selected}
            select={setSelected}
            type={type.id}
            mayEdit={mayEdit && !view.as_user}
            told={told}
            tell={view.as_user ? setTold : undefined}
            remove={(id) => removing.mutate([`/${env}/data/${type.id}/${id}`])}
          />
        )}
        {view.as_user && told && (
          <PrivacySide key={told} type={type.id} id={told} viewer={view.as_user} close={() => setTold("")} />
        )}
      </div>
      {dialog === "new" && found.table && (
        <NewThingDialog type={type.id} title={title} columns={found.table.columns} close={() => setDialog(null)} />
      )}
      {dialog === "import" && <ImportDialog type={type.id} title={title} close={() => setDialog(null)} />}
      {dialog === "bulk" && (
        <BulkDialog
          type={type.id}
          view={asked}
          ids={selected.size ? [...selected] : null}
          close={() => setDialog(null)}
        />
      )}
    </section>
  );
}
