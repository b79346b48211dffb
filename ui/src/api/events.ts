import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { address } from "./client";
import { makeStale } from "./stale";
import { keepStream } from "./stream";

/** What the server tells without being asked. Every name but `detected` is also the first part of the query keys it makes stale. */
export const EVENT_NAMES = ["app", "runs", "scheduled", "batches", "logs", "mail", "deliveries", "detected"] as const;

/** What runs do to things, and what the app says of who may see them, makes stale what was asked of the data, open or not. */
const ALSO_STALE: Partial<Record<string, string>> = { app: "data", runs: "data" };

export type EventName = (typeof EVENT_NAMES)[number];
export type Connection = "connecting" | "open" | "lost";

type Listener = (data: unknown) => void;
const listeners = new Map<EventName, Set<Listener>>();
let connection: Connection = "connecting";
const watchers = new Set<() => void>();

function setConnection(next: Connection): void {
  if (next === connection) return;
  connection = next;
  for (const watcher of watchers) watcher();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Whether news reach us at this moment. */
export const isConnected = (): boolean => connection === "open";

/** Keeps one stream open while somebody is logged in, and has the screens ask again for what changed. */
export function useEventStream(): void {
  const client = useQueryClient();
  useEffect(() => {
    let isFirst = true;
    return keepStream(address("/events"), {
      opened: () => {
        setConnection("open");
        // Whatever happened before was not told; only a server that was started anew has another catalogue.
        const kept = isFirst ? ["session", "catalogue"] : ["session"];
        isFirst = false;
        makeStale(client, { predicate: (query) => !kept.includes(String(query.queryKey[0])) });
        for (const name of EVENT_NAMES) {
          if (name !== "detected") for (const listener of listeners.get(name) ?? []) listener({});
        }
      },
      lost: () => setConnection("lost"),
      left: () => setConnection("connecting"),
      listen: (stream) => {
        for (const name of EVENT_NAMES) {
          stream.addEventListener(name, (event) => {
            if (name !== "detected") makeStale(client, { queryKey: [name] });
            const also = ALSO_STALE[name];
            if (also) makeStale(client, { queryKey: [also] });
            const data = parsed((event as MessageEvent<string>).data);
            for (const listener of listeners.get(name) ?? []) listener(data);
          });
        }
      },
    });
  }, [client]);
}

/** Calls `act` for each event of that name. `act` must be stable. */
export function useEvent(name: EventName, act: Listener): void {
  useEffect(() => {
    const all = listeners.get(name) ?? new Set<Listener>();
    listeners.set(name, all);
    all.add(act);
    return () => {
      all.delete(act);
    };
  }, [name, act]);
}

/** Whether news still reach us. */
export function useConnection(): Connection {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => connection,
  );
}
