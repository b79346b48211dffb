import { Menu } from "@mantine/core";
import type { ReactNode } from "react";
import { useCatalogue } from "../../api/app";
import { triggerLook } from "./triggers";

/** The kinds of trigger that a new workflow may have. */
export function CreateMenu({ create, children }: { create: (trigger: string) => void; children: ReactNode }) {
  const { triggers } = useCatalogue();
  return (
    <Menu position="bottom-start" width={290}>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>What starts it?</Menu.Label>
        {Object.keys(triggers).map((trigger) => {
          const { label, doc, icon: Icon } = triggerLook(trigger);
          return (
            <Menu.Item key={trigger} leftSection={<Icon size={17} stroke={1.6} />} onClick={() => create(trigger)}>
              <div style={{ fontWeight: 550 }}>{label}</div>
              <div style={{ fontSize: 12, color: "var(--text-soft)" }}>{doc}</div>
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
