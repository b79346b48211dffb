import { oneAtATime } from "../../api/oneAtATime";
import type { RunFilter, RunOutline, RunPage, RunRow } from "../../desk/runs";

export const PAGE = 100;

/** Where a list of runs is read from. */
export interface Source {
  outline: (filter: RunFilter) => Promise<RunOutline>;
  page: (filter: RunFilter, before: number | undefined) => Promise<RunPage>;
}

export interface Listed {
  /** How many rows there are to scroll through. */
  total: number;
  more: boolean;
  isReady: boolean;
  /** Words are still being looked for further back. */
  isLooking: boolean;
  error: Error | null;
}

/**
 * A list of runs of which only what is looked at is loaded, page by page, from anywhere. What is new comes in by
 * `refresh`, at once with the pages that are seen, so that rows never blink. A list that looks for words grows from its top.
 */
export class RunList {
  private pages = new Map<number, RunRow[]>();
  private marks: number[] = [];
  private seen: [number, number] = [0, 0];
  private cursor: number | null | undefined;
  private loading = new Set<number>();
  private watchers = new Set<() => void>();
  private turn = 0;
  private listed: Listed = { total: 0, more: false, isReady: false, isLooking: false, error: null };

  constructor(
    private readonly source: Source,
    private readonly filter: RunFilter,
  ) {}

  state = (): Listed => this.listed;

  watch = (act: () => void): (() => void) => {
    this.watchers.add(act);
    return () => this.watchers.delete(act);
  };

  row(index: number): RunRow | undefined {
    return this.pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  indexOf(id: string): number {
    for (const [page, rows] of this.pages) {
      const at = rows.findIndex((row) => row.id === id);
      if (at >= 0) return page * PAGE + at;
    }
    return -1;
  }

  /** These rows are looked at: load what is missing of them. */
  show(first: number, last: number): void {
    this.seen = [first, last];
    if (this.filter.text) {
      if (last + 20 >= this.listed.total && this.cursor) void this.further();
      return;
    }
    for (const page of this.seenPages()) if (!this.pages.has(page)) void this.load(page, this.turn);
  }

  /** Ask again for how many there are and for the pages that are looked at. */
  readonly refresh = oneAtATime(() => this.read());

  private async read(): Promise<void> {
    // Whoever looks further down a list of what was found stays there, and what is being looked for comes.
    if (this.filter.text && this.listed.isReady && this.seen[0] > 0) return;
    this.turn += 1;
    const turn = this.turn;
    try {
      if (this.filter.text) {
        const found = await this.source.page(this.filter, undefined);
        if (turn !== this.turn) return;
        this.pages = chunked(found.lines);
        this.cursor = found.cursor;
        this.set({ total: found.lines.length, isReady: true, isLooking: false, error: null });
        if (found.cursor && found.lines.length < PAGE / 2) await this.further();
        return;
      }
      const outline = await this.source.outline(this.filter);
      if (turn !== this.turn) return;
      const wanted = this.seenPages(outline.total);
      const fresh = await Promise.all(
        wanted.map(async (page) => [page, await this.pageAt(outline.marks, page)] as const),
      );
      if (turn !== this.turn) return;
      this.pages = new Map(fresh);
      this.marks = outline.marks;
      this.loading.clear();
      this.set({ total: outline.total, more: outline.more, isReady: true, error: null });
      this.show(...this.seen);
    } catch (error) {
      if (turn === this.turn) this.set({ error: error as Error });
    }
  }

  private async load(page: number, turn: number): Promise<void> {
    if (this.loading.has(page) || this.marks[page] === undefined) return;
    this.loading.add(page);
    try {
      const rows = await this.pageAt(this.marks, page);
      if (turn !== this.turn) return;
      this.pages.set(page, rows);
      this.set({});
      // Old runs are forgotten while one looks on: then the list is shorter than it was.
      if (rows.length < Math.min(PAGE, this.listed.total - page * PAGE)) void this.refresh();
    } catch (error) {
      this.set({ error: error as Error });
    } finally {
      this.loading.delete(page);
    }
  }

  private async further(): Promise<void> {
    if (this.loading.size || !this.cursor) return;
    const turn = this.turn;
    this.loading.add(0);
    this.set({ isLooking: true });
    try {
      let found = 0;
      while (this.cursor && found < PAGE / 2) {
        const piece: RunPage = await this.source.page(this.filter, this.cursor);
        if (turn !== this.turn) return;
        found += piece.lines.length;
        this.cursor = piece.cursor;
        this.pages = chunked([...this.all(), ...piece.lines]);
        this.set({ total: this.listed.total + piece.lines.length });
      }
    } catch (error) {
      this.set({ error: error as Error });
    } finally {
      this.loading.clear();
      this.set({ isLooking: false });
    }
  }

  private all(): RunRow[] {
    return [...this.pages.entries()].sort(([a], [b]) => a - b).flatMap(([, rows]) => rows);
  }

  private async pageAt(marks: number[], page: number): Promise<RunRow[]> {
    const mark = marks[page];
    if (mark === undefined) return [];
    return (await this.source.page(this.filter, mark + 1)).lines;
  }

  private seenPages(total = this.listed.total): number[] {
    const [first, last] = this.seen;
    const from = Math.floor(first / PAGE);
    const to = Math.floor(Math.min(Math.max(last, 0), Math.max(total - 1, 0)) / PAGE);
    return Array.from({ length: Math.max(to - from + 1, 1) }, (_, at) => from + at);
  }

  private set(changed: Partial<Listed>): void {
    this.listed = { ...this.listed, ...changed };
    for (const act of this.watchers) act();
  }
}

function chunked(rows: RunRow[]): Map<number, RunRow[]> {
  const pages = new Map<number, RunRow[]>();
  for (let at = 0; at < rows.length; at += PAGE) pages.set(at / PAGE, rows.slice(at, at + PAGE));
  return pages;
}
