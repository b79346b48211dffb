import { Select } from "@mantine/core";
import { useCatalogue } from "../../api/app";
import { groupLook } from "../canvas/looks";
import { useEdit } from "../context";
import type { Mapping, Path } from "../value";
import { Field } from "./Field";

/** For a step whose action nobody knows: which is meant. */
export function ActionSelect({ path, step }: { path: Path; step: Mapping }) {
  const { actions } = useCatalogue();
  const edit = useEdit();
  const groups = [...new Set(actions.map((one) => one.group))];
  return (
    <Field label="Action" path={[...path, "do"]} required>
      <Select
        aria-label="Action"
        placeholder={step.do ? `${String(step.do)} is no action` : "Choose an action"}
        data={groups.map((group) => ({
          group: groupLook(group).label,
          items: actions.filter((one) => one.group === group).map((one) => ({ value: one.do, label: one.label })),
        }))}
        value={null}
        onChange={(value) => value && edit([{ op: "set", path: [...path, "do"], value }])}
        searchable
      />
    </Field>
  );
}
