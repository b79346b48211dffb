import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  pickedCompletion,
} from "@codemirror/autocomplete";
import type { Item } from "../api/shapes";
import { complete, type Kind, type Where } from "./ask";
import { kindLook } from "./kinds";
import { spokenType } from "./spokenType";
import { foundUnnamed, type Unnamed } from "./unnamed";

interface Asking {
  kind: Kind;
  where: Where;
  wanted: string;
  unnamed: readonly Unnamed[];
}

/** What the server says may come at the cursor. */
export async function completionSource(context: CompletionContext, asking: Asking): Promise<CompletionResult | null> {
  const text = context.state.doc.toString();
  const stop = new AbortController();
  context.addEventListener("abort", () => stop.abort());
  try {
    const { from, to, items } = await complete(
      asking.where,
      text,
      context.pos,
      asking.kind,
      asking.wanted,
      stop.signal,
    );
    // Who has gone on elsewhere meanwhile wants no list over what they do there.
    if (context.view && !context.view.hasFocus) return null;
    if (!context.explicit && isOver(text, from, context.pos)) return null;
    const options = items.map(option);
    // What begins as the written does comes first, `current_user` before the fields in it.
    if (from < context.pos) rankByFirst(options);
    if (mayBegin(text, from) && items.length) {
      options.push(...foundUnnamed(asking.unnamed, text.slice(from, context.pos)).map(unnamedOption));
    }
    return options.length ? { from, to, options, filter: false } : null;
  } catch {
    // Whoever types goes on typing; the check says what is wrong with the text.
    return null;
  }
}

function option(item: Item, index: number): Completion {
  const { label, rank } = kindLook(item.kind);
  return {
    label: item.label,
    apply: (view, completion, from, to) => {
      const end = item.caret < 0 ? item.insert.length : item.caret;
      view.dispatch({
        changes: { from, to, insert: item.insert },
        selection: { anchor: from + end },
        annotations: pickedCompletion.of(completion),
        userEvent: "input.complete",
      });
    },
    detail: spokenType(item.type),
    section: { name: label, rank },
    boost: (item.fits ? 50 : 0) - Math.min(49, index / 10),
    type: item.fits ? "fits" : "other",
    ...(item.doc ? { info: () => docOf(item) } : {}),
  };
}

/** Puts the sections into the order in which their first items come: the server's best is the first of all. */
export function rankByFirst(options: readonly Completion[]): void {
  const ranks = new Map<string, number>();
  for (const one of options) {
    if (typeof one.section !== "object") continue;
    if (!ranks.has(one.section.name)) ranks.set(one.section.name, ranks.size);
    one.section.rank = ranks.get(one.section.name);
  }
}

/** A result that gets its name by being chosen. */
function unnamedOption(one: Unnamed): Completion {
  return {
    label: one.label,
    apply: (view, completion, from, to) => {
      void one.take();
      view.dispatch({
        changes: { from, to, insert: one.name },
        selection: { anchor: from + one.name.length },
        annotations: pickedCompletion.of(completion),
        userEvent: "input.complete",
      });
    },
    detail: `as ${one.name}`,
    section: { name: kindLook("step").label, rank: kindLook("step").rank },
    type: "other",
    info: `${one.doc}. Choosing it calls its result \`${one.name}\`.`,
  };
}

/** Whether a name can begin here: not behind a dot, where only parts of what stands before it come. */
export const mayBegin = (text: string, from: number): boolean => !/[\w.)\]]\s*$/.test(text.slice(0, from));

function docOf(item: Item): HTMLElement {
  const box = document.createElement("div");
  const title = document.createElement("b");
  title.textContent = item.type ? `${item.label}: ${item.type}` : item.label;
  const text = document.createElement("p");
  text.textContent = item.doc;
  box.append(title, text);
  return box;
}

/** Whether a value has just been written to its end: who goes on with Enter then means that, and not an operator. */
export function isOver(text: string, from: number, cursor: number): boolean {
  return from === cursor && /[\w"')\]]/.test(text.charAt(cursor - 1));
}
