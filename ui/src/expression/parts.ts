import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import type { Part } from "../api/shapes";

/** What the server recognised in the text: it is painted by what it is. */
export const setParts = StateEffect.define<readonly Part[]>();

export const paint = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    let next = value.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setParts)) continue;
      const ranges = effect.value
        .filter(({ from, to }) => to > from)
        .map(({ from, to, kind, label, type }) =>
          Decoration.mark({
            class: `cm-part cm-part-${kind}`,
            attributes: { title: [label, type].filter(Boolean).join(": ") },
          }).range(from, to),
        );
      next = Decoration.set(ranges, true);
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});
