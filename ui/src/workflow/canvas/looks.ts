import {
  IconArrowsSplit2,
  IconBolt,
  IconCalendarTime,
  IconDatabase,
  IconMail,
  IconPlugConnected,
  IconUserCircle,
} from "@tabler/icons-react";
import type { ComponentType } from "react";

type Icon = ComponentType<{ size?: number; stroke?: number }>;

/** How a group of actions looks. Which groups and actions there are, the catalogue says. */
const LOOKS: Record<string, { icon: Icon; color: string; label: string }> = {
  data: { icon: IconDatabase, color: "var(--group-data)", label: "Data" },
  accounts: { icon: IconUserCircle, color: "var(--group-accounts)", label: "Accounts" },
  email: { icon: IconMail, color: "var(--group-email)", label: "E-mail" },
  workflows: { icon: IconCalendarTime, color: "var(--group-workflows)", label: "Workflows" },
  connect: { icon: IconPlugConnected, color: "var(--group-connect)", label: "Connections and files" },
  control: { icon: IconArrowsSplit2, color: "var(--group-control)", label: "Flow" },
};

/** The order of groups in menus: what is used most comes first; groups of installed packages come last. */
const ORDER = ["data", "control", "email", "workflows", "connect", "accounts"];

export const groupRank = (group: string): number => (ORDER.includes(group) ? ORDER.indexOf(group) : ORDER.length);

export function groupLook(group: string): { icon: Icon; color: string; label: string } {
  return LOOKS[group] ?? { icon: IconBolt, color: "var(--accent-text)", label: group.replaceAll("_", " ") };
}
