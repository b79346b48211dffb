import { expect, test } from "vitest";
import { applied } from "../edits";
import { allSteps, moving } from "../steps";
import type { Path, Value } from "../value";
import { nextSpot } from "./useStepActions";

const file: Value = { steps: [{ do: "a" }, { do: "branch", steps: [{ do: "b" }], else: [{ do: "c" }] }, { do: "d" }] };

/** The orders that a step goes through when it is moved again and again, blocks with their depth. */
function way(from: Path, by: 1 | -1): string[] {
  let content: Value = file;
  let path = from;
  const seen: string[] = [];
  for (let n = 0; n < 20; n += 1) {
    const spot = nextSpot(content, path, by);
    const move = spot && moving(content, path, spot);
    if (!move) return seen;
    content = applied(content, move.edits);
    path = move.path;
    seen.push(
      `${path.join("/")}: ${allSteps(content)
        .map(({ step }) => step.do)
        .join(" ")}`,
    );
  }
  throw new Error("It never ends.");
}

test("Alt+Down leads a step through blocks to the end, Alt+Up back to the beginning", () => {
  expect(way(["steps", 0], 1)).toEqual([
    "steps/0/steps/0: branch a b c d",
    "steps/0/steps/1: branch b a c d",
    "steps/0/else/0: branch b a c d",
    "steps/0/else/1: branch b c a d",
    "steps/1: branch b c a d",
    "steps/2: branch b c d a",
  ]);
  expect(way(["steps", 2], -1).at(-1)).toBe("steps/0: d a branch b c");
});
