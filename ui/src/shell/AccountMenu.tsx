import { ActionIcon, Menu } from "@mantine/core";
import { IconLogout, IconUser } from "@tabler/icons-react";
import { tellError } from "../api/notify";
import { logOut, useSession } from "../api/session";

const MAY = { view: "may look", operate: "may look and run", edit: "may change everything" } as const;

export function AccountMenu() {
  const { name, role } = useSession();
  // The page is loaded anew, so that nothing of what was seen stays in it.
  const leave = () => logOut().then(() => location.assign("/editor/"), tellError);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label="Your account">
          <IconUser size={17} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {name}, {MAY[role]}
        </Menu.Label>
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => void leave()}>
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
