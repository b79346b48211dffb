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

/** The things that an expression's preview is computed with, and the choice of them. */
export function usePreviewOf(file: string, checked: Checked | null, isShown: boolean): Choice {
  const { types } = useApp();
  const names = useMemo(() => thingNames(checked?.parts ?? [], types), [checked, types]);
  const [chosen, choose] = useChosen(file);
  const [isChoosing, setChoosing] = useState(false);
  const things = useMemo(() => chosenFor(chosen, names), [chosen, names]);
  const previewOf = names.length ? (
    <PreviewOf names={names} chosen={chosen} isShown={isShown} isOpen={isChoosing} open={setChoosing} choose={choose} />
  ) : null;
  return { things, isChoosing, previewOf };
}
