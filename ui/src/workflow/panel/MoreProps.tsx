import { Tooltip } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import type { Prop } from "../../api/shapes";
import { Said } from "../../desk/Said";
import { useEdit, useOpen } from "../context";
import type { Path } from "../value";
import classes from "./MoreProps.module.css";
import { startOf } from "./startOf";

/** The properties that the step does not have yet. */
export function MoreProps({ path, offered }: { path: Path; offered: readonly Prop[] }) {
  const edit = useEdit();
  const { selection } = useOpen();
  if (!offered.length) return null;
  return (
    <div className={classes.more}>
      {offered.map((prop) => (
        <Tooltip key={prop.name} label={<Said text={prop.doc} />} disabled={!prop.doc} multiline maw={280}>
          <button
            type="button"
            className={classes.chip}
            onClick={() => {
              edit([{ op: "set", path: [...path, "with", prop.name], value: startOf(prop) }]);
              selection.select(path, [...path, "with", prop.name]);
            }}
          >
            <IconPlus size={11} stroke={2.2} /> {prop.label}
          </button>
        </Tooltip>
      ))}
    </div>
  );
}
