import { useMutation } from "@tanstack/react-query";
import { post } from "../../api/client";
import { useEnvironment } from "../../api/environment";
import { tell } from "../../api/notify";
import type { Run } from "../../api/shapes";

/** Tries a failed run again. */
export function useRetry() {
  const env = useEnvironment();
  return useMutation({
    mutationFn: ({ run, from }: { run: Run; from: "start" | "failed" }) =>
      post(`/${env}/runs/${encodeURIComponent(run.id)}/retry`, { from, confirm: true }),
    onSuccess: () => tell("It is tried again."),
  });
}
