import { monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { useEffect } from "react";
import { useOpen } from "../context";
import { moving } from "../steps";
import type { Path, Spot } from "../value";

export interface StepDrag {
  kind: "step";
  path: Path;
  [key: string]: unknown;
}

export const isStepDrag = (data: Record<string, unknown>): data is StepDrag => data.kind === "step";

/** Moves a step to where it is dropped. */
export function useDropping(): void {
  const { store, selection } = useOpen();
  useEffect(
    () =>
      monitorForElements({
        canMonitor: ({ source }) => isStepDrag(source.data),
        onDrop: ({ source, location }) => {
          const spot = location.current.dropTargets[0]?.data.spot as Spot | undefined;
          const { content } = store.state();
          if (!spot || content === undefined || !isStepDrag(source.data)) return;
          const move = moving(content, source.data.path, spot);
          if (!move) return;
          store.edit(move.edits);
          selection.select(move.path);
        },
      }),
    [store, selection],
  );
}
