import { type KeyboardEvent, type RefObject, useCallback, useEffect } from "react";
import { useOpen } from "../context";
import { spotAfter } from "../steps";
import { at, isMapping, type Path, pathOf, type Spot } from "../value";
import { useFollowingFocus } from "./useFollowingFocus";
import { useStepActions } from "./useStepActions";

/** The keys of the canvas. They work on the card that has the focus; with Shift the arrows mark several. */
export function useCanvasKeys(
  area: RefObject<HTMLDivElement | null>,
  openMenu: (spot: Spot | null) => void,
): (event: KeyboardEvent<HTMLElement>) => void {
  const { store, selection, readOnly, actions } = useOpen();
  const act = useStepActions();
  const undoKeys = useCallback(
    (event: globalThis.KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || isTyping(event.target)) return;
      const key = event.key.toLowerCase();
      if (key === "z" && !event.shiftKey) void store.undo();
      else if ((key === "z" && event.shiftKey) || key === "y") void store.redo();
      else return;
      event.preventDefault();
    },
    [store],
  );
  useEffect(() => {
    if (readOnly) return;
    window.addEventListener("keydown", undoKeys);
    return () => window.removeEventListener("keydown", undoKeys);
  }, [undoKeys, readOnly]);
  useFollowingFocus(area);

  /** Where Enter leads: into the panel, to its first input. */
  const firstField = (path: Path): Path => {
    if (!path.length) return ["trigger"];
    const step = at(store.state().content, path);
    const first = actions.get(String(isMapping(step) ? step.do : ""))?.props[0];
    return first ? [...path, "with", first.name] : [...path, "only_when"];
  };

  return (event) => {
    const card = (event.target as HTMLElement).closest<HTMLElement>("[data-step]");
    if (isTyping(event.target) || event.defaultPrevented) return;
    const path = card ? pathOf(card.dataset.step ?? "") : null;
    const isCard = card === event.target;
    const command = event.ctrlKey || event.metaKey;
    const marked = marks(selection.markedKeys(), path);
    const done = () => event.preventDefault();
    if (event.key === "Escape") {
      selection.select(null);
      return done();
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const by = event.key === "ArrowDown" ? 1 : -1;
      if (event.altKey && path?.length && !readOnly) act.step(path, by);
      else moveFocus(area.current, card, by, event.shiftKey ? selection : null);
      return done();
    }
    if (isCard && path && (event.key === "Enter" || event.key === " ")) {
      if (command && path.length) selection.toggle(path);
      else selection.select(path, event.key === "Enter" ? firstField(path) : null);
      return done();
    }
    if (readOnly) return;
    if (command && event.key === "v") {
      void act.paste(path?.length ? path : null);
      return done();
    }
    if (!command && !event.altKey && event.key === "a") {
      openMenu(path?.length ? spotAfter(path) : { list: ["steps"], index: 0 });
      return done();
    }
    if (!marked.length || !isCard) return;
    if (event.key === "Delete" || event.key === "Backspace") act.remove(marked);
    else if (command && event.key === "c") act.copy(marked);
    else if (command && event.key === "x") act.cut(marked);
    else if (command && event.key === "d") act.duplicate(marked);
    else return;
    done();
  };
}

/** What a key works on: all marked steps if the focused one is among them, or else that one. */
function marks(keys: ReadonlySet<string>, focused: Path | null): Path[] {
  if (!focused?.length) return [];
  return keys.has(focused.join("/")) ? [...keys].map(pathOf) : [focused];
}

function moveFocus(
  area: HTMLElement | null,
  from: HTMLElement | null,
  by: 1 | -1,
  marking: { isMarked: (path: Path) => boolean; toggle: (path: Path) => void } | null,
): void {
  const cards = [...(area?.querySelectorAll<HTMLElement>("[data-step]") ?? [])];
  const here = from ? cards.indexOf(from) : -1;
  const next = cards[Math.max(0, Math.min(cards.length - 1, here + by))];
  next?.focus();
  if (!marking || !next || !from) return;
  for (const card of [from, next]) {
    const path = pathOf(card.dataset.step ?? "");
    if (path.length && !marking.isMarked(path)) marking.toggle(path);
  }
}

function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  return Boolean(element?.closest("input, textarea, [contenteditable='true'], [role='menu'], [role='dialog']"));
}
