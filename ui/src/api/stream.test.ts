import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepStream } from "./stream";

/** The browser's own, without a network. */
class Stream {
  static readonly CLOSED = 2;
  static readonly made: Stream[] = [];
  readyState = 0;
  onopen = () => {};
  onerror = () => {};
  constructor(readonly url: string) {
    Stream.made.push(this);
  }
  close() {
    this.readyState = Stream.CLOSED;
  }
}

class Page extends EventTarget {
  hidden = false;
  show(isShown: boolean) {
    this.hidden = !isShown;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}
let page: Page;

beforeEach(() => {
  Stream.made.length = 0;
  page = new Page();
  vi.stubGlobal("document", page);
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Stream);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function begin() {
  const heard = { opened: vi.fn(), lost: vi.fn(), left: vi.fn(), listen: vi.fn() };
  return { ...heard, end: keepStream("/news", heard) };
}

function fails(stream: Stream | undefined, state: number) {
  if (!stream) throw new Error("There is no stream.");
  stream.readyState = state;
  stream.onerror();
}

test("a stream that was refused is opened again, and listened to", () => {
  const { lost, listen } = begin();
  fails(Stream.made[0], Stream.CLOSED);
  expect(lost).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(5000);
  expect(Stream.made).toHaveLength(2);
  expect(listen).toHaveBeenCalledTimes(2);
});

test("a connection that broke is the browser's to mend", () => {
  begin();
  fails(Stream.made[0], 0);
  vi.advanceTimersByTime(60_000);
  expect(Stream.made).toHaveLength(1);
});

test("after the end nothing is opened", () => {
  const { end } = begin();
  fails(Stream.made[0], Stream.CLOSED);
  end();
  vi.advanceTimersByTime(60_000);
  expect(Stream.made).toHaveLength(1);
});

test("a page that nobody sees lets go of its stream", () => {
  const { left, lost } = begin();
  page.show(false);
  expect(Stream.made[0]?.readyState).toBe(Stream.CLOSED);
  expect(left).toHaveBeenCalledOnce();
  expect(lost).not.toHaveBeenCalled();
  vi.advanceTimersByTime(60_000);
  expect(Stream.made).toHaveLength(1);
  page.show(true);
  expect(Stream.made).toHaveLength(2);
});

test("a page opened in the background listens once it is seen", () => {
  page.hidden = true;
  const { left, end } = begin();
  expect(Stream.made).toHaveLength(0);
  expect(left).not.toHaveBeenCalled();
  page.show(true);
  expect(Stream.made).toHaveLength(1);
  end();
  page.show(true);
  expect(Stream.made).toHaveLength(1);
});
