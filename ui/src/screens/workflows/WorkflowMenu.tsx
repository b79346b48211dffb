import { Menu } from "@mantine/core";
import {
  IconCopy,
  IconDotsVertical,
  IconNote,
  IconPalette,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash,
} from "@tabler/icons-react";
import { useState } from "react";
import { useMay } from "../../api/session";
import type { WorkflowInfo } from "../../api/shapes";
import { MenuButton } from "../../shell/MenuButton";
import { fileStore } from "../../workflow/files";
import type { Value } from "../../workflow/value";
import { ColorChoice } from "./ColorChoice";
import { DeleteDialog } from "./DeleteDialog";
import { DuplicateDialog } from "./DuplicateDialog";
import { MoveDialog } from "./MoveDialog";
import { NoteDialog } from "./NoteDialog";
import classes from "./WorkflowMenu.module.css";

type Dialog = "move" | "delete" | "duplicate" | "note" | null;

/** What can be done with a workflow as a whole. */
export function WorkflowMenu({ workflow, isOpen }: { workflow: WorkflowInfo; isOpen: boolean }) {
  const mayEdit = useMay("edit");
  const [dialog, setDialog] = useState<Dialog>(null);
  if (!mayEdit) return null;
  const close = () => setDialog(null);
  return (
    <>
      <MenuButton
        label={`What to do with ${workflow.id}`}
        icon={IconDotsVertical}
        width={190}
        className={classes.button}
        entries={() => (
          <>
            <Menu.Item
              leftSection={workflow.disabled ? <IconPlayerPlay size={15} /> : <IconPlayerPause size={15} />}
              onClick={() => void setKey(workflow.file, "disabled", workflow.disabled ? undefined : true)}
            >
              {workflow.disabled ? "Enable" : "Disable"}
            </Menu.Item>
            <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => setDialog("move")}>
              Rename or move…
            </Menu.Item>
            <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => setDialog("duplicate")}>
              Duplicate…
            </Menu.Item>
            <Menu.Item leftSection={<IconNote size={15} />} onClick={() => setDialog("note")}>
              Note…
            </Menu.Item>
            <Menu.Label>
              <IconPalette size={13} /> Colour
            </Menu.Label>
            <ColorChoice
              value={workflow.color}
              choose={(color) => void setKey(workflow.file, "color", color || undefined)}
            />
            <Menu.Divider />
            <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={() => setDialog("delete")}>
              Delete…
            </Menu.Item>
          </>
        )}
      />
      {dialog === "move" && <MoveDialog workflow={workflow} isOpen={isOpen} close={close} />}
      {dialog === "delete" && <DeleteDialog workflow={workflow} isOpen={isOpen} close={close} />}
      {dialog === "duplicate" && <DuplicateDialog workflow={workflow} close={close} />}
      {dialog === "note" && (
        <NoteDialog
          workflow={workflow}
          close={close}
          keep={(note) => void setKey(workflow.file, "note", note || undefined)}
        />
      )}
    </>
  );
}

/** Gives a key at the top of a workflow's file a value, or takes the key out. */
async function setKey(file: string, key: string, value: Value | undefined): Promise<void> {
  const store = fileStore(file);
  await store.load();
  const has = typeof store.state().content === "object" && key in (store.state().content as object);
  if (value !== undefined) store.edit([{ op: "set", path: [key], value }]);
  else if (has) store.edit([{ op: "remove", path: [key] }]);
}
