import { Menu } from "@mantine/core";
import {
  IconArrowDown,
  IconArrowUp,
  IconClipboard,
  IconCopy,
  IconCopyPlus,
  IconCut,
  IconDots,
  IconPlayerPause,
  IconPlayerPlay,
  IconRepeat,
  IconTrash,
} from "@tabler/icons-react";
import { useEnvironment } from "../../api/environment";
import { useMay } from "../../api/session";
import { MenuButton } from "../../shell/MenuButton";
import { useShown } from "../run/ShownRun";
import { canRunFrom } from "../run/trace";
import type { Mapping, Path } from "../value";
import classes from "./StepMenu.module.css";
import { useStepActions } from "./useStepActions";

/** What can be done with one step. The keys beside the entries work on the selected card. */
export function StepMenu({ path, step }: { path: Path; step: Mapping }) {
  return (
    <MenuButton
      label="What to do with this step"
      icon={IconDots}
      width={220}
      className={classes.button}
      entries={() => <Entries path={path} step={step} />}
    />
  );
}

function Entries({ path, step }: { path: Path; step: Mapping }) {
  const act = useStepActions();
  const isOff = step.disabled === true;
  const env = useEnvironment();
  const { run, runFrom } = useShown();
  const mayRun = useMay("operate");
  return (
    <>
      <Entry icon={IconCopy} keys="Ctrl C" label="Copy" act={() => act.copy([path])} />
      <Entry icon={IconCut} keys="Ctrl X" label="Cut" act={() => act.cut([path])} />
      <Entry icon={IconClipboard} keys="Ctrl V" label="Paste after" act={() => void act.paste(path)} />
      <Entry icon={IconCopyPlus} keys="Ctrl D" label="Duplicate" act={() => act.duplicate([path])} />
      <Menu.Divider />
      <Entry icon={IconArrowUp} keys="Alt ↑" label="Move up" act={() => act.step(path, -1)} />
      <Entry icon={IconArrowDown} keys="Alt ↓" label="Move down" act={() => act.step(path, 1)} />
      <Entry
        icon={isOff ? IconPlayerPlay : IconPlayerPause}
        label={isOff ? "Enable" : "Disable"}
        act={() => act.toggle(path, isOff)}
      />
      {mayRun && canRunFrom(run, env, path) && (
        <>
          <Menu.Divider />
          <Entry icon={IconRepeat} label="Run again from here…" act={() => runFrom(Number(path[1]))} />
        </>
      )}
      <Menu.Divider />
      <Entry icon={IconTrash} keys="Del" label="Delete" act={() => act.remove([path])} />
    </>
  );
}

interface EntryProps {
  icon: typeof IconCopy;
  label: string;
  keys?: string;
  act: () => void;
}

function Entry({ icon: Icon, label, keys, act }: EntryProps) {
  return (
    <Menu.Item
      leftSection={<Icon size={15} stroke={1.7} />}
      rightSection={keys && <span className={classes.keys}>{keys}</span>}
      onClick={act}
    >
      {label}
    </Menu.Item>
  );
}
