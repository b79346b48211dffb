import { isMapping, type Mapping, type Value } from "./value";

/** What was copied last: for browsers that keep the clipboard to themselves. */
let last: Mapping[] = [];
let lastText = "";
/** Whoever pastes at once waits until it is there. */
let copying: Promise<void> = Promise.resolve();

const yaml = () => import("yaml");

/** Puts steps into the clipboard as YAML, as they would stand in a file. */
export function copied(steps: readonly Mapping[]): Promise<void> {
  const taken = structuredClone([...steps]);
  copying = yaml().then(async ({ stringify }) => {
    last = taken;
    lastText = stringify(taken, { lineWidth: 120, version: "1.1" });
    // A browser that refuses it, or a page without TLS: then it can be pasted in this window.
    await Promise.resolve(navigator.clipboard?.writeText(lastText)).catch(() => {});
  });
  return copying;
}

/** The steps in the clipboard. Throws an Error with a sentence when there are none. */
export async function pasted(): Promise<Mapping[]> {
  await copying;
  let text: string;
  try {
    text = await navigator.clipboard.readText();
  } catch {
    text = lastText;
  }
  if (text.trim() === lastText.trim() && last.length) return structuredClone(last);
  const { parse } = await yaml();
  let value: Value;
  try {
    value = parse(text, { version: "1.1" }) as Value;
  } catch {
    value = null;
  }
  const steps = stepsOf(value);
  if (!steps.length) throw new Error("There are no steps in the clipboard. Copy some, here or from a file's `steps`.");
  return steps;
}

/** The steps in what somebody copied: one, a list of them, or a mapping with `steps`. */
export function stepsOf(value: Value): Mapping[] {
  if (Array.isArray(value)) return value.filter((one): one is Mapping => isMapping(one) && "do" in one);
  if (!isMapping(value)) return [];
  return "do" in value ? [value] : stepsOf(value.steps ?? null);
}
