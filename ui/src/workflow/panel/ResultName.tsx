import { useEdit, useOpenFile } from "../context";
import type { Path } from "../value";
import { Field } from "./Field";
import { SettledText } from "./SettledText";

interface ResultNameProps {
  path: Path;
  name: string;
  isItem: boolean;
}

/** What expressions of later steps call this one's result. */
export function ResultName({ path, name, isItem }: ResultNameProps) {
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const place = [...path, "as"];
  return (
    <Field
      label={isItem ? "Name of the item" : "Name of the result"}
      doc={
        isItem
          ? "What the steps inside call the item."
          : "What later steps call it, as `paid_order` in `=paid_order.total`."
      }
      path={place}
    >
      <SettledText
        label={isItem ? "Name of the item" : "Name of the result"}
        value={name}
        placeholder={isItem ? "item" : "e.g. order, for the steps below"}
        readOnly={readOnly}
        mono
        keep={(next) => {
          const wanted = next.trim().replaceAll(" ", "_");
          if (wanted) edit([{ op: "set", path: place, value: wanted }]);
          else if (name) edit([{ op: "remove", path: place }]);
        }}
      />
    </Field>
  );
}
