import { Button } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useMay } from "../../api/session";
import { Facts, Id, Part, Side } from "../../desk/Side";
import { bytes, fullTime } from "../../desk/times";
import { useAnswer } from "../../desk/useAnswer";
import { ValueTree } from "../../desk/ValueTree";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import classes from "./MailSide.module.css";
import { ReplayDialog } from "./ReplayDialog";

interface Delivery {
  id: string;
  workflow: string;
  label: string;
  received_at: string;
  bytes: number;
  method: string;
  query: string;
  ip: string;
  headers: Record<string, string>;
  body: string;
}

/** A delivery as it came; it can be run again, as its workflow is now. */
export function DeliverySide({ id, close }: { id: string; close: () => void }) {
  const mayOperate = useMay("operate");
  const found = useAnswer<Delivery>("deliveries", `/deliveries/${id}`);
  const [isAsking, setAsking] = useState(false);
  const one = found.data?.id === id ? found.data : undefined;
  if (!one) {
    return (
      <Side title="Delivery" close={close}>
        {found.error ? <Problem error={found.error} retry={() => void found.refetch()} /> : <Waiting />}
      </Side>
    );
  }
  return (
    <Side title={one.label} close={close}>
      {mayOperate && (
        <Button mb="sm" leftSection={<IconPlayerPlay size={14} />} onClick={() => setAsking(true)}>
          Run it again…
        </Button>
      )}
      <Facts
        facts={[
          ["Came", fullTime(one.received_at)],
          ["From", one.ip],
          ["Method", one.method],
          ["Query", one.query],
          ["Size", bytes(one.bytes)],
          [
            "Its run",
            <Link key="run" to={`/runs/${one.id}`}>
              what happened
            </Link>,
          ],
          ["Delivery", <Id key="id" id={one.id} />],
        ]}
      />
      <Part title="Body">
        <pre className={classes.text}>{pretty(one.body)}</pre>
      </Part>
      <Part title="Headers">
        {Object.entries(one.headers).map(([name, value]) => (
          <ValueTree key={name} name={name} value={value} />
        ))}
      </Part>
      {isAsking && <ReplayDialog id={id} label={one.label} at={one.received_at} close={() => setAsking(false)} />}
    </Side>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body || "(empty)";
  }
}
