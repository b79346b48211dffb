import { useMemo } from "react";
import { post } from "../../api/client";
import { tell, tellError } from "../../api/notify";
import { copied, pasted } from "../clipboard";
import { type Open, useOpen } from "../context";
import type { Edit } from "../edits";
import { freshNames, moving, spotAfter } from "../steps";
import { at, isMapping, isWithin, type Mapping, type Path, pathKey, type Spot } from "../value";

export interface StepActions {
  add: (spot: Spot, step: Mapping) => void;
  copy: (paths: readonly Path[]) => void;
  cut: (paths: readonly Path[]) => void;
  paste: (after: Path | null) => Promise<void>;
  duplicate: (paths: readonly Path[]) => void;
  remove: (paths: readonly Path[]) => void;
  /** Moves a step one place up or down, into and out of blocks on its way. */
  step: (path: Path, by: 1 | -1) => void;
  toggle: (path: Path, enable: boolean) => void;
}

export function useStepActions(): StepActions {
  const open = useOpen();
  return useMemo(() => stepActions(open), [open]);
}

/** Copies that are being put in. Each waits for those before it: only then is it known which names are free. */
let putting: Promise<unknown> = Promise.resolve();

export function stepActions({ store, selection, actions }: Open): StepActions {
  const content = () => store.state().content ?? {};
  const steps = (paths: readonly Path[]): Mapping[] =>
    outermost(paths)
      .map((path) => at(content(), path))
      .filter(isMapping);
  const put = (spot: Spot, added: readonly Mapping[]) => {
    store.edit(added.map((value, n): Edit => ({ op: "insert", path: spot.list, index: spot.index + n, value })));
    const paths = added.map((_, n) => [...spot.list, spot.index + n]);
    if (paths[0]) selection.select(paths[0]);
    if (paths.length > 1) selection.mark(paths);
  };
  /** Puts steps in whose results are called something that is free here. */
  const putCopies = (where: () => Spot, copies: Promise<Mapping[]> | Mapping[]): Promise<void> => {
    const before = putting;
    const done = (async () => {
      const [added] = await Promise.all([copies, before]);
      const names = freshNames(content(), added);
      const clashes = Object.keys(names).length > 0;
      put(
        where(),
        clashes ? (await post<{ steps: Mapping[] }>("/steps/renamed", { steps: added, names })).steps : added,
      );
    })();
    putting = done.catch(() => {});
    return done;
  };
  const end = (): Spot => {
    const list = at(content(), ["steps"]);
    return { list: ["steps"], index: Array.isArray(list) ? list.length : 0 };
  };
  const remove = (paths: readonly Path[]) => {
    // From the last to the first: so each still stands where its path says.
    const last = outermost(paths).reverse();
    store.edit(last.map((path): Edit => ({ op: "remove", path })));
    selection.select(null);
  };
  const copy = (paths: readonly Path[]) => void copied(steps(paths)).then(() => tell("Copied as YAML."), tellError);
  return {
    add: (spot, step) => {
      put(spot, [step]);
      // On to its first property, if it has one: whoever adds a step fills it in next.
      const path = [...spot.list, spot.index];
      const first = actions.get(String(step.do))?.props[0];
      if (first) selection.select(path, [...path, "with", first.name]);
    },
    copy,
    cut: (paths) => {
      copy(paths);
      remove(paths);
    },
    paste: async (after) => {
      try {
        await putCopies(() => (after ? spotAfter(after) : end()), pasted());
      } catch (error) {
        tellError(error);
      }
    },
    duplicate: (paths) => {
      const last = outermost(paths).at(-1);
      if (last) void putCopies(() => spotAfter(last), steps(paths)).catch(tellError);
    },
    remove,
    step: (path, by) => {
      const spot = nextSpot(content(), path, by);
      const move = spot && moving(content(), path, spot);
      if (!move) return;
      store.edit(move.edits);
      selection.select(move.path);
    },
    toggle: (path, enable) => {
      const place = [...path, "disabled"];
      store.edit([enable ? { op: "remove", path: place } : { op: "set", path: place, value: true }]);
    },
  };
}

/** Paths in reading order, without those that lie in others. */
function outermost(paths: readonly Path[]): Path[] {
  const sorted = [...paths].sort((a, b) => pathKey(a).localeCompare(pathKey(b), "en", { numeric: true }));
  return sorted.filter((path) => !sorted.some((other) => other !== path && isWithin(path, other)));
}

/** Where a step goes with one move up or down: past a neighbour, into a block that is one, out of the block it ends. */
export function nextSpot(content: unknown, path: Path, by: 1 | -1): Spot | null {
  const list = path.slice(0, -1);
  const index = path.at(-1) as number;
  const neighbours = at(content as Mapping, list);
  if (!Array.isArray(neighbours)) return null;
  const neighbour = neighbours[index + by];
  if (isMapping(neighbour)) {
    const holder = by === 1 ? "steps" : "else" in neighbour ? "else" : "steps";
    const inner = neighbour[holder];
    if (Array.isArray(inner)) {
      return { list: [...list, index + by, holder], index: by === 1 ? 0 : inner.length };
    }
    return { list, index: by === 1 ? index + 2 : index - 1 };
  }
  if (list.length < 3) return null;
  const block = list.slice(0, -1);
  const other = list.at(-1) === "steps" && by === 1 ? "else" : list.at(-1) === "else" && by === -1 ? "steps" : "";
  const beside = other ? at(content as Mapping, [...block, other]) : undefined;
  if (Array.isArray(beside)) return { list: [...block, other], index: by === 1 ? 0 : beside.length };
  return by === 1 ? spotAfter(block) : { list: block.slice(0, -1), index: block.at(-1) as number };
}
