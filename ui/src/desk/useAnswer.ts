import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { get, type Params } from "../api/client";
import { useEnvironment } from "../api/environment";

/** What the server answers about the environment that is shown. `name` is the event that makes it stale. */
export function useAnswer<T>(name: string, path: string, params: Params = {}, enabled = true) {
  const env = useEnvironment();
  return useQuery({
    queryKey: [name, env, path, params],
    queryFn: ({ signal }) => get<T>(`/${env}${path}`, params, signal),
    placeholderData: keepPreviousData,
    enabled,
  });
}
