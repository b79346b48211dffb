import {
  IconBinaryTree2,
  IconCalendarClock,
  IconDatabase,
  IconGauge,
  IconHistory,
  IconListDetails,
  IconLogs,
  IconRocket,
  IconSettings,
} from "@tabler/icons-react";
import type { ComponentType } from "react";

export interface Screen {
  name: string;
  label: string;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  load: () => Promise<{ default: ComponentType }>;
}

/** What the navigation offers, in its order. Each is loaded when it is first opened. */
export const screens: Screen[] = [
  {
    name: "workflows",
    label: "Workflows",
    icon: IconBinaryTree2,
    load: () => import("./workflows/WorkflowsScreen"),
  },
  { name: "data", label: "Data", icon: IconDatabase, load: () => import("./data/DataScreen") },
  { name: "runs", label: "Runs", icon: IconHistory, load: () => import("./runs/RunsScreen") },
  { name: "scheduler", label: "Scheduler", icon: IconCalendarClock, load: () => import("./scheduler/SchedulerScreen") },
  { name: "batches", label: "Batches", icon: IconListDetails, load: () => import("./batches/BatchesScreen") },
  { name: "logs", label: "Logs", icon: IconLogs, load: () => import("./logs/LogsScreen") },
  { name: "workload", label: "Workload", icon: IconGauge, load: () => import("./workload/WorkloadScreen") },
  { name: "deploy", label: "Deploy", icon: IconRocket, load: () => import("./deploy/DeployScreen") },
  { name: "settings", label: "Settings", icon: IconSettings, load: () => import("./settings/SettingsScreen") },
];
