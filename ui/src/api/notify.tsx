import { notifications } from "@mantine/notifications";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { Said } from "../desk/Said";

/** Says that something was done. */
export function tell(message: string): void {
  notifications.show({ message, icon: <IconCheck size={16} />, color: "teal", autoClose: 3000 });
}

/** Says what went wrong, in the server's sentence. */
export function tellError(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  notifications.show({
    message: <Said text={message} />,
    icon: <IconAlertTriangle size={16} />,
    color: "red",
    autoClose: 8000,
  });
}
