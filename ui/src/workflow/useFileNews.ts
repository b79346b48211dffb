import { useEvent } from "../api/events";
import { refreshOpenFiles } from "./files";

/** Reads open files again when the server says that they changed on disk. */
export function useFileNews(): void {
  useEvent("app", refresh);
}

function refresh(news: unknown): void {
  const files = (news as { files?: unknown } | null)?.files;
  if (Array.isArray(files)) refreshOpenFiles(files.map(String));
}
