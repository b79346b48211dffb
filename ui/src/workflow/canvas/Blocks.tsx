import { useMemo } from "react";
import type { Action } from "../../api/shapes";
import type { Mapping, Path } from "../value";
import classes from "./Blocks.module.css";
import { StepList } from "./StepList";

const NAMES: Record<string, Record<string, string>> = {
  branch: { steps: "If yes", else: "Otherwise" },
  for_each: { steps: "For each item" },
  while: { steps: "Each round" },
  transaction: { steps: "All or nothing" },
};

/** The steps that a step holds. */
export function Blocks({ path, step, action }: { path: Path; step: Mapping; action: Action | undefined }) {
  const holders = action?.holds.length ? action.holds : ["steps", ...("else" in step ? ["else"] : [])];
  return (
    <div className={classes.blocks}>
      {holders.map((holder) => (
        <Block key={holder} path={path} holder={holder} step={step} />
      ))}
    </div>
  );
}

function Block({ path, holder, step }: { path: Path; holder: string; step: Mapping }) {
  const inner = useMemo(() => [...path, holder], [path, holder]);
  const name = NAMES[String(step.do)]?.[holder] ?? (holder === "else" ? "Otherwise" : "Steps");
  return (
    <section className={classes.block} data-else={holder === "else" || undefined}>
      <h2 className={classes.name}>{name}</h2>
      <StepList path={inner} steps={step[holder]} label={name} />
    </section>
  );
}
