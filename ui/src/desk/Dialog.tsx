import { Modal, type ModalProps } from "@mantine/core";
import { useEffect, useState } from "react";

/** A dialog that is there as long as it is open. Afterwards the keyboard is where it was before, or at the content. */
export function Dialog(props: Omit<ModalProps, "opened">) {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // What opened it may be gone, such as the entry of a menu.
      const back = before?.isConnected && before !== document.body ? before : document.getElementById("main");
      (back as HTMLElement | null)?.focus({ preventScroll: true });
    },
    [before],
  );
  return <Modal opened returnFocus={false} {...props} />;
}
