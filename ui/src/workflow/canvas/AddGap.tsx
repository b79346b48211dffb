import { dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { Popover } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useOpenFile } from "../context";
import { isWithin, type Path } from "../value";
import { ActionPicker } from "./ActionPicker";
import classes from "./AddGap.module.css";
import { sameSpot, useAdding } from "./adding";
import { isStepDrag } from "./useDropping";

interface AddGapProps {
  list: Path;
  index: number;
  isLast?: boolean;
  isEmpty?: boolean;
}

/** The line between two steps: a place to add one, and to drop one. */
export function AddGap({ list, index, isLast, isEmpty }: AddGapProps) {
  const { readOnly } = useOpenFile();
  const { spot, open } = useAdding();
  const [isOver, setOver] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const here = { list, index };
  const isOpen = sameSpot(spot, here);
  useEffect(() => {
    const element = box.current;
    if (!element || readOnly) return;
    return dropTargetForElements({
      element,
      canDrop: ({ source }) => isStepDrag(source.data) && !isWithin(list, source.data.path),
      getData: () => ({ spot: { list, index } }),
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: () => setOver(false),
    });
  }, [list, index, readOnly]);
  if (readOnly) return <div className={classes.gap} data-last={isLast || undefined} />;
  const toggle = () => open(isOpen ? null : here);
  return (
    <div
      ref={box}
      className={classes.gap}
      data-last={isLast || undefined}
      data-empty={isEmpty || undefined}
      data-over={isOver || undefined}
      data-open={isOpen || undefined}
    >
      {isOpen ? (
        <Popover opened onChange={() => open(null)} position="bottom" width={340} shadow="lg" trapFocus withinPortal>
          <Popover.Target>
            <AddButton isLast={isLast} isOpen onClick={toggle} />
          </Popover.Target>
          <Popover.Dropdown p={0}>
            <ActionPicker spot={here} close={() => open(null)} />
          </Popover.Dropdown>
        </Popover>
      ) : (
        <AddButton isLast={isLast} onClick={toggle} />
      )}
    </div>
  );
}

interface AddButtonProps {
  isLast?: boolean | undefined;
  isOpen?: boolean;
  onClick: () => void;
  ref?: React.Ref<HTMLButtonElement>;
}

function AddButton({ isLast, isOpen, onClick, ref, ...others }: AddButtonProps) {
  return (
    <button
      {...others}
      ref={ref}
      type="button"
      className={isLast ? classes.last : classes.button}
      aria-label={isLast ? undefined : "Add a step here"}
      aria-haspopup="dialog"
      aria-expanded={isOpen ?? false}
      onClick={onClick}
    >
      <IconPlus size={13} stroke={2.2} />
      {isLast && "Add a step"}
    </button>
  );
}
