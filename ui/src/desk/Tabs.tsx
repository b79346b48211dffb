import { SegmentedControl } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";

interface TabsProps {
  label: string;
  tabs: { value: string; label: string }[];
  value: string;
}

/** Which part of a screen is shown; it stands in the address (`?show=mail`). */
export function Tabs({ label, tabs, value }: TabsProps) {
  const navigate = useNavigate();
  const { env } = useSearch({ strict: false }) as { env?: string };
  return (
    <SegmentedControl
      aria-label={label}
      data={tabs}
      value={value}
      onChange={(show) =>
        void navigate({
          to: `/${location.pathname.split("/")[2] ?? ""}`,
          search: { ...(env && { env }), ...(show !== tabs[0]?.value && { show }) } as never,
        })
      }
    />
  );
}

/** Which part the address names; the first if it names none. */
export function useShown(tabs: { value: string }[]): string {
  const { show } = useSearch({ strict: false }) as { show?: string };
  return tabs.find((one) => one.value === show)?.value ?? tabs[0]?.value ?? "";
}
