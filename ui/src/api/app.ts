import { queryOptions, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { get } from "./client";
import type { AppInfo, Catalogue, Found, Issue } from "./shapes";

/** What actions, triggers, types and operators there are. It changes with the server only. */
export const catalogueQuery = queryOptions({
  queryKey: ["catalogue"],
  queryFn: ({ signal }) => get<Catalogue>("/catalogue", undefined, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

/** What the app's folder holds, without the contents of its files. */
export const appQuery = queryOptions({
  queryKey: ["app"],
  queryFn: ({ signal }) => get<AppInfo>("/app", undefined, signal),
});

export const issuesQuery = queryOptions({
  queryKey: ["app", "issues"],
  queryFn: ({ signal }) => get<Issue[]>("/issues", undefined, signal),
});

export const searchQuery = (text: string) =>
  queryOptions({
    queryKey: ["app", "search", text],
    queryFn: ({ signal }) => get<Found[]>("/search", { q: text }, signal),
    enabled: text.trim().length > 1,
    placeholderData: (before) => before,
  });

export const useCatalogue = (): Catalogue => useSuspenseQuery(catalogueQuery).data;
export const useApp = (): AppInfo => useSuspenseQuery(appQuery).data;
export const useIssues = (): Issue[] => useQuery(issuesQuery).data ?? [];
