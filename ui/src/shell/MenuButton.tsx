import { Menu } from "@mantine/core";
import { type ComponentType, type ReactNode, useRef, useState } from "react";
import classes from "./MenuButton.module.css";

interface MenuButtonProps {
  label: string;
  icon: ComponentType<{ size: number }>;
  width: number;
  className?: string | undefined;
  /** The entries, asked for while the menu is open. */
  entries: () => ReactNode;
}

/** A button with a menu that is there only while it is open: a list may have hundreds of them. */
export function MenuButton({ label, icon: Icon, width, className, entries }: MenuButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  const change = (next: boolean) => {
    setOpen(next);
    if (!next) button.current?.focus({ preventScroll: true });
  };
  return (
    <span className={`${classes.box} ${className ?? ""}`} data-open={isOpen || undefined}>
      <button
        ref={button}
        type="button"
        className={classes.button}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onPointerDown={() => {
          // The menu closes itself when something beside it is pressed: the click that follows must not open it again.
          wasOpen.current = isOpen;
        }}
        onClick={(event) => {
          event.stopPropagation();
          setOpen(event.detail === 0 ? !isOpen : !wasOpen.current);
        }}
      >
        <Icon size={15} />
      </button>
      {isOpen && (
        <Menu opened onChange={change} position="bottom-end" width={width}>
          <Menu.Target>
            <span className={classes.anchor} />
          </Menu.Target>
          <Menu.Dropdown aria-label={label} onClick={(event) => event.stopPropagation()}>
            {entries()}
          </Menu.Dropdown>
        </Menu>
      )}
    </span>
  );
}
