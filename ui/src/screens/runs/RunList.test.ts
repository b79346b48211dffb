import { expect, test } from "vitest";
import type { RunRow } from "../../desk/runs";
import { PAGE, RunList, type Source } from "./RunList";

const row = (seq: number) => ({ seq, id: `r${seq}` }) as RunRow;

/** A server that has runs 1 to `last`, and counts how often it is asked. */
function server(last: number) {
  const asked: string[] = [];
  const source: Source & { last: number; asked: string[] } = {
    last,
    asked,
    outline: async () => {
      asked.push("outline");
      const marks = Array.from({ length: Math.ceil(source.last / PAGE) }, (_, at) => source.last - at * PAGE);
      return { total: source.last, more: false, every: PAGE, marks };
    },
    page: async (filter, before = source.last + 1) => {
      asked.push(`page ${before}`);
      if (filter.text) {
        const low = Math.max(1, before - 1_000);
        const lines = low === 1 ? [row(1)] : [];
        return { lines, cursor: low > 1 ? low : null };
      }
      const lines = Array.from({ length: Math.min(PAGE, before - 1) }, (_, at) => row(before - 1 - at));
      return { lines, cursor: null };
    },
  };
  return source;
}

test("only what is looked at is loaded, wherever that is", async () => {
  const source = server(100_000);
  const list = new RunList(source, {});
  await list.refresh();
  expect(list.state().total).toBe(100_000);
  expect(list.row(0)?.seq).toBe(100_000);
  expect(list.row(50_000)).toBeUndefined();
  list.show(50_000, 50_030);
  await Promise.resolve().then(() => new Promise((done) => setTimeout(done)));
  expect(list.row(50_000)?.seq).toBe(50_000);
  expect(source.asked).toEqual(["outline", "page 100001", "page 50001"]);
});

test("what is new comes in together with the rows that are seen", async () => {
  const source = server(250);
  const list = new RunList(source, {});
  await list.refresh();
  source.last = 253;
  let blinked = false;
  list.watch(() => {
    blinked ||= list.row(0) === undefined;
  });
  await list.refresh();
  expect([list.state().total, list.row(0)?.seq, blinked]).toEqual([253, 253, false]);
  expect(list.indexOf("r250")).toBe(3);
});

test("a search for words goes on by itself until it has found something or is at the end", async () => {
  const source = server(4_500);
  const list = new RunList(source, { text: "needle" });
  await list.refresh();
  expect(list.state()).toMatchObject({ total: 1, isLooking: false, isReady: true });
  expect(source.asked).toHaveLength(5);
});

test("a list that has become shorter is asked for anew", async () => {
  const source = server(1_000);
  const list = new RunList(source, {});
  await list.refresh();
  const page = source.page;
  source.page = async (filter, before) => (before === 101 ? { lines: [], cursor: null } : page(filter, before));
  list.show(900, 930);
  source.last = 900;
  await new Promise((done) => setTimeout(done));
  expect(list.state().total).toBe(900);
});

test("an error is kept for whoever looks", async () => {
  const source = server(1);
  source.outline = async () => {
    throw new Error("The server does not answer.");
  };
  const list = new RunList(source, {});
  await list.refresh();
  expect(list.state().error?.message).toBe("The server does not answer.");
});

test("news that come faster than the server answers do not keep the list from being shown", async () => {
  const source = server(250);
  const { outline } = source;
  const list = new RunList(source, {});
  const shown: boolean[] = [];
  source.outline = async (filter) => {
    const answer = await outline(filter);
    shown.push(list.state().isReady);
    if (shown.length < 3) void list.refresh();
    return answer;
  };
  await list.refresh();
  expect(shown).toEqual([false, true, true]);
});

test("news do not stop the looking further back of whoever has scrolled down", async () => {
  const source = server(10_000);
  const list = new RunList(source, { text: "needle" });
  const { page } = source;
  source.page = async (filter, before) => {
    if (before === undefined)
      return { lines: Array.from({ length: PAGE }, (_, at) => row(10_000 - at)), cursor: 9_900 };
    await list.refresh(); // news come while the server looks
    return page(filter, before);
  };
  await list.refresh();
  list.show(80, PAGE - 1);
  await expect.poll(() => list.state()).toMatchObject({ total: PAGE + 1, isLooking: false });
});
