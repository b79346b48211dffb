import type { Extension, Range } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { holes } from "./written";

const chip = Decoration.mark({ class: "cm-chip" });
const openChip = Decoration.mark({ class: "cm-chip cm-chip-open" });
const hidden = Decoration.replace({});

/** Shows the holes of a text as chips. The braces are seen only while the cursor is in the hole. */
export function chips(isOn: () => boolean): Extension {
  const plugin = ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;

      constructor(view: EditorView) {
        this.decorations = drawn(view, isOn());
      }

      update(update: ViewUpdate) {
        if (update.docChanged || update.selectionSet || update.focusChanged) {
          this.decorations = drawn(update.view, isOn());
        }
      }
    },
    { decorations: (value) => value.decorations },
  );
  return [
    plugin,
    EditorView.atomicRanges.of((view) => {
      const set = view.plugin(plugin)?.decorations ?? Decoration.none;
      return set.update({ filter: (_from, _to, value) => value === hidden });
    }),
  ];
}

function drawn(view: EditorView, isOn: boolean): DecorationSet {
  if (!isOn) return Decoration.none;
  const text = view.state.doc.toString();
  const { head } = view.state.selection.main;
  const ranges: Range<Decoration>[] = [];
  for (const { from, to } of holes(text)) {
    const isOpen = view.hasFocus && head > from && head < to;
    if (isOpen) {
      ranges.push(openChip.range(from, to));
      continue;
    }
    const start = from + 2 + (text[from + 2] === " " ? 1 : 0);
    const end = Math.max(start, to - 2 - (text[to - 3] === " " ? 1 : 0));
    if (end > start) ranges.push(hidden.range(from, start), chip.range(start, end), hidden.range(end, to));
    else ranges.push(chip.range(from, to));
  }
  return Decoration.set(ranges, true);
}
