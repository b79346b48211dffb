import { useParams } from "@tanstack/react-router";

/** What stands in the address below the screen's own name: `abc` of `/runs/abc`, "" of `/runs`. */
export function useScreenPath(): string {
  const { _splat } = useParams({ strict: false }) as { _splat?: string };
  return _splat ?? "";
}
