import { Button } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp } from "@tabler/icons-react";
import { type ReactNode, useEffect, useMemo, useSyncExternalStore } from "react";
import { useEnvironment } from "../../api/environment";
import { useMay } from "../../api/session";
import { Said } from "../../desk/Said";
import { Tabs } from "../../desk/Tabs";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import { FileContext } from "../../workflow/context";
import { fileStore } from "../../workflow/files";
import classes from "./Data.module.css";
import { TABS } from "./tabs";

interface TypeFileProps {
  file: string;
  title: string;
  /** Which of the type's parts is shown; an option set has none. */
  tabs?: string;
  children: ReactNode;
}

/** The file of a data type or an option set as forms, with undo, and what is wrong in it. */
export function TypeFile({ file, title, tabs, children }: TypeFileProps) {
  const store = useMemo(() => fileStore(file), [file]);
  const state = useSyncExternalStore(store.subscribe, store.state);
  const mayEdit = useMay("edit");
  const isLive = useEnvironment() === "live";
  useEffect(() => void store.load(), [store]);
  // Each rule says itself what is wrong with it; said above, too, it would move the rule away from whoever writes it.
  const issues = state.issues.filter((one) => tabs !== "privacy" || one.path[0] !== "privacy" || one.path.length < 2);
  const opened = useMemo(() => ({ store, readOnly: !mayEdit }), [store, mayEdit]);
  return (
    <section className={classes.main} aria-label={title}>
      <header className={classes.head}>
        <h1>{title}</h1>
        {tabs && <Tabs label="What is shown" tabs={TABS} value={tabs} />}
        <span className={classes.space} />
        {isLive && <span className={classes.soft}>Files are edited in development; live changes with a deploy.</span>}
        <Button
          variant="subtle"
          color="gray"
          disabled={!state.canUndo}
          leftSection={<IconArrowBackUp size={15} />}
          onClick={() => void store.undo()}
        >
          Undo
        </Button>
        <Button
          variant="subtle"
          color="gray"
          disabled={!state.canRedo}
          leftSection={<IconArrowForwardUp size={15} />}
          onClick={() => void store.redo()}
        >
          Redo
        </Button>
      </header>
      <div className={classes.form}>
        {state.error && <Problem error={state.error} retry={() => void store.load()} />}
        {!state.error && state.content === undefined && <Waiting />}
        {issues.length > 0 && (
          <ul className={classes.issues}>
            {issues.map((one) => (
              <li key={`${one.address} ${one.message}`} data-severity={one.severity}>
                <Said text={one.message} />
              </li>
            ))}
          </ul>
        )}
        {state.content !== undefined && <FileContext.Provider value={opened}>{children}</FileContext.Provider>}
      </div>
    </section>
  );
}
