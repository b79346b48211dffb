import { Group, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPaperclip, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { Nothing } from "../../desk/Nothing";
import classes from "../../desk/Rows.module.css";
import { fullTime, many, shortTime } from "../../desk/times";
import { useAnswer } from "../../desk/useAnswer";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import type { MailPage } from "./mail";

const COLUMNS = "minmax(150px, 1fr) minmax(160px, 1.4fr) 24px 124px";

/** The mail that was kept instead of sent, the latest first. */
export function MailRows({ chosen, open }: { chosen: string; open: (id: string) => void }) {
  const [text, setText] = useState("");
  const [words] = useDebouncedValue(text, 300);
  const found = useAnswer<MailPage>("mail", "/mail", { q: words, limit: 300 });
  const mails = found.data?.mails ?? [];
  return (
    <>
      <Group px={20} py={10}>
        <TextInput
          aria-label="Search in mail"
          placeholder="Recipient or subject…"
          leftSection={<IconSearch size={14} />}
          w={240}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </Group>
      {found.error && !found.data && <Problem error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Waiting />}
      {found.data && !mails.length && (
        <Nothing title={text ? "No mail fits" : "No mail was kept"}>
          {found.data.kept
            ? "Mail that workflows send is kept here instead of sent, because no mail server is set up (OFFPAGE_SMTP_HOST)."
            : "A mail server is set up: mail is sent, and not kept here."}
        </Nothing>
      )}
      {mails.length > 0 && (
        <div className={classes.scroll} style={{ "--columns": COLUMNS } as never}>
          <div className={classes.head}>
            <span>To</span>
            <span>{many(found.data?.total ?? 0, "mail")}</span>
            <span />
            <span>When</span>
          </div>
          {mails.map((mail) => (
            <button
              key={mail.id}
              type="button"
              className={classes.row}
              aria-current={mail.id === chosen || undefined}
              onClick={() => open(mail.id)}
            >
              <span className={classes.strong}>{mail.to}</span>
              <span>{mail.subject || "(no subject)"}</span>
              <span>
                {mail.attachments.length > 0 && (
                  <IconPaperclip size={14} aria-label={many(mail.attachments.length, "attachment")} />
                )}
              </span>
              <span className={classes.time} title={fullTime(mail.at)}>
                {shortTime(mail.at)}
              </span>
            </button>
          ))}
        </div>
      )}
    </>
  );
}
