import { useEdit, useOpenFile } from "../context";
import type { Path } from "../value";
import { Section } from "./Section";
import { SettledText } from "./SettledText";

/** A remark for people. */
export function NoteField({ path, value }: { path: Path; value: string }) {
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  return (
    <Section title="Note" startsClosed={!value} note={value ? "" : "none"}>
      <SettledText
        label="Note"
        value={value}
        readOnly={readOnly}
        lines
        placeholder="What others should know about it"
        keep={(next) => {
          if (next.trim()) edit([{ op: "set", path, value: next.trim() }]);
          else if (value) edit([{ op: "remove", path }]);
        }}
      />
    </Section>
  );
}
