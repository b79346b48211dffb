import { SegmentedControl } from "@mantine/core";
import { useEnvironment, useSetEnvironment } from "../api/environment";
import { useSession } from "../api/session";
import type { Environment } from "../api/shapes";

const LABELS: Record<Environment, string> = { development: "Development", live: "Live" };

/** Which environment's runs and data are shown. Nothing is offered where there is only one. */
export function EnvironmentSwitch() {
  const { environments } = useSession();
  const env = useEnvironment();
  const setEnv = useSetEnvironment();
  if (environments.length < 2) return null;
  return (
    <SegmentedControl
      aria-label="Environment"
      value={env}
      onChange={(value) => setEnv(value as Environment)}
      color={env === "live" ? "red.9" : "indigo"}
      data={environments.map((value) => ({ value, label: LABELS[value] }))}
    />
  );
}
