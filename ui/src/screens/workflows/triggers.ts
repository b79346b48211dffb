import { IconBolt, IconClockPlay, IconDatabaseEdit, IconRepeat, IconWorldBolt } from "@tabler/icons-react";
import type { ComponentType } from "react";

export interface TriggerLook {
  label: string;
  doc: string;
  icon: ComponentType<{ size?: number; stroke?: number; className?: string }>;
}

/** How the kinds of trigger look. What keys each has comes from the catalogue. */
const LOOKS: Record<string, TriggerLook> = {
  api: { label: "API workflow", doc: "Starts when another program or a page calls its address.", icon: IconWorldBolt },
  data_change: {
    label: "Data change",
    doc: "Starts when a thing is created, changed or deleted.",
    icon: IconDatabaseEdit,
  },
  recurring: {
    label: "Recurring",
    doc: "Starts at times you set, or again and again for a thing.",
    icon: IconClockPlay,
  },
  event: { label: "Custom event", doc: "Called by other workflows, which wait for what it returns.", icon: IconRepeat },
};

export const triggerLook = (trigger: string): TriggerLook =>
  LOOKS[trigger] ?? { label: trigger.replaceAll("_", " "), doc: "", icon: IconBolt };
