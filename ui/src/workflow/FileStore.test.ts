import { expect, test, vi } from "vitest";
import { ApiError } from "../api/client";
import { applied, type Edit } from "./edits";
import { FileStore } from "./FileStore";
import type { ServerFile, Transport } from "./fileState";
import { kept } from "./kept";
import type { Value } from "./value";

/** A server that keeps files as JSON text, and answers when it is let. */
function server(content: Value) {
  let version = 1;
  const reply = (value: Value): ServerFile => ({
    revision: `r${version}`,
    text: JSON.stringify(value),
    content: value,
    issues: [],
  });
  let now = reply(content);
  /** What the file was at each revision. */
  const former = new Map<string, Keys>([[now.revision, content as Keys]]);
  const become = (value: Value): ServerFile => {
    version += 1;
    now = reply(value);
    former.set(now.revision, value as Keys);
    return now;
  };
  let gate: Promise<void> = Promise.resolve();
  const sent: Edit[][] = [];
  let others: Record<string, Value> | null = null;
  const transport: Transport = {
    load: async () => now,
    edit: async (_file, revision, edits) => {
      await gate;
      if (revision !== now.revision) {
        throw new ApiError(409, "CONFLICT", "Changed.", { base: "b", yours: "y", theirs: now.text });
      }
      sent.push([...edits]);
      const merged = others !== null;
      if (others) become({ ...(now.content as Keys), ...others });
      others = null;
      const before = now.text;
      return { ...become(applied(now.content, edits)), merged, before };
    },
    write: async (_file, revision, text, merge) => {
      if (revision === now.revision) return become(JSON.parse(text));
      if (!merge) throw new ApiError(409, "CONFLICT", "Changed.", {});
      const before = now.text;
      return {
        ...become(mergedKeys(former.get(revision) ?? {}, JSON.parse(text), now.content as Keys)),
        merged: true,
        before,
      };
    },
  };
  return {
    transport,
    sent,
    content: () => now.content,
    hold: () => {
      let open = () => {};
      gate = new Promise((done) => {
        open = done;
      });
      return () => open();
    },
    /** What somebody else has changed before the next edit comes. */
    mergeNext: (changes: Record<string, Value>) => {
      others = changes;
    },
    changeOutside: (value: Value) => {
      become(value);
    },
  };
}

type Keys = Record<string, Value>;

/** `theirs` with those keys as in `yours` that are others there than in `base`. */
function mergedKeys(base: Keys, yours: Keys, theirs: Keys): Keys {
  const merged = { ...theirs };
  for (const key of new Set([...Object.keys(base), ...Object.keys(yours)])) {
    if (yours[key] === base[key]) continue;
    if (yours[key] === undefined) delete merged[key];
    else merged[key] = yours[key];
  }
  return merged;
}

async function opened(content: Value) {
  const outside = server(content);
  const failed = vi.fn();
  const store = new FileStore("a.yaml", outside.transport, failed);
  await store.load();
  return { store, failed, ...outside };
}

test("an edit is shown before the server has answered, and those made meanwhile go together", async () => {
  const { store, sent, hold, content } = await opened({ label: "A" });
  const open = hold();
  store.edit([{ op: "set", path: ["label"], value: "B" }]);
  store.edit([{ op: "set", path: ["note"], value: "n" }]);
  store.edit([{ op: "set", path: ["label"], value: "C" }]);
  expect(store.state().content).toEqual({ label: "C", note: "n" });
  expect(store.state().saving).toBe(true);
  open();
  await store.idle();
  expect(sent.map((edits) => edits.length)).toEqual([1, 2]);
  expect(content()).toEqual({ label: "C", note: "n" });
  expect(store.state().saving).toBe(false);
});

test("undo and redo restore whole texts, and typing in one place is one step", async () => {
  const { store } = await opened({ label: "A" });
  for (const value of ["B", "BC", "BCD"]) {
    store.edit([{ op: "set", path: ["label"], value }], "label");
    await store.idle();
  }
  store.edit([{ op: "set", path: ["note"], value: "n" }], "note");
  await store.idle();
  await store.undo();
  expect(store.state().content).toEqual({ label: "BCD" });
  await store.undo();
  expect(store.state().content).toEqual({ label: "A" });
  expect(store.state().canUndo).toBe(false);
  await store.redo();
  await store.redo();
  expect(store.state().content).toEqual({ label: "BCD", note: "n" });
});

test("who goes on after undo cannot redo what was undone", async () => {
  const { store } = await opened({ label: "A" });
  store.edit([{ op: "set", path: ["label"], value: "B" }]);
  await store.idle();
  await store.undo();
  store.edit([{ op: "set", path: ["label"], value: "C" }]);
  await store.idle();
  expect(store.state().canRedo).toBe(false);
  await store.undo();
  expect(store.state().content).toEqual({ label: "A" });
});

test("a change on disk becomes a conflict, which either side can win", async () => {
  const { store, changeOutside, content } = await opened({ label: "A" });
  changeOutside({ label: "Theirs" });
  store.edit([{ op: "set", path: ["label"], value: "Mine" }]);
  await store.idle();
  expect(store.state().conflict?.theirs).toBe('{"label":"Theirs"}');
  await store.resolve("yours", '{"label":"Mine"}');
  expect(content()).toEqual({ label: "Mine" });
  expect(store.state().conflict).toBeNull();
});

test("a conflict with a text too old to compare is told, and what is on disk is shown", async () => {
  const { store, failed, transport, changeOutside } = await opened({ label: "A" });
  changeOutside({ label: "Theirs" });
  transport.edit = async () => {
    throw new ApiError(409, "CONFLICT", "Load it again.", { theirs: "label: Theirs" });
  };
  store.edit([{ op: "set", path: ["label"], value: "Mine" }]);
  await store.idle();
  expect(failed).toHaveBeenCalledOnce();
  expect(store.state().conflict).toBeNull();
  await vi.waitFor(() => expect(store.state().content).toEqual({ label: "Theirs" }));
});

test("what cannot be done is told, and the file is as the server has it", async () => {
  const { store, failed } = await opened({ label: "A" });
  store.edit([{ op: "remove", path: ["nothing"] }]);
  expect(failed).toHaveBeenCalledOnce();
  expect(store.state().content).toEqual({ label: "A" });
});

test("parts that say the same stay the same objects", () => {
  const old = { steps: [{ do: "a" }, { do: "b" }], label: "A" };
  const next = kept(old, { steps: [{ do: "a" }, { do: "c" }], label: "A" }) as typeof old;
  expect(next.steps[0]).toBe(old.steps[0]);
  expect(next.steps[1]).not.toBe(old.steps[1]);
  expect(kept(old, structuredClone(old))).toBe(old);
});

test("what is on its way counts for what is edited meanwhile", async () => {
  const { hold, content, store } = await opened({ label: "a" });
  const open = hold();
  store.edit([{ op: "set", path: ["parameters", "order"], value: "text" }]);
  store.edit([{ op: "rename", path: ["parameters", "order"], name: "sale" }]);
  expect(store.state().content).toEqual({ label: "a", parameters: { sale: "text" } });
  open();
  await store.idle();
  expect(content()).toEqual({ label: "a", parameters: { sale: "text" } });
});

test("undo takes back what we did, and leaves what somebody else has changed meanwhile", async () => {
  const { store, changeOutside, content } = await opened({ label: "A" });
  store.edit([{ op: "set", path: ["label"], value: "B" }]);
  await store.idle();
  store.edit([{ op: "set", path: ["color"], value: "red" }]);
  await store.idle();
  changeOutside({ label: "B", color: "red", note: "by somebody else" });
  await store.load();
  await store.undo();
  expect(content()).toEqual({ label: "B", note: "by somebody else" });
  await store.undo();
  expect(content()).toEqual({ label: "A", note: "by somebody else" });
  await store.redo();
  await store.redo();
  expect(content()).toEqual({ label: "B", color: "red", note: "by somebody else" });
});

test("also where the server has merged it with an edit of ours", async () => {
  const { store, mergeNext, content } = await opened({ label: "A" });
  mergeNext({ note: "by somebody else" });
  store.edit([{ op: "set", path: ["color"], value: "red" }]);
  await store.idle();
  await store.undo();
  expect(content()).toEqual({ label: "A", note: "by somebody else" });
});

test("typing that goes on after somebody else's change is another step of undo", async () => {
  const { store, changeOutside, content } = await opened({ label: "A" });
  store.edit([{ op: "set", path: ["label"], value: "B" }], "label");
  await store.idle();
  changeOutside({ label: "B", note: "by somebody else" });
  await store.load();
  store.edit([{ op: "set", path: ["label"], value: "BC" }], "label");
  await store.idle();
  await store.undo();
  await store.undo();
  expect(content()).toEqual({ label: "A", note: "by somebody else" });
});

test("a file that was read before an edit and comes after it is not taken for what is there now", async () => {
  const made = server({ label: "a" });
  let answer = () => {};
  const held = new Promise<void>((done) => {
    answer = done;
  });
  let isHeld = false;
  const transport: Transport = {
    ...made.transport,
    load: async (file) => {
      const loaded = await made.transport.load(file);
      if (isHeld) await held;
      isHeld = false;
      return loaded;
    },
  };
  const store = new FileStore("workflows/a.yaml", transport, vi.fn());
  await store.load();
  isHeld = true;
  const late = store.load();
  store.edit([{ op: "set", path: ["label"], value: "b" }]);
  await store.idle();
  answer();
  await late;
  expect(store.state().content).toEqual({ label: "b" });
  store.edit([{ op: "set", path: ["label"], value: "c" }]);
  await store.idle();
  expect(store.state().conflict).toBeNull();
  expect(made.content()).toEqual({ label: "c" });
});

test("what changes while the file is being read is read as well", async () => {
  const { transport } = server({ label: "A" });
  const answers: ((file: ServerFile) => void)[] = [];
  const read = (text: string): ServerFile => ({ revision: text, text, content: { label: text }, issues: [] });
  const slow: Transport = { ...transport, load: () => new Promise((resolve) => answers.push(resolve)) };
  const store = new FileStore("app.yaml", slow, () => {});
  const done = Promise.all([store.load(), store.load()]);
  for (const text of ["before", "after"]) {
    await vi.waitFor(() => expect(answers.length).toBeGreaterThan(0));
    answers.shift()?.(read(text));
  }
  await done;
  expect(store.state().content).toEqual({ label: "after" });
});
