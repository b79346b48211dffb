import { ApiError } from "../api/client";
import { oneAtATime } from "../api/oneAtATime";
import { applied, type Edit } from "./edits";
import type { Conflict, FileState, ServerFile, Transport } from "./fileState";
import { kept } from "./kept";
import { stepAfter } from "./stepAfter";
import type { Path } from "./value";

/** Where what stood at a path stands now; null where it is gone. */
type Where = (path: Path) => Path | null;

interface Waiting {
  edits: readonly Edit[];
  group: string;
}

/** What one change made: of which text, and at which revision it stood then. */
interface Made {
  before: string;
  after: string;
}

const MOST_UNDO = 200;
/** Changes of the same place within this time are one for undo. */
const GROUP_MS = 1500;

/** One open file: shows edits at once, sends them one after the other, and remembers former texts for undo. */
export class FileStore {
  private server: ServerFile | null = null;
  private waiting: Waiting[] = [];
  /** What is on its way: it counts already, whatever is edited meanwhile. */
  private sending: Waiting[] = [];
  private busy = false;
  /** Whether the file was to be read while something was on its way. */
  private isUnread = false;
  private done: Made[] = [];
  private undone: Made[] = [];
  private lastGroup = { name: "", at: 0 };
  private listeners = new Set<() => void>();
  private settled: (() => void)[] = [];
  private movers = new Set<(where: Where) => void>();
  private holders = new Set<() => void>();
  private current: FileState = {
    content: undefined,
    text: "",
    revision: "",
    issues: [],
    saving: false,
    canUndo: false,
    canRedo: false,
    conflict: null,
    error: null,
  };

  constructor(
    readonly file: string,
    private readonly transport: Transport,
    private readonly failed: (error: unknown) => void,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Hears when others have changed the file: where what stood at a path stands now. */
  readonly onMoved = (act: (where: Where) => void): (() => void) => {
    this.movers.add(act);
    return () => this.movers.delete(act);
  };

  /** Is asked to tell what is typed and not edited yet, before what others have made of the file comes: it is of the text before. */
  readonly onTaking = (act: () => void): (() => void) => {
    this.holders.add(act);
    return () => this.holders.delete(act);
  };

  /** Whether somebody looks at it. */
  get isWatched(): boolean {
    return this.listeners.size > 0;
  }

  readonly state = (): FileState => this.current;

  /** Reads the file; where edits are on their way, afterwards: their answers may be from before what there is to read. */
  readonly load = oneAtATime(() => this.read());

  private async read(): Promise<void> {
    this.isUnread = this.isSending;
    if (this.isUnread) return;
    const { server } = this;
    try {
      const loaded = await this.transport.load(this.file);
      // What was asked before an edit, and comes after it, may be from before it.
      this.isUnread = this.isSending;
      if (this.isUnread || this.server !== server) return;
      if (loaded.text !== this.server?.text) this.tellAll();
      this.isUnread = this.isSending;
      if (this.isUnread) return;
      // What others have done meanwhile is no part of a step of ours.
      if (loaded.text !== this.server?.text) this.lastGroup = { name: "", at: 0 };
      this.take(loaded);
      this.publish({ error: null });
    } catch (error) {
      this.publish({ error: error as Error });
    }
  }

  /** Makes edits. Those with the same `group` that follow one another closely are undone together. */
  edit(edits: readonly Edit[], group = ""): void {
    if (!this.server || edits.length === 0) return;
    const { content } = this.current;
    try {
      applied(content ?? null, edits);
    } catch (error) {
      this.failed(error);
      return;
    }
    this.waiting.push({ edits, group });
    this.publish({});
    void this.pump();
  }

  undo(): Promise<void> {
    return this.restore(this.done, this.undone);
  }

  redo(): Promise<void> {
    return this.restore(this.undone, this.done);
  }

  /** Ends a conflict: with what is on disk, or with what we have instead of it. */
  async resolve(keep: "yours" | "theirs", text?: string): Promise<void> {
    const { conflict } = this.current;
    if (!conflict) return;
    this.publish({ conflict: null });
    await this.load();
    if (keep === "yours" && this.server) {
      await this.write(text ?? conflict.yours, this.server.revision, this.done);
    }
  }

  /** When nothing waits to be sent. */
  async idle(): Promise<void> {
    // Whoever waited, too, may have begun something else.
    while (this.isSending) await new Promise<void>((done) => this.settled.push(done));
  }

  private get isSending(): boolean {
    return this.busy || this.waiting.length > 0;
  }

  private async restore(from: Made[], to: Made[]): Promise<void> {
    while (this.isSending) await this.idle();
    const made = from.pop();
    if (made === undefined) return;
    this.lastGroup = { name: "", at: 0 };
    await this.write(made.before, made.after, to);
  }

  /** Makes a text of the one at a revision. What others have changed since stays, where that can be. */
  private async write(text: string, revision: string, remember: Made[]): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.busy = true;
    this.publish({ saving: true });
    try {
      const next = await this.transport.write(this.file, revision, text, true);
      remember.push({ before: next.merged ? (next.before ?? "") : server.text, after: next.revision });
      // What was edited meanwhile is of the text before: it is sent as that, and the server finds its place.
      if (!this.isHeldBack()) this.take(next);
    } catch (error) {
      this.meet(error);
    }
    this.rest();
    void this.pump();
  }

  private async pump(): Promise<void> {
    while (!this.busy && this.waiting.length && this.server && !this.current.conflict) {
      const sent = this.waiting;
      this.sending = sent;
      this.waiting = [];
      this.busy = true;
      this.publish({ saving: true });
      try {
        const before = this.server;
        const edits = sent.flatMap((one) => one.edits);
        const next = await this.transport.edit(this.file, before.revision, edits);
        const made = { before: next.merged ? (next.before ?? "") : before.text, after: next.revision };
        this.remember(made, next.merged ? "" : (sent.at(-1)?.group ?? ""));
        if (!next.merged) this.server = next;
        else if (this.isHeldBack()) this.server = ours(next, before, edits);
        else this.take(next);
        this.sending = [];
      } catch (error) {
        this.sending = [];
        // What was edited meanwhile belongs to what one chooses between.
        this.waiting = this.waiting.length && conflictOf(error) ? [...sent, ...this.waiting] : [];
        if (!this.waiting.length) this.meet(error);
      }
      this.rest();
    }
  }

  private tellAll(): void {
    for (const act of this.holders) act();
  }

  /** Whether there are edits that are of the text as it is shown, and not of what has come. */
  private isHeldBack(): boolean {
    this.tellAll();
    return this.waiting.length > 0;
  }

  private take(next: ServerFile): void {
    const before = this.current.content;
    const isSame = this.server?.text === next.text;
    this.server = next;
    if (isSame || before === undefined) return;
    for (const act of this.movers) act((path) => stepAfter(before, next.content, path));
  }

  private remember(made: Made, group: string): void {
    const now = Date.now();
    const former = this.done.at(-1);
    const joins = group !== "" && group === this.lastGroup.name && now - this.lastGroup.at < GROUP_MS;
    if (joins && former) former.after = made.after;
    else this.done.push(made);
    if (this.done.length > MOST_UNDO) this.done.shift();
    this.undone.length = 0;
    this.lastGroup = { name: group, at: now };
  }

  private rest(): void {
    this.busy = false;
    this.publish({ saving: false });
    if (this.waiting.length) return;
    for (const done of this.settled.splice(0)) done();
    if (this.isUnread) void this.load();
  }

  /** A refused change: a conflict is shown, anything else is told; the file is read again either way. */
  private meet(error: unknown): void {
    const conflict = conflictOf(error);
    if (conflict) {
      this.publish({ conflict });
      return;
    }
    this.failed(error);
    this.busy = false;
    void this.load();
  }

  private publish(change: Partial<FileState>): void {
    const { server } = this;
    let content = server?.content;
    for (const { edits } of [...this.sending, ...this.waiting]) {
      if (content === undefined) break;
      content = applied(content, edits);
    }
    this.current = {
      ...this.current,
      ...change,
      content: content === undefined ? undefined : kept(this.current.content, content),
      text: server?.text ?? "",
      revision: server?.revision ?? "",
      // The very same while nothing is wrong with anything else: then no card is drawn again.
      issues: kept(this.current.issues, server?.issues ?? []),
      canUndo: this.done.length > 0,
      canRedo: this.undone.length > 0,
    };
    for (const listener of this.listeners) listener();
  }
}

/** The conflict that a refused change is; null for any other error, and where the server no longer knows what we began with. */
function conflictOf(error: unknown): Conflict | null {
  const { base, yours, theirs } = error instanceof ApiError ? (error.details as Partial<Conflict>) : {};
  return base !== undefined && yours !== undefined && theirs !== undefined ? { base, yours, theirs } : null;
}

/** The answer to edits, for those made meanwhile: they are of our text, without what others have changed in it. */
function ours(next: ServerFile, before: ServerFile, edits: readonly Edit[]): ServerFile {
  if (!next.merged || !next.yours_revision) return next;
  const content = applied(before.content, edits);
  return { ...next, text: next.yours ?? "", revision: next.yours_revision, content };
}
