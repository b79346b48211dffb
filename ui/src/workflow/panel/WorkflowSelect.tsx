import { ActionIcon, Group, Select, Tooltip } from "@mantine/core";
import { IconArrowUpRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useApp } from "../../api/app";
import { useOpenFile } from "../context";
import type { InputProps } from "./inputs";

interface WorkflowSelectProps extends Pick<InputProps, "value" | "change"> {
  prop: Pick<InputProps["prop"], "label" | "words">;
  clearable?: boolean;
}

/** Another workflow, of the triggers that the property takes. */
export function WorkflowSelect({ prop, value, change, clearable }: WorkflowSelectProps) {
  const { workflows } = useApp();
  const { readOnly } = useOpenFile();
  const fitting = workflows.filter((one) => !prop.words.length || prop.words.includes(one.trigger));
  const chosen = workflows.find((one) => one.id === value);
  return (
    <Group gap={4} wrap="nowrap">
      <Select
        flex={1}
        aria-label={prop.label}
        placeholder={fitting.length ? "Choose a workflow" : `There is no ${prop.words.join(" or ")} workflow yet`}
        data={fitting.map((one) => ({ value: one.id, label: one.label || one.id }))}
        value={typeof value === "string" && value ? value : null}
        onChange={(next) => change(next ?? undefined)}
        disabled={readOnly}
        clearable={clearable ?? false}
        searchable
      />
      {chosen && (
        <Tooltip label={`Open ${chosen.label || chosen.id}`}>
          <ActionIcon component={Link} to={`/workflows/${chosen.path}`} aria-label={`Open ${chosen.id}`}>
            <IconArrowUpRight size={15} />
          </ActionIcon>
        </Tooltip>
      )}
    </Group>
  );
}
