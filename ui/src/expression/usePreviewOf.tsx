import { type ReactNode, useMemo, useState } from "react";
import { useApp } from "../api/app";
import type { Checked } from "../api/shapes";
import { type Chosen, chosenFor, thingNames, useChosen } from "./chosen";
import { PreviewOf } from "./PreviewOf";

interface Choice {
  /** What the preview is to be computed with. */
  things: Chosen;
  isChoosing: boolean;
  /** Lets it be chosen; null where the expression stands on no thing. */
  previewOf: ReactNode;
}

/** The things that an expression's preview is computed with, and the choice of them. `back`: to the input, once they are chosen. */
export function usePreviewOf(file: string, checked: Checked | null, isShown: boolean, back: () => void): Choice {
  const { types } = useApp();
  const names = useMemo(() => thingNames(checked?.parts ?? [], types), [checked, types]);
  const [chosen, choose] = useChosen(file);
  const [isChoosing, setChoosing] = useState(false);
  const open = (isOpen: boolean) => {
    if (!isOpen) back(); // first: without the focus in it the input shows no preview
    setChoosing(isOpen);
  };
  const things = useMemo(() => chosenFor(chosen, names), [chosen, names]);
  const previewOf = names.length ? (
    <PreviewOf names={names} chosen={chosen} isShown={isShown} isOpen={isChoosing} open={open} choose={choose} />
  ) : null;
  return { things, isChoosing, previewOf };
}
