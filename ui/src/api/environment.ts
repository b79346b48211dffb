import { useNavigate, useSearch } from "@tanstack/react-router";
import { useSession } from "./session";
import type { Environment } from "./shapes";

/** Which environment the screens show: it stands in the address (`?env=live`), so that a link leads others to the same. */
export function useEnvironment(): Environment {
  const { env } = useSearch({ strict: false }) as { env?: string };
  const { environments } = useSession();
  return env === "live" && environments.includes("live") ? "live" : "development";
}

export function useSetEnvironment(): (env: Environment) => void {
  const navigate = useNavigate();
  return (env) => {
    void navigate({
      to: ".",
      search: ((before: Record<string, unknown>) => ({ ...before, env: env === "live" ? "live" : undefined })) as never,
    });
  };
}
