/** Asks the server. Everything the editor knows comes through here, so that errors and the session are met in one place. */

const PREFIX = "/editor/api";

/** What the server says when it cannot do what it was asked: a sentence for people, a code for programs. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = "ApiError";
  }
}

export type Params = Record<string, string | number | boolean | null | undefined>;
type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

let csrf = "";
let whenLoggedOut: (() => Promise<void>) | undefined;

/** What every changing request carries from now on. */
export function carryToken(token: string): void {
  csrf = token;
}

/** What is waited for when the server no longer knows who we are: then it is asked once more. */
export function onLoggedOut(act: () => Promise<void>): void {
  whenLoggedOut = act;
}

let whenStale: (() => Promise<boolean>) | undefined;

/** What is done where the session is another one by now (another tab has logged in): whether to ask once more. */
export function onStale(act: () => Promise<boolean>): void {
  whenStale = act;
}

/** The address of something, for links and downloads. */
export function address(path: string, params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== null && value !== "") query.set(name, String(value));
  }
  const text = query.toString();
  return `${PREFIX}${path}${text ? `?${text}` : ""}`;
}

async function ask<T>(
  method: Method,
  path: string,
  params: Params | undefined,
  body: unknown,
  signal?: AbortSignal,
  isRepeated = false,
): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (signal) init.signal = signal;
  if (method !== "GET") {
    headers["X-Offpage-Csrf"] = csrf;
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(body ?? {});
  }
  let reply: Response;
  try {
    reply = await fetch(address(path, params), init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "UNREACHABLE", "The server does not answer. Does it still run?");
  }
  const text = await reply.text();
  const answer: unknown = text && isJson(reply) ? JSON.parse(text) : text;
  if (reply.ok) return answer as T;
  const error = errorOf(reply.status, answer);
  if (error.status === 401 && path !== "/session" && whenLoggedOut) {
    await whenLoggedOut();
    return ask(method, path, params, body, signal);
  }
  if (error.code === "STALE_PAGE" && !isRepeated && (await whenStale?.())) {
    return ask(method, path, params, body, signal, true);
  }
  throw error;
}

function isJson(reply: Response): boolean {
  return (reply.headers.get("content-type") ?? "").includes("json");
}

/** The error in an answer, whatever shape it has. */
export function errorOf(status: number, answer: unknown): ApiError {
  const error = answer && typeof answer === "object" ? (answer as { error?: unknown }).error : undefined;
  if (error && typeof error === "object") {
    const { code, message, ...details } = error as Record<string, unknown>;
    return new ApiError(status, String(code ?? status), String(message ?? `The server said ${status}.`), details);
  }
  return new ApiError(status, String(status), `The server said ${status} and did not say why.`);
}

export const get = <T>(path: string, params?: Params, signal?: AbortSignal): Promise<T> =>
  ask("GET", path, params, undefined, signal);
export const post = <T>(path: string, body?: unknown, signal?: AbortSignal): Promise<T> =>
  ask("POST", path, undefined, body, signal);
export const put = <T>(path: string, body?: unknown): Promise<T> => ask("PUT", path, undefined, body);
export const patch = <T>(path: string, body?: unknown): Promise<T> => ask("PATCH", path, undefined, body);
export const remove = <T>(path: string, body?: unknown): Promise<T> => ask("DELETE", path, undefined, body);
