import { useEvent } from "../api/events";
import { refreshOpenFiles } from "./files";

/** Reads open files again when the server says that the folder has changed. */
export function useFileNews(): void {
  useEvent("app", refreshOpenFiles);
}
