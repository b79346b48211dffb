import { useSessionStorage } from "@mantine/hooks";
import type { Part } from "../api/shapes";

/** Ids by name: the things that previews of a file are computed with, instead of those of the last run. */
export type Chosen = Readonly<Record<string, string>>;

export interface ThingName {
  name: string;
  type: string;
}

/** The names of an expression that stand for a thing which can be chosen: parameters, and `this`. */
export function thingNames(parts: readonly Part[], types: readonly { id: string }[]): ThingName[] {
  const found = new Map<string, string>();
  for (const { kind, label, type } of parts) {
    if ((kind === "parameter" || label === "this") && types.some((one) => one.id === type)) found.set(label, type);
  }
  return [...found].map(([name, type]) => ({ name, type }));
}

/** Of what was chosen for a file, what these names take: others may be no things at all here. */
export const chosenFor = (chosen: Chosen, names: readonly ThingName[]): Chosen =>
  Object.fromEntries(
    names.flatMap(({ name }) => {
      const id = chosen[name];
      return id ? [[name, id]] : [];
    }),
  );

/** What was chosen for a file: all its inputs share it, as long as the tab is open. */
export function useChosen(file: string): [Chosen, (next: Chosen) => void] {
  const [chosen, setChosen] = useSessionStorage<Chosen>({ key: `offpage-preview-${file}`, defaultValue: {} });
  return [chosen, setChosen];
}
