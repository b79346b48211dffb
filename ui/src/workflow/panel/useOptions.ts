import { useMemo } from "react";
import { useApp } from "../../api/app";

/** The options of a type that is an option set; undefined for any other. */
export function useOptions(type: string): { value: string; label: string }[] | undefined {
  const { option_sets } = useApp();
  return useMemo(
    () =>
      option_sets.find((one) => one.id === type)?.options.map((one) => ({ value: one.id, label: one.label || one.id })),
    [option_sets, type],
  );
}
