import { type RefObject, useEffect, useRef } from "react";

/** An input that has the focus, with its text selected, from the moment it comes, where it is new. */
export function useSelectedWhen(isNew: boolean): RefObject<HTMLInputElement | null> {
  const field = useRef<HTMLInputElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when it comes; later the focus is the user's
  useEffect(() => {
    if (isNew) field.current?.select();
  }, []);
  return field;
}
