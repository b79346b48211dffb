import { Button } from "@mantine/core";
import { useEffect, useSyncExternalStore } from "react";
import { Callout } from "../../desk/Callout";
import { fileStore } from "../../workflow/files";
import { at } from "../../workflow/value";

const SETTINGS = "app.yaml";

/** Says that a data type is offered in vain while the app's own switch is off, and switches that on. */
export function DataApiClosed({ readOnly }: { readOnly: boolean }) {
  const store = fileStore(SETTINGS);
  const { content } = useSyncExternalStore(store.subscribe, store.state);
  useEffect(() => void store.load(), [store]);
  if (content === undefined || at(content, ["api", "data"]) === true) return null;
  return (
    <Callout tone="warn" title="The app's Data API is closed">
      Nobody reaches this data type over it until it is open (Settings, APIs).{" "}
      {!readOnly && (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => store.edit([{ op: "set", path: ["api", "data"], value: true }])}
        >
          Open the Data API
        </Button>
      )}
    </Callout>
  );
}
