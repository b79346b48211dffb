import { useMemo } from "react";
import { useApp } from "../../api/app";
import { ExpressionInput } from "../../expression/ExpressionInput";
import { useIssuesWithin, useOpenFile } from "../context";
import { useShown } from "../run/ShownRun";
import { useUnnamed } from "../useUnnamed";
import type { Path, Value } from "../value";

interface ExpressionProps {
  label: string;
  path: Path;
  value: Value | undefined;
  type: string;
  isCondition?: boolean;
  lines?: boolean;
  hint?: string | undefined;
  autoFocus?: boolean;
  change: (value: Value | undefined) => void;
}

/** An expression input at a place of the open file. */
export function Expression({ path, ...props }: ExpressionProps) {
  const { store, readOnly } = useOpenFile();
  const { option_sets } = useApp();
  const { id: runId } = useShown();
  const where = useMemo(() => ({ file: store.file, path }), [store, path]);
  const options = useMemo(() => option_sets.map((one) => one.id), [option_sets]);
  const issues = useIssuesWithin(path);
  const told = useMemo(() => issues.map((issue) => issue.message), [issues]);
  const unnamed = useUnnamed(path);
  return (
    <ExpressionInput
      told={told}
      {...props}
      where={where}
      readOnly={readOnly}
      options={options}
      runId={runId}
      unnamed={unnamed}
    />
  );
}
