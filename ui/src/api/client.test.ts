import { afterEach, expect, test, vi } from "vitest";
import { ApiError, address, carryToken, errorOf, get, onLoggedOut, post } from "./client";

afterEach(() => vi.unstubAllGlobals());

function answers(status: number, body: unknown) {
  const asked = vi.fn(
    async () => new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } }),
  );
  vi.stubGlobal("fetch", asked);
  return asked as unknown as { mock: { calls: [string, RequestInit][] } };
}

test("an address leaves out what is not given", () => {
  expect(address("/development/runs", { workflow: "orders paid", state: "", before: undefined, limit: 0 })).toBe(
    "/editor/api/development/runs?workflow=orders+paid&limit=0",
  );
});

test("a change carries the session's token, a question does not", async () => {
  const asked = answers(200, { fine: true });
  carryToken("abc");
  await post("/app", { a: 1 });
  await get("/app");
  const [change, question] = asked.mock.calls.map(([, init]) => init);
  expect(change).toMatchObject({ method: "POST", headers: { "X-Offpage-Csrf": "abc" }, body: '{"a":1}' });
  expect(question).toMatchObject({ method: "GET" });
  expect(question?.headers).not.toHaveProperty("X-Offpage-Csrf");
});

test("an error keeps its code, its sentence and what else was said", async () => {
  answers(409, { error: { code: "CONFLICT", message: "The file changed.", theirs: "b" } });
  const error = await post("/files/a.yaml/edits").catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({
    status: 409,
    code: "CONFLICT",
    message: "The file changed.",
    details: { theirs: "b" },
  });
});

test("what meets the end of the session is asked again once somebody is in, a wrong password is not", async () => {
  const asked = answers(401, { error: { code: "UNAUTHORIZED", message: "Log in." } });
  const noticed = vi.fn(async () => {
    answers(200, { fine: true });
    carryToken("new");
  });
  onLoggedOut(noticed);
  await post("/session", {}).catch(() => {});
  expect(noticed).not.toHaveBeenCalled();
  expect(await post("/app", { a: 1 })).toEqual({ fine: true });
  expect(noticed).toHaveBeenCalledOnce();
  expect(asked.mock.calls).toHaveLength(2);
});

test("an answer that is no error of ours still makes a sentence", () => {
  expect(errorOf(502, "<html>").message).toBe("The server said 502 and did not say why.");
});
