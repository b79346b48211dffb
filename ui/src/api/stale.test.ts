import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { makeStale } from "./stale";

/** Somebody who looks at the app, and whose questions are answered one by one. */
function looking() {
  const client = new QueryClient();
  const asked: ((answer: string) => void)[] = [];
  const observer = new QueryObserver(client, {
    queryKey: ["app"],
    queryFn: () => new Promise<string>((resolve) => asked.push(resolve)),
  });
  observer.subscribe(() => undefined);
  return { client, asked, shown: () => observer.getCurrentResult().data };
}

test("what is out for the first time is asked once more when it has come", async () => {
  const { client, asked, shown } = looking();
  makeStale(client, { queryKey: ["app"] });
  asked[0]?.("before");
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  asked[1]?.("after");
  await vi.waitFor(() => expect(shown()).toBe("after"));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(asked).toHaveLength(2);
});

test("however much happens meanwhile, it is asked once more", async () => {
  const { client, asked, shown } = looking();
  for (let news = 0; news < 3; news += 1) makeStale(client, { queryKey: ["app"] });
  asked[0]?.("before");
  await vi.waitFor(() => expect(asked.length).toBeGreaterThan(1));
  asked.at(-1)?.("after");
  await vi.waitFor(() => expect(shown()).toBe("after"));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(asked).toHaveLength(2);
});

test("what has been answered is asked again at once, and something else is not", async () => {
  const { client, asked, shown } = looking();
  asked[0]?.("before");
  await vi.waitFor(() => expect(shown()).toBe("before"));
  makeStale(client, { queryKey: ["data"] });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(asked).toHaveLength(1);
  makeStale(client, { queryKey: ["app"] });
  await vi.waitFor(() => expect(asked).toHaveLength(2));
});
