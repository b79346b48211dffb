import type { RepeatedShown } from "../../api/types";
import { Callout } from "../../desk/Callout";
import { summed } from "./repeats";

/** What others would notice once more; nothing where there is nothing. */
export function Repeats({ repeats }: { repeats: readonly RepeatedShown[] }) {
  if (!repeats.length) return null;
  return (
    <Callout tone="warn" title="This would be done once more">
      <ul style={{ margin: 0, paddingLeft: 18 }}>
        {summed(repeats).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Callout>
  );
}
