import { get, post, put, remove } from "../api/client";
import { isConnected } from "../api/events";
import { tellError } from "../api/notify";
import { queryClient } from "../api/queries";
import { makeStale } from "../api/stale";
import { FileStore } from "./FileStore";
import type { ServerFile, Transport } from "./fileState";

/** Where a file stands in the API. */
export const filePath = (file: string): string => `/files/${file.split("/").map(encodeURIComponent).join("/")}`;

/** What changed in one file the stream of news tells; without it we ask. */
const edited = <T>(reply: T): T => (isConnected() ? reply : changed(reply));

const changed = <T>(reply: T): T => {
  makeStale(queryClient, { queryKey: ["app"] });
  return reply;
};

const transport: Transport = {
  load: (file) => get<ServerFile>(filePath(file)),
  edit: (file, revision, edits) => post<ServerFile>(`${filePath(file)}/edits`, { revision, edits }).then(edited),
  write: (file, revision, text, merge) => put<ServerFile>(filePath(file), { revision, text, merge }).then(edited),
};

const stores = new Map<string, FileStore>();

/** The one store of a file: its undo history lasts as long as the page. */
export function fileStore(file: string): FileStore {
  const known = stores.get(file);
  if (known) return known;
  const store = new FileStore(file, transport, tellError);
  stores.set(file, store);
  return store;
}

/** Reads again what is open; what has not changed stays as it is. */
export function refreshOpenFiles(): void {
  for (const store of stores.values()) if (store.isWatched) void store.load();
}

export const createFile = (file: string, text: string): Promise<ServerFile> =>
  put<ServerFile>(filePath(file), { revision: null, text }).then(changed);

export function deleteFile(file: string): Promise<unknown> {
  stores.delete(file);
  return remove(filePath(file)).then(changed);
}

export function moveFile(file: string, to: string, updateReferences: boolean): Promise<unknown> {
  stores.delete(file);
  return post(`${filePath(file)}/move`, { to, update_references: updateReferences }).then(changed);
}
