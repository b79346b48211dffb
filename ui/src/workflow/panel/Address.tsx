import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy, IconTerminal2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { get } from "../../api/client";
import type { Mapping } from "../value";
import classes from "./Address.module.css";

/** Where a caller reaches the workflow, and a command line that calls it. */
export function Address({ id, content }: { id: string; content: Mapping }) {
  const shape = JSON.stringify([content.parameters, content.method, content.auth]);
  const { data } = useQuery({
    queryKey: ["app", "curl", id, shape],
    queryFn: () => get<{ url: string; curl: string }>(`/workflows/${encodeURIComponent(id)}/curl`),
    placeholderData: (before) => before,
  });
  if (!data || content.expose === false) return null;
  return (
    <div className={classes.address}>
      <b>{String(content.method ?? "POST")}</b>
      <code title={data.url}>{data.url.replace(/^https?:\/\/[^/]+/, "")}</code>
      <Copy text={data.url} label="Copy the address" icon={<IconCopy size={14} />} />
      <Copy text={data.curl} label="Copy as curl" icon={<IconTerminal2 size={15} />} />
    </div>
  );
}

function Copy({ text, label, icon }: { text: string; label: string; icon: React.ReactNode }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? "Copied" : label}>
          <ActionIcon size="sm" aria-label={label} onClick={copy}>
            {copied ? <IconCheck size={14} color="var(--good)" /> : icon}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
