import type { KeyInfo } from "../../api/shapes";
import type { Mapping } from "../value";
import { KeyField } from "./KeyField";
import { Section } from "./Section";

interface SettingsProps {
  keys: readonly KeyInfo[];
  content: Mapping;
}

/** Every other key of the workflow's file, as the catalogue has them. */
export function Settings({ keys, content }: SettingsProps) {
  const set = keys.filter((one) => one.name in content).length;
  return (
    <Section title="Settings" startsClosed note={set ? `${set} set` : "none changed"}>
      {keys.map((one) => (
        <KeyField key={one.name} keyInfo={one} path={[one.name]} value={content[one.name]} />
      ))}
    </Section>
  );
}
