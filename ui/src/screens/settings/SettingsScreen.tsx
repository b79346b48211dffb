import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { appQuery, catalogueQuery, useCatalogue } from "../../api/app";
import { Said } from "../../desk/Said";
import { Page } from "../../shell/Page";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import { useContent } from "../../workflow/context";
import { OpenFile } from "../../workflow/OpenFile";
import { focusProperty } from "../../workflow/panel/focusProperty";
import { KeyField } from "../../workflow/panel/KeyField";
import { KeyFields } from "../../workflow/panel/KeyFields";
import classes from "./SettingsScreen.module.css";

/** The app's settings: a form of all that app.yaml may hold, as the catalogue has it. */
export default function SettingsScreen() {
  const catalogue = useQuery(catalogueQuery);
  const app = useQuery(appQuery);
  const error = catalogue.error ?? app.error;
  return (
    <Page title="Settings">
      {error ? (
        <Problem error={error} />
      ) : catalogue.data && app.data ? (
        <OpenFile file="app.yaml">
          <Form />
        </OpenFile>
      ) : (
        <Waiting />
      )}
    </Page>
  );
}

function Form() {
  const { files } = useCatalogue();
  const content = useContent();
  const form = useRef<HTMLDivElement>(null);
  const { at } = useSearch({ strict: false }) as { at?: string };
  useEffect(() => {
    if (at) focusProperty(form.current, at);
  }, [at]);
  const keys = files.app ?? [];
  const plain = keys.filter((one) => one.form !== "mapping");
  const grouped = keys.filter((one) => one.form === "mapping");
  return (
    <div ref={form} className={classes.form}>
      <section className={classes.card}>
        {plain.map((one) => (
          <KeyField key={one.name} keyInfo={one} path={[one.name]} value={content[one.name]} />
        ))}
      </section>
      {grouped.map((one) => (
        <section key={one.name} className={classes.card}>
          <h2>{one.label}</h2>
          <p>
            <Said text={one.doc} />
          </p>
          <KeyFields keyInfo={one} path={[one.name]} value={content[one.name] ?? {}} label={one.label} isPlain />
        </section>
      ))}
    </div>
  );
}
