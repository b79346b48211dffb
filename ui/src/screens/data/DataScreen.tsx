import { useQuery } from "@tanstack/react-query";
import { appQuery } from "../../api/app";
import { Nothing } from "../../desk/Nothing";
import { useShown } from "../../desk/Tabs";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import { useScreenPath } from "../useScreenPath";
import classes from "./Data.module.css";
import { FieldsForm } from "./FieldsForm";
import { OptionsForm } from "./OptionsForm";
import { PrivacyForm } from "./PrivacyForm";
import { ThingsView } from "./ThingsView";
import { TypeFile } from "./TypeFile";
import { TypeList } from "./TypeList";
import { TABS } from "./tabs";

/** Data types with their things, fields and privacy rules; option sets with their options. */
export default function DataScreen() {
  const path = useScreenPath();
  const app = useQuery(appQuery);
  const shown = useShown(TABS);
  if (app.error) return <Problem error={app.error} retry={() => void app.refetch()} />;
  if (!app.data) return <Waiting />;
  const { types, option_sets } = app.data;
  const options = path.startsWith("options/") ? option_sets.find((one) => `options/${one.id}` === path) : undefined;
  const type = options ? undefined : (types.find((one) => one.id === path) ?? (path ? undefined : types[0]));
  return (
    <div className={classes.screen}>
      <TypeList app={app.data} open={options ? path : (type?.id ?? "")} />
      {options && (
        <TypeFile key={path} file={`options/${options.id}.yaml`} title={options.label || options.id}>
          <OptionsForm id={options.id} />
        </TypeFile>
      )}
      {type && shown === "things" && <ThingsView key={type.id} type={type} />}
      {type && shown !== "things" && (
        <TypeFile key={type.id} file={`types/${type.id}.yaml`} title={type.label || type.id} tabs={shown}>
          {shown === "fields" ? <FieldsForm type={type} /> : <PrivacyForm type={type} />}
        </TypeFile>
      )}
      {!type && !options && (
        <Nothing title={path ? `There is no data type ${path}` : "There are no data types yet"}>
          Make one with the + beside “Data types”: what the app keeps, such as an order or a customer.
        </Nothing>
      )}
    </div>
  );
}
