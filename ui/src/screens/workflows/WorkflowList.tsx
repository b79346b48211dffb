import { ActionIcon, CloseButton, TextInput } from "@mantine/core";
import { useHotkeys, useLocalStorage } from "@mantine/hooks";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, useCallback, useDeferredValue, useMemo, useRef, useState } from "react";
import { useApp } from "../../api/app";
import { useMay } from "../../api/session";
import type { WorkflowInfo } from "../../api/shapes";
import { CreateDialog } from "./CreateDialog";
import { CreateMenu } from "./CreateMenu";
import { FolderRows } from "./FolderRows";
import { FoundElsewhere } from "./FoundElsewhere";
import { folderTree, matching } from "./tree";
import { useAddressOf } from "./WorkflowLink";
import classes from "./WorkflowList.module.css";
import { WorkflowRow } from "./WorkflowRow";

interface WorkflowListProps {
  workflows: WorkflowInfo[];
  openPath: string;
}

/** All workflows in their folders, with a search over names, actions, fields and text. */
export function WorkflowList({ workflows, openPath }: WorkflowListProps) {
  const app = useApp();
  const mayEdit = useMay("edit");
  const [text, setText] = useState("");
  const [creating, setCreating] = useState<string | null>(null);
  const [closed, setClosed] = useLocalStorage<string[]>({ key: "offpage-closed-folders", defaultValue: [] });
  const addressOf = useAddressOf();
  const search = useRef<HTMLInputElement>(null);
  const wanted = useDeferredValue(text);
  const root = useMemo(() => folderTree(workflows), [workflows]);
  const found = useMemo(() => (wanted.trim() ? matching(workflows, wanted) : []), [workflows, wanted]);
  useHotkeys([["/", () => search.current?.focus()]]);
  const toggle = useCallback(
    (folder: string) =>
      setClosed((all) => (all.includes(folder) ? all.filter((one) => one !== folder) : [...all, folder])),
    [setClosed],
  );
  return (
    <aside className={classes.list} aria-label="Workflows">
      <div className={classes.head}>
        <TextInput
          ref={search}
          flex={1}
          leftSection={<IconSearch size={14} />}
          placeholder="Search"
          aria-label="Search workflows, actions, fields and text"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") setText("");
            if (event.key === "ArrowDown") focusNext(event, 1);
          }}
          rightSection={
            text ? <CloseButton size="xs" aria-label="Clear the search" onClick={() => setText("")} /> : undefined
          }
        />
        {mayEdit && (
          <CreateMenu create={setCreating}>
            <ActionIcon variant="filled" color="indigo" size={30} aria-label="New workflow" title="New workflow">
              <IconPlus size={16} />
            </ActionIcon>
          </CreateMenu>
        )}
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrows are a short cut between the links within */}
      <div className={classes.rows} onKeyDown={(event) => arrows(event)}>
        {wanted.trim() ? (
          <>
            {found.map((one) => (
              <WorkflowRow
                key={one.path}
                workflow={one}
                href={addressOf(one.path)}
                isOpen={one.path === openPath}
                depth={0}
                withFolder
              />
            ))}
            <FoundElsewhere text={wanted} known={found} />
          </>
        ) : (
          <FolderRows
            folder={root}
            depth={0}
            closed={closed}
            toggle={toggle}
            openPath={openPath}
            addressOf={addressOf}
          />
        )}
      </div>
      {creating && <CreateDialog trigger={creating} app={app} close={() => setCreating(null)} />}
    </aside>
  );
}

function arrows(event: KeyboardEvent<HTMLElement>): void {
  if (event.key === "ArrowDown") focusNext(event, 1);
  if (event.key === "ArrowUp") focusNext(event, -1);
}

/** Moves the focus to the next or former row. */
function focusNext(event: KeyboardEvent<HTMLElement>, by: 1 | -1): void {
  const list = event.currentTarget.closest("aside");
  const rows = [...(list?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
  const here = rows.indexOf(document.activeElement as HTMLElement);
  const next = rows[Math.max(0, here + by)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
