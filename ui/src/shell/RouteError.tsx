import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { Problem } from "./Problem";

/** A screen that failed while it was drawn; the others go on. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <Problem
      error={error as Error}
      retry={() => {
        reset();
        void router.invalidate();
      }}
    />
  );
}
