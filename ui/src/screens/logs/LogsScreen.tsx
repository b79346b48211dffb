import { useNavigate } from "@tanstack/react-router";
import { Split } from "../../desk/Split";
import { Tabs, useShown } from "../../desk/Tabs";
import { useScreenPath } from "../useScreenPath";
import { DeliveryRows } from "./DeliveryRows";
import { DeliverySide } from "./DeliverySide";
import { LogRows } from "./LogRows";
import { MailRows } from "./MailRows";
import { MailSide } from "./MailSide";

const TABS = [
  { value: "log", label: "Log" },
  { value: "mail", label: "Mail" },
  { value: "deliveries", label: "Deliveries" },
];

/** What stood out, the mail that was kept instead of sent, and what webhooks were sent. */
export default function LogsScreen() {
  const shown = useShown(TABS);
  const chosen = useScreenPath();
  const navigate = useNavigate();
  const open = (id: string) =>
    void navigate({ to: `/logs/${encodeURIComponent(id)}`, search: ((all: object) => all) as never });
  const close = () => open("");
  return (
    <Split
      title={TABS.find((one) => one.value === shown)?.label ?? "Log"}
      actions={<Tabs label="What is shown" tabs={TABS} value={shown} />}
      side={
        chosen && shown === "mail" ? (
          <MailSide key={chosen} id={chosen} close={close} />
        ) : (
          chosen && shown === "deliveries" && <DeliverySide key={chosen} id={chosen} close={close} />
        )
      }
    >
      {shown === "log" && <LogRows />}
      {shown === "mail" && <MailRows chosen={chosen} open={open} />}
      {shown === "deliveries" && <DeliveryRows chosen={chosen} open={open} />}
    </Split>
  );
}
