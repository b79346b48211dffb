import { queryOptions } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { ApiError, carryToken, get, post, remove } from "./client";
import type { Role, Session } from "./shapes";

const RANK: Record<Role, number> = { view: 0, operate: 1, edit: 2 };

/** The one-time token in the address (`#token=…`): read, and taken out of the address, before the router looks at it. */
let given = tokenInAddress();

function tokenInAddress(): string {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) history.replaceState(null, "", location.pathname + location.search);
  return token ?? "";
}

/** Who we are; a one-time token logs in first. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async (): Promise<Session | null> => {
    if (given) {
      const token = given;
      given = "";
      try {
        return keep(await post<Session>("/session", { token }));
      } catch (error) {
        // The link was used before: perhaps by this very browser, whose session is still good.
        if (!(error instanceof ApiError) || error.status === 0) throw error;
      }
    }
    try {
      return keep(await get<Session>("/session"));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
});

function keep(session: Session): Session {
  carryToken(session.csrf);
  return session;
}

export async function logIn(name: string, password: string): Promise<Session> {
  return keep(await post<Session>("/session", { name, password }));
}

/** Who is in by now: perhaps another tab of this browser has logged in. */
export const lookAgain = async (): Promise<Session> => keep(await get<Session>("/session"));

/** Takes over the session that another tab of this browser began, if it is of the same account. */
export async function followSession(name: string | undefined): Promise<boolean> {
  const session = await get<Session>("/session");
  if (session.name !== name) return false;
  keep(session);
  return true;
}

export const logOut = (): Promise<unknown> => remove("/session");

/** The session of whoever is logged in; above everything that is shown to them. */
export const SessionContext = createContext<Session | null>(null);

/** The session; only for what is shown to somebody who is logged in. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("Nobody is logged in.");
  return session;
}

/** Whether whoever is logged in may do what needs this role. */
export function useMay(role: Role): boolean {
  return RANK[useSession().role] >= RANK[role];
}
