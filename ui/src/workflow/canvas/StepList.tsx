import { memo, useMemo } from "react";
import { isMapping, type Path, pathKey, type Value } from "../value";
import { AddGap } from "./AddGap";
import { StepCard } from "./StepCard";
import classes from "./StepList.module.css";

interface StepListProps {
  path: Path;
  steps: Value | undefined;
  /** What the list is called, where it stands in a block. */
  label?: string;
}

/** A list of steps, with a place to add one before, between and after them. */
export const StepList = memo(function StepList({ path, steps, label }: StepListProps) {
  const list = Array.isArray(steps) ? steps : [];
  return (
    <ol className={classes.list} aria-label={label ?? "Steps"}>
      {list.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step is known by its place
        <Item key={`${pathKey(path)}/${index}`} list={path} index={index} step={step} />
      ))}
      <li>
        <AddGap list={path} index={list.length} isLast isEmpty={list.length === 0} />
      </li>
    </ol>
  );
});

const Item = memo(function Item({ list, index, step }: { list: Path; index: number; step: Value }) {
  const path = useMemo(() => [...list, index], [list, index]);
  return (
    <li>
      <AddGap list={list} index={index} />
      {isMapping(step) ? <StepCard path={path} step={step} /> : <div className={classes.broken}>This is no step.</div>}
    </li>
  );
});
