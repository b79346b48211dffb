import { Button, Menu } from "@mantine/core";
import { IconChevronDown, IconDownload, IconPlayerPlay, IconPlus, IconTable, IconUpload } from "@tabler/icons-react";
import { address } from "../../api/client";
import { useMay } from "../../api/session";
import type { Environment } from "../../api/shapes";

interface ThingToolsProps {
  env: Environment;
  type: string;
  mayEdit: boolean;
  open: (dialog: "new" | "import" | "bulk") => void;
}

/** What can be done with a table as a whole. */
export function ThingTools({ env, type, mayEdit, open }: ThingToolsProps) {
  const mayOperate = useMay("operate");
  return (
    <>
      {mayEdit && (
        <Button leftSection={<IconPlus size={14} />} onClick={() => open("new")}>
          New
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={14} />}>
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {mayOperate && (
            <Menu.Item leftSection={<IconPlayerPlay size={14} />} onClick={() => open("bulk")}>
              Run a workflow on what is found…
            </Menu.Item>
          )}
          {mayEdit && (
            <Menu.Item leftSection={<IconUpload size={14} />} onClick={() => open("import")}>
              Import CSV…
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<IconDownload size={14} />}
            component="a"
            href={address(`/${env}/data/${type}/export`, { format: "csv" })}
            download={`${type}.csv`}
          >
            Export all as CSV
          </Menu.Item>
          <Menu.Item
            leftSection={<IconTable size={14} />}
            component="a"
            href={address(`/${env}/data/${type}/export`, { format: "csv", for: "spreadsheets" })}
            download={`${type}.csv`}
          >
            Export for a spreadsheet
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
