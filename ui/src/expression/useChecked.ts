import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { Checked, Previewed } from "../api/shapes";
import { check, type Kind, preview, type Where } from "./ask";
import type { Chosen } from "./chosen";

/** What the server says of a text, asked a moment after it was typed. */
export function useChecked(where: Where, text: string, kind: Kind, wanted: string, isOn: boolean): Checked | null {
  const [settled] = useDebouncedValue(text, 140);
  const { data } = useQuery({
    queryKey: ["app", "check", where.file, where.path.join("/"), kind, wanted, settled],
    queryFn: ({ signal }) => check(where, settled, kind, wanted, signal),
    enabled: isOn && settled.trim() !== "",
    staleTime: 2000,
    gcTime: 20_000,
    retry: false,
  });
  return settled === text && text.trim() ? (data ?? null) : null;
}

/** What the text gives for the last run, or for the run that is shown; with the things that were chosen. */
export function usePreviewed(
  where: Where,
  text: string,
  kind: Kind,
  runId: string,
  things: Chosen,
  isOn: boolean,
): Previewed | null {
  const [settled] = useDebouncedValue(text, 350);
  const { data } = useQuery({
    queryKey: ["runs", "preview", where.file, where.path.join("/"), kind, settled, runId, things],
    queryFn: ({ signal }) => preview(where, settled, kind, runId, things, signal),
    enabled: isOn && settled.trim() !== "",
    staleTime: 5000,
    gcTime: 20_000,
    retry: false,
  });
  return settled === text && text.trim() ? (data ?? null) : null;
}
