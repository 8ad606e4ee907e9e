/** Where the copies of one log entry came to be and died: judged by the bytes on disks and the memories of nodes. */
import { sayDuration } from "../checker/describe.ts";
import { LogDisks, type StoredEntry } from "../checker/log/logDisks.ts";
import type { DatabaseFacts, Observer } from "../checker/observer.ts";
import { quietObserver } from "../quietObserver.ts";
import type { EntryName } from "../run.ts";
import type { TraceEvent } from "../trace/vocabulary.ts";
import type { RunOptions, World } from "../world.ts";

export interface EntryCopy {
  readonly place: string;
  /** Of a log node, or of a database node. */
  readonly medium: "disk" | "memory";
  readonly fromUs: number;
  /** -1: it is still there. */
  readonly untilUs: number;
  /** What ended it; "" for one that is still there. */
  readonly why: string;
}

export interface CopyHistory {
  readonly position: number;
  /** In the order in which they came to be. */
  readonly copies: readonly EntryCopy[];
  /** When the last copy died; undefined: one is left. */
  readonly lastDiedUs: number | undefined;
  readonly sentence: string;
}

/** `untilUs`: the present of the run. */
export function copiesOf(
  makeWorld: (options: RunOptions) => World,
  entry: EntryName,
  untilUs: number,
): CopyHistory {
  const watcher = new CopyWatcher(entry);
  const world = makeWorld({ full: false, observer: watcher.observer });
  world.advance(untilUs, Infinity);
  return historyOf(entry.position, watcher.copies);
}

function historyOf(position: number, copies: readonly EntryCopy[]): CopyHistory {
  const isLeft = copies.some(({ untilUs }) => untilUs < 0);
  const last = copies.reduce<EntryCopy | undefined>(
    (late, copy) => (late === undefined || copy.untilUs > late.untilUs ? copy : late),
    undefined,
  );
  const known = { position, copies };
  if (last === undefined)
    return { ...known, lastDiedUs: undefined, sentence: "No disk or memory ever held the entry." };
  if (isLeft) {
    const left = copies.filter(({ untilUs }) => untilUs < 0).map(({ place }) => place);
    const sentence = `Position ${position} is still held by ${left.join(", ")}.`;
    return { ...known, lastDiedUs: undefined, sentence };
  }
  const sentence = `The last copy of position ${position}, ${last.medium} of ${last.place}, died after ${sayDuration(last.untilUs - last.fromUs)}: ${last.why}.`;
  return { ...known, lastDiedUs: last.untilUs, sentence };
}

interface OpenCopy {
  readonly medium: EntryCopy["medium"];
  readonly fromUs: number;
}

class CopyWatcher {
  readonly observer: Observer;
  private readonly entry: EntryName;
  /** The node that wrote it, by its incarnation: its memory holds it before the log does. */
  private writer = "";
  private readonly disks: LogDisks;
  private readonly open: Map<string, OpenCopy> = new Map();
  private readonly ended: EntryCopy[] = [];
  private nowUs = 0;
  private isDurable = false;
  /** What befell each machine last. */
  private readonly befell: Map<string, TraceEvent> = new Map();

  constructor(entry: EntryName) {
    this.entry = entry;
    this.disks = this.watchDisks();
    this.observer = this.makeObserver();
  }

  get copies(): readonly EntryCopy[] {
    const left = [...this.open].map(([place, { medium, fromUs }]) => ({
      place,
      medium,
      fromUs,
      untilUs: -1,
      why: "",
    }));
    return [...this.ended, ...left].toSorted((one, other) => one.fromUs - other.fromUs);
  }

  private watchDisks(): LogDisks {
    const ignore = (): void => {};
    return new LogDisks(2, {
      stored: ignore,
      voted: ignore,
      broken: ignore,
      becameDurable: (_nowUs, stored) => {
        if (this.isOurs(stored)) this.isDurable = true;
      },
      copied: (node, stored) => {
        if (this.isOurs(stored)) this.begin(node, "disk");
      },
      lost: (node, stored) => {
        if (this.isOurs(stored)) this.end(node, this.whyLost(node));
      },
      removed: (_nowUs, node, stored) => {
        if (this.isOurs(stored))
          this.end(node, "the node cut its log back to agree with a newer leader");
      },
    });
  }

  private makeObserver(): Observer {
    const at = (nowUs: number): LogDisks => {
      this.nowUs = nowUs;
      return this.disks;
    };
    return {
      ...quietObserver(),
      diskSynced: (nowUs, node, file, offset, bytes) =>
        at(nowUs).synced(nowUs, node, file, offset, bytes),
      diskRemoved: (nowUs, node, file) => at(nowUs).removed(node, file),
      diskReread: (nowUs, node, files) => at(nowUs).reread(nowUs, node, files),
      databaseViewed: (nowUs, node, shard, facts) => {
        this.nowUs = nowUs;
        if (shard === this.entry.shard) this.viewed(node, facts);
      },
      traced: (event) => {
        const { node, kind, value } = event;
        if (node !== "") this.befell.set(node, event);
        if (kind === "node.started" && value === this.entry.incarnation) this.writer = node;
      },
    };
  }

  private isOurs({ shard, entry }: StoredEntry): boolean {
    const { position, incarnation, sequence } = this.entry;
    return (
      shard === this.entry.shard &&
      entry?.position === position &&
      entry.incarnation === incarnation &&
      entry.sequence === sequence
    );
  }

  /** Whoever did not write it applies it only once it is committed. */
  private viewed(node: string, { role, appliedPosition }: DatabaseFacts): void {
    const isAlive = role !== "down" && role !== "recovering";
    const holds = isAlive && appliedPosition >= this.entry.position;
    const mayHold = this.isDurable || (node === this.writer && role === "primary");
    if (this.open.has(node)) {
      if (!holds)
        this.end(node, role === "down" ? "the process ended" : "the node discarded its memory");
    } else if (holds && mayHold) this.begin(node, "memory");
  }

  private begin(place: string, medium: EntryCopy["medium"]): void {
    if (!this.open.has(place)) this.open.set(place, { medium, fromUs: this.nowUs });
  }

  private end(place: string, why: string): void {
    const copy = this.open.get(place);
    if (copy === undefined) return;
    this.open.delete(place);
    this.ended.push({ place, ...copy, untilUs: this.nowUs, why });
  }

  private whyLost(node: string): string {
    const event = this.befell.get(node);
    if (event === undefined) return "its disk lost it";
    return event.text === "" ? event.kind : `${event.kind} (${event.text})`;
  }
}
