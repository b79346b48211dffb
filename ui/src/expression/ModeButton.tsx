import { Tooltip } from "@mantine/core";
import { IconMathFunction } from "@tabler/icons-react";
import classes from "./ExpressionInput.module.css";
import type { Mode } from "./written";

interface ModeButtonProps {
  label: string;
  mode: Mode;
  /** Whether the value is always an expression. */
  isFixed: boolean;
  readOnly: boolean;
  toggle: () => void;
}

/** *fx*: says how a value is written, and changes it. */
export function ModeButton({ label, mode, isFixed, readOnly, toggle }: ModeButtonProps) {
  if (isFixed) {
    return (
      <span className={classes.mode} data-fixed>
        <IconMathFunction size={14} stroke={1.8} />
      </span>
    );
  }
  return (
    <Tooltip label={mode === "expression" ? "Switch to plain value" : "Switch to expression"}>
      <button
        type="button"
        className={classes.mode}
        aria-pressed={mode === "expression"}
        aria-label={`${label}: expression`}
        disabled={readOnly}
        onClick={toggle}
      >
        <IconMathFunction size={14} stroke={1.8} />
      </button>
    </Tooltip>
  );
}
