import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { address } from "../../api/client";
import { useEnvironment } from "../../api/environment";
import { Facts, Part, Side } from "../../desk/Side";
import { bytes, fullTime } from "../../desk/times";
import { useAnswer } from "../../desk/useAnswer";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import classes from "./MailSide.module.css";
import type { MailShown } from "./mail";

/** One mail as whoever got it would have seen it. Its HTML stands in a frame that runs nothing and loads nothing. */
export function MailSide({ id, close }: { id: string; close: () => void }) {
  const env = useEnvironment();
  const found = useAnswer<MailShown>("mail", `/mail/${encodeURIComponent(id)}`);
  const [form, setForm] = useState("html");
  const mail = found.data?.id === id ? found.data : undefined;
  if (!mail) {
    return (
      <Side title="Mail" close={close}>
        {found.error ? <Problem error={found.error} retry={() => void found.refetch()} /> : <Waiting />}
      </Side>
    );
  }
  const shown = form === "html" && mail.html ? "html" : "text";
  return (
    <Side title={mail.subject || "(no subject)"} close={close}>
      <Facts
        facts={[
          ["From", mail.from],
          ["To", mail.to],
          ["Cc", mail.cc],
          ["Bcc", mail.bcc],
          ["Reply to", mail.reply_to],
          ["When", fullTime(mail.at)],
        ]}
      />
      <Part
        title="What it says"
        extra={
          mail.html && (
            <SegmentedControl
              aria-label="Form"
              size="xs"
              value={shown}
              onChange={setForm}
              data={[
                { value: "html", label: "HTML" },
                { value: "text", label: "Text" },
              ]}
            />
          )
        }
      >
        {shown === "html" ? (
          <iframe className={classes.html} sandbox="" srcDoc={mail.html} title="The mail's HTML" />
        ) : (
          <pre className={classes.text}>{mail.text}</pre>
        )}
      </Part>
      {mail.invitation && (
        <Part title="Invitation">
          <pre className={classes.text}>{mail.invitation}</pre>
        </Part>
      )}
      {mail.attachments.length > 0 && (
        <Part title="Attachments">
          <ul className={classes.files}>
            {mail.attachments.map((one, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the place is the attachment's name on the server
              <li key={at}>
                <a href={address(`/${env}/mail/${encodeURIComponent(id)}/attachments/${at}`)} download={one.name}>
                  {one.name || "a file"}
                </a>{" "}
                {bytes(one.bytes)}
              </li>
            ))}
          </ul>
        </Part>
      )}
    </Side>
  );
}
