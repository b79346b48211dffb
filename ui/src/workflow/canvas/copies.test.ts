/** Copies of steps. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { applied } from "../edits";
import { FileStore } from "../FileStore";
import type { ServerFile } from "../fileState";
import { Selection } from "../Selection";
import type { Mapping, Value } from "../value";
import { stepActions } from "./useStepActions";

/** The server's part of it: results get the names that they are to have. */
async function renamed(_address: string, init: { body: string }): Promise<Response> {
  const { steps, names } = JSON.parse(init.body) as { steps: Mapping[]; names: Record<string, string> };
  const found = steps.map((one) => ({ ...one, as: names[String(one.as)] ?? one.as }));
  return new Response(JSON.stringify({ steps: found }), { headers: { "Content-Type": "application/json" } });
}

beforeEach(() => vi.stubGlobal("fetch", vi.fn(renamed)));
afterEach(() => vi.unstubAllGlobals());

async function opened(content: Value) {
  let now: ServerFile = { revision: "0", text: "", content, issues: [] };
  const store = new FileStore(
    "workflows/a.yaml",
    {
      load: async () => now,
      edit: async (_file, revision, edits) => {
        now = { ...now, revision: String(Number(revision) + 1), content: applied(now.content, edits) };
        return now;
      },
      write: async () => now,
    },
    vi.fn(),
  );
  await store.load();
  const open = { store, selection: new Selection(), actions: new Map(), readOnly: false };
  const names = () => (store.state().content as { steps: Mapping[] }).steps.map((step) => step.as);
  return { act: stepActions(open), names };
}

test("who duplicates a step twice in a moment gets two copies with names of their own", async () => {
  const { act, names } = await opened({ steps: [{ do: "create_thing", as: "order" }] });
  act.duplicate([["steps", 0]]);
  act.duplicate([["steps", 0]]);
  await vi.waitFor(() => expect(names()).toHaveLength(3));
  expect(names()).toEqual(["order", "order_3", "order_2"]);
});

test("a copy that cannot be made does not keep the next from being made", async () => {
  const { act, names } = await opened({ steps: [{ do: "create_thing", as: "order" }] });
  vi.stubGlobal("fetch", vi.fn().mockRejectedValueOnce(new TypeError("away")).mockImplementation(renamed));
  act.duplicate([["steps", 0]]);
  act.duplicate([["steps", 0]]);
  await vi.waitFor(() => expect(names()).toEqual(["order", "order_2"]));
});
