import type { WorkflowInfo } from "../../api/shapes";
import { isMapping, type Mapping } from "../value";

/** When a workflow runs, in words. */
export function triggerSentence(content: Mapping, workflow: Pick<WorkflowInfo, "id">): string {
  switch (content.trigger ?? "api") {
    case "api": {
      const method = String(content.method ?? "POST");
      const who =
        content.auth === "none" ? "anybody" : content.auth === "admin" ? "an API token" : "a user or an API token";
      return content.expose === false ? "Called by other workflows only" : `${method} /wf/${workflow.id}, by ${who}`;
    }
    case "data_change":
      return content.type ? `When a thing of type ${content.type} changes` : "When a thing changes: choose its type";
    case "recurring":
      if (content.cron) return `At the times of ${content.cron}`;
      if (content.every) return `Every ${String(content.every).replace(/^1 /, "")}`;
      return content.type ? `For each ${content.type}, as set by “set recurring”` : "Not set: choose how often";
    case "event": {
      const returns = isMapping(content.returns) ? Object.keys(content.returns) : [];
      return returns.length ? `Called by other workflows, returns ${returns.join(", ")}` : "Called by other workflows";
    }
    default:
      return String(content.trigger);
  }
}
