import { type RefObject, useEffect } from "react";
import { useOpen } from "../context";
import { pathKey } from "../value";

/**
 * The focus follows what an action selects: a new, moved or pasted step. Where the card that had it is gone, the one that
 * has come into its place gets it.
 */
export function useFollowingFocus(area: RefObject<HTMLElement | null>): void {
  const { selection } = useOpen();
  useEffect(
    () =>
      selection.subscribe(() => {
        // Now, before anything is drawn: a card that goes into another list is a new one there.
        const former = cardsIn(area.current).indexOf(document.activeElement as HTMLElement);
        const opened = selection.opened();
        if (selection.wanted()) return;
        requestAnimationFrame(() => {
          const cards = cardsIn(area.current);
          const isLost = document.activeElement === document.body;
          const here = opened && cards.find((card) => card.dataset.step === pathKey(opened));
          here?.scrollIntoView({ block: "nearest" });
          const next = here ?? (isLost ? cards[Math.min(former, cards.length - 1)] : undefined);
          if (former >= 0 && (isLost || here)) next?.focus({ preventScroll: true });
        });
      }),
    [selection, area],
  );
}

const cardsIn = (area: HTMLElement | null): HTMLElement[] => [
  ...(area?.querySelectorAll<HTMLElement>("[data-step]") ?? []),
];
