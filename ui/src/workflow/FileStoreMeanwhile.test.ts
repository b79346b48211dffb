/** What happens to a file while something else is on its way. */
import { expect, test, vi } from "vitest";
import { ApiError } from "../api/client";
import { applied, type Edit } from "./edits";
import { FileStore } from "./FileStore";
import type { ServerFile, Transport } from "./fileState";
import type { Value } from "./value";

/** A file of steps, and a server that makes edits as ours does: a step is found again where it stands now. */
function serverOf(...names: string[]) {
  const texts = new Map<string, string[]>([["r0", names]]);
  let now = "r0";
  const add = (steps: string[]): string => {
    const revision = `r${texts.size}`;
    texts.set(revision, steps);
    return revision;
  };
  const file = (revision: string): ServerFile => {
    const steps = texts.get(revision) ?? [];
    return { revision, text: steps.join("\n"), content: { steps: [...steps] }, issues: [] };
  };
  const merged = (revision: string, mine: string[]): ServerFile => {
    const base = texts.get(revision) ?? [];
    if (revision === now) {
      now = add(mine);
      return file(now);
    }
    const theirs = texts.get(now) ?? [];
    const made = theirs.map((step) => (base.includes(step) ? (mine[base.indexOf(step)] ?? step) : step));
    const yours = add(mine);
    now = add(made);
    const before = theirs.join("\n");
    return { ...file(now), merged: true, before, yours: mine.join("\n"), yours_revision: yours };
  };
  const transport: Transport = {
    load: async () => file(now),
    edit: async (_file, revision, edits) => merged(revision, stepsOf(applied(file(revision).content, edits))),
    write: async (_file, revision, text) => merged(revision, text.split("\n")),
  };
  return {
    transport,
    steps: () => texts.get(now) ?? [],
    changeOutside: (change: (steps: string[]) => string[]) => {
      now = add(change(texts.get(now) ?? []));
    },
  };
}

const stepsOf = (content: Value): string[] => (content as { steps: string[] }).steps;
const step = (index: number, value: string): Edit[] => [{ op: "set", path: ["steps", index], value }];

async function opened(...names: string[]) {
  const server = serverOf(...names);
  const store = new FileStore("workflows/a.yaml", server.transport, vi.fn());
  await store.load();
  return { store, ...server };
}

test("what is edited while somebody else's step comes in goes to the step that was meant", async () => {
  const { store, steps, changeOutside } = await opened("first", "second", "third");
  changeOutside((all) => ["theirs", ...all]);
  store.edit(step(1, "second, longer"));
  store.edit(step(1, "second, longer still")); // before the first is answered
  expect(store.state().content).toEqual({ steps: ["first", "second, longer still", "third"] });
  await store.idle();
  expect(steps()).toEqual(["theirs", "first", "second, longer still", "third"]);
  expect(store.state().content).toEqual({ steps: steps() });
  await store.undo();
  await store.undo();
  expect(steps()).toEqual(["theirs", "first", "second", "third"]);
});

test("the file goes on where what is edited stands elsewhere by then", async () => {
  const { store, steps, changeOutside } = await opened("first", "second", "third");
  changeOutside((all) => all.slice(1));
  store.edit(step(2, "third, longer"));
  store.edit(step(2, "third, longer still"));
  await store.idle();
  expect(steps()).toEqual(["second", "third, longer still"]);
  expect(store.state()).toMatchObject({ saving: false, content: { steps: steps() } });
});

test("what is edited while an undo is on its way goes to the step that was seen then", async () => {
  const { store, transport, steps } = await opened("first", "second");
  store.edit([{ op: "insert", path: ["steps"], index: 0, value: "new" }]);
  await store.idle();
  const { write } = transport;
  transport.write = async (...args) => {
    const answer = await write(...args);
    store.edit(step(1, "first, longer"));
    return answer;
  };
  await store.undo();
  await store.idle();
  expect(steps()).toEqual(["first, longer", "second"]);
});

test("news that come while an edit is on its way are looked at afterwards", async () => {
  const { store, transport, changeOutside } = await opened("first");
  const { edit } = transport;
  transport.edit = async (...args) => {
    const answer = await edit(...args);
    changeOutside((all) => [...all, "theirs"]);
    await store.load(); // the news of it are faster than the answer
    return answer;
  };
  store.edit(step(0, "first, longer"));
  await vi.waitFor(() => expect(store.state().content).toEqual({ steps: ["first, longer", "theirs"] }));
});

test("an undo begins when the one before it has ended", async () => {
  const { store, transport, steps } = await opened("A");
  for (const value of ["B", "C"]) {
    store.edit(step(0, value));
    await store.idle();
  }
  let under = 0;
  const { write } = transport;
  transport.write = async (...args) => {
    under += 1;
    expect(under).toBe(1);
    await new Promise((done) => setTimeout(done));
    under -= 1;
    return write(...args);
  };
  await Promise.all([store.undo(), store.undo()]);
  expect(steps()).toEqual(["A"]);
  await Promise.all([store.redo(), store.redo()]);
  expect(steps()).toEqual(["C"]);
});

test("what is typed while the server finds a conflict is part of what one may keep", async () => {
  const { store, transport, steps } = await opened("A");
  const { edit } = transport;
  transport.edit = async (_file, _revision, edits) => {
    const yours = stepsOf(applied({ steps: ["A"] }, edits)).join("\n");
    throw new ApiError(409, "CONFLICT", "Changed.", { base: "A", yours, theirs: "X" });
  };
  store.edit(step(0, "B"));
  store.edit(step(0, "BC"));
  await vi.waitFor(() => expect(store.state().conflict).not.toBeNull());
  transport.edit = edit;
  await store.resolve("yours");
  expect(steps()).toEqual(["BC"]);
});

test("what is typed and not edited yet is told before what somebody else has made of the file comes", async () => {
  const { store, steps, changeOutside } = await opened("first", "second");
  const moved = vi.fn();
  store.onMoved((where) => moved(where(["steps", 1])));
  let typed = "second, longer";
  store.onTaking(() => {
    if (typed) store.edit(step(1, typed));
    typed = "";
  });
  changeOutside((all) => ["theirs", ...all]);
  await store.load();
  await vi.waitFor(() => expect(store.state().content).toEqual({ steps: ["theirs", "first", "second, longer"] }));
  expect(steps()).toEqual(["theirs", "first", "second, longer"]);
  expect(moved.mock.calls).toEqual([[["steps", 2]]]);
});
