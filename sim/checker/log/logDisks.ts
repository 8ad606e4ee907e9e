/**
 * What the disks of the log nodes hold, read from their bytes as they become durable: which entries exist, and on how
 * many zones' disks each of them lies. There is one log node a zone.
 */
import type { CheckResult } from "../../run.ts";
import { chainAfter } from "./crc32c.ts";
import {
  entryKinds,
  type DiskBase,
  type DiskEntry,
  type DiskVisitor,
  fileOf,
  type FormatMarker,
  generationOf,
  readBatches,
  readMarker,
} from "./diskBytes.ts";
import { type Change, readRecords } from "./effectsRecord.ts";

/** One entry of one shard's Raft log. Two nodes that hold the same entry share the object. */
export interface StoredEntry {
  readonly shard: number;
  readonly index: number;
  readonly term: number;
  /** undefined: a Raft no-op, outside the chain. */
  readonly entry: DiskEntry | undefined;
  /** Position in the chain; a no-op has that of the entry before it. */
  readonly position: number;
  /** Running checksum up to here. */
  readonly chain: number;
  /** The entry before it in the Raft log; undefined behind a base. */
  readonly previous: StoredEntry | undefined;
  /** What the effects record that ends here changes; empty at its other chunks. */
  readonly changes: readonly Change[];
  /** The same, record by record: what is between two records could be seen, what is inside one never. */
  readonly records: readonly (readonly Change[])[];
  /** One bit a log node whose disk holds it. */
  copies: number;
  /**
   * `copies`, and the disks that had it on their platters until damage took it: a log node may count an acknowledgement
   * from a disk that is destroyed a millisecond later.
   */
  held: number;
  /** When it first lay on as many disks as the commit rule asks for; -1: never yet. */
  durableUs: number;
}

/** What a finding says of the entry that it is about; nothing of a no-op, or of an entry that is on no disk. */
export function entryOf(stored: StoredEntry | undefined): Pick<CheckResult, "entry"> {
  if (stored?.entry === undefined) return {};
  const { position, incarnation, sequence } = stored.entry;
  return { entry: { shard: stored.shard, position, incarnation, sequence } };
}

/** A term of a shard's log as it stands on a disk. */
export interface StoredVote {
  readonly shard: number;
  readonly term: number;
  /** 0 nobody yet, 1 + slot, 255 counts as given. */
  readonly vote: number;
  /** Written by the node just now; else found on its disk, or copied to a new generation of its log. */
  readonly isFresh: boolean;
}

export interface LogDisksListener {
  /** An entry was seen for the first time, on one disk. */
  stored(nowUs: number, stored: StoredEntry): void;
  /** An entry lies on enough disks for the first time. */
  becameDurable(nowUs: number, stored: StoredEntry): void;
  /** A disk holds an entry from now on. */
  copied(node: string, stored: StoredEntry): void;
  /** Damage has taken an entry from a disk that held it. */
  lost(node: string, stored: StoredEntry): void;
  /** A term, and whom the node gave its vote in it, lie on its disk. */
  voted(nowUs: number, node: string, vote: StoredVote): void;
  /** A log node removed an entry by decision, not by damage. */
  removed(nowUs: number, node: string, stored: StoredEntry): void;
  /** The disks contradict what every Raft log promises. */
  broken(nowUs: number, sentence: string): void;
}

interface ShardLog {
  base: DiskBase | undefined;
  entries: StoredEntry[];
}

interface Disk {
  readonly node: string;
  readonly bit: number;
  marker: FormatMarker | undefined;
  format: Uint8Array;
  readonly shards: Map<number, ShardLog>;
  /** By file, oldest first: which of it is in force, a new marker may say otherwise. */
  readonly writes: Map<string, DiskWrite[]>;
}

interface DiskWrite {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export class LogDisks {
  /** Batches read. */
  batches = 0;
  private readonly needed: number;
  private readonly listener: LogDisksListener;
  private readonly disks: Map<string, Disk> = new Map();
  private readonly byIndex: Map<number, Map<number, StoredEntry[]>> = new Map();

  /** @param needed disks on which an entry must lie to be durable: 2 of 3, or 3 with commit rule "all" */
  constructor(needed: number, listener: LogDisksListener) {
    this.needed = needed;
    this.listener = listener;
  }

  synced(nowUs: number, node: string, file: string, offset: number, bytes: Uint8Array): void {
    const disk = this.diskOf(node);
    if (file === "format") {
      this.syncedFormat(nowUs, disk, offset, bytes);
      return;
    }
    const writes = disk.writes.get(file);
    if (writes === undefined) disk.writes.set(file, [{ offset, bytes }]);
    else writes.push({ offset, bytes });
    const { marker } = disk;
    if (marker === undefined || generationOf(file) !== marker.generation) return;
    const visitor = this.visitorOf(nowUs, disk, false);
    readBatches(bytes, offset, marker.diskIncarnation, marker.generation, visitor);
  }

  removed(node: string, file: string): void {
    this.diskOf(node).writes.delete(file);
  }

  reread(nowUs: number, node: string, files: ReadonlyMap<string, Uint8Array>): void {
    const disk = this.diskOf(node);
    const before = [...disk.shards.values()].flatMap((log) => log.entries);
    this.clear(disk);
    disk.writes.clear();
    disk.format = (files.get("format") ?? new Uint8Array(0)).slice();
    disk.marker = readMarker(disk.format);
    for (const [file, bytes] of files) {
      if (file !== "format") disk.writes.set(file, [{ offset: 0, bytes: bytes.slice() }]);
    }
    this.readAll(nowUs, disk);
    for (const stored of before) if (!this.holds(node, stored)) this.listener.lost(node, stored);
  }

  /** Nodes whose disks are known. */
  names(): Iterable<string> {
    return this.disks.keys();
  }

  /** Which bit of `StoredEntry.copies` stands for a node's disk. */
  bitOf(node: string): number {
    return this.diskOf(node).bit;
  }

  /** The entries that a node's disk holds for a shard, in order, and the base before them. */
  logOf(
    node: string,
    shard: number,
  ): { readonly base: DiskBase | undefined; readonly entries: readonly StoredEntry[] } {
    return this.diskOf(node).shards.get(shard) ?? { base: undefined, entries: [] };
  }

  holds(node: string, stored: StoredEntry): boolean {
    const log = this.diskOf(node).shards.get(stored.shard);
    if (log?.base !== undefined && stored.index <= log.base.index) return true;
    return (stored.copies & this.diskOf(node).bit) !== 0;
  }

  /** "log-a and log-c", or "no disk". */
  sayCopies(stored: StoredEntry): string {
    const names = [...this.disks.values()].filter((disk) => (stored.copies & disk.bit) !== 0);
    return names.length === 0 ? "no disk" : names.map((disk) => disk.node).join(" and ");
  }

  private syncedFormat(nowUs: number, disk: Disk, offset: number, bytes: Uint8Array): void {
    const grown = new Uint8Array(Math.max(disk.format.length, offset + bytes.length));
    grown.set(disk.format);
    grown.set(bytes, offset);
    disk.format = grown;
    const before = disk.marker;
    disk.marker = readMarker(grown);
    const isSame =
      before?.generation === disk.marker?.generation &&
      before?.diskIncarnation === disk.marker?.diskIncarnation;
    if (disk.marker === undefined || isSame) return;
    // What a node under repair does not take over was lost to the damage that it met, not by its own decision.
    if (!disk.marker.isRepairing)
      for (const log of disk.shards.values())
        for (const stored of log.entries) forget(stored, disk);
    this.clear(disk);
    this.readAll(nowUs, disk);
  }

  /** Reads every segment that is in force, in turn, up to the first batch that is not whole or not the next. */
  private readAll(nowUs: number, disk: Disk): void {
    const { marker } = disk;
    if (marker === undefined) return;
    const visitor = this.visitorOf(nowUs, disk, true);
    const order = { sequence: 1 };
    let segment = 0;
    for (const { generation, segment: last, end } of marker.pieces) {
      for (; segment <= last; segment++) {
        const image = imageOf(disk.writes.get(fileOf(generation, segment)));
        const inForce = segment === last ? image.subarray(0, end) : image;
        const read = readBatches(inForce, 0, marker.diskIncarnation, generation, visitor, order);
        if (segment === last && read < end) return;
      }
    }
    for (;;) {
      const writes = disk.writes.get(fileOf(marker.generation, segment));
      if (writes === undefined) return;
      const { diskIncarnation, generation } = marker;
      const read = readBatches(imageOf(writes), 0, diskIncarnation, generation, visitor, order);
      if (read === 0) return;
      segment++;
    }
  }

  private visitorOf(nowUs: number, disk: Disk, isReread: boolean): DiskVisitor {
    this.batches++;
    return {
      appended: (shard, index, term, entry) => this.append(nowUs, disk, shard, index, term, entry),
      voted: (shard, term, vote) =>
        this.listener.voted(nowUs, disk.node, { shard, term, vote, isFresh: !isReread }),
      truncated: (shard, fromIndex) => this.truncate(nowUs, disk, shard, fromIndex, isReread),
      based: (base) => this.rebase(disk, base),
    };
  }

  // oxlint-disable-next-line max-params -- private
  private append(
    nowUs: number,
    disk: Disk,
    shard: number,
    index: number,
    term: number,
    entry: DiskEntry | undefined,
  ): void {
    const log = shardOf(disk, shard);
    const previous = log.entries[log.entries.length - 1];
    const lastIndex = previous?.index ?? log.base?.index ?? 0;
    if (index !== lastIndex + 1) {
      this.listener.broken(
        nowUs,
        `${disk.node} stored Raft index ${index} of shard ${shard} behind index ${lastIndex}`,
      );
      return;
    }
    const stored =
      this.find(nowUs, shard, index, term, entry) ??
      this.make(nowUs, log, shard, index, term, entry);
    if (stored.previous !== undefined && previous !== undefined && stored.previous !== previous) {
      this.listener.broken(
        nowUs,
        `log matching: two disks hold index ${index} of term ${term} of shard ${shard} behind different entries (one of them ${disk.node})`,
      );
      return;
    }
    log.entries.push(stored);
    stored.copies |= disk.bit;
    stored.held |= disk.bit;
    this.listener.copied(disk.node, stored);
    if (stored.durableUs < 0 && bitCount(stored.held) >= this.needed) {
      stored.durableUs = nowUs;
      this.listener.becameDurable(nowUs, stored);
    }
  }

  // oxlint-disable-next-line max-params -- private
  private find(
    nowUs: number,
    shard: number,
    index: number,
    term: number,
    entry: DiskEntry | undefined,
  ): StoredEntry | undefined {
    for (const known of this.byIndex.get(shard)?.get(index) ?? []) {
      if (known.term !== term) continue;
      if (known.entry?.crc === entry?.crc && known.entry?.position === entry?.position)
        return known;
      this.listener.broken(
        nowUs,
        `log matching: two disks hold different entries at index ${index} of term ${term} of shard ${shard}`,
      );
    }
    return undefined;
  }

  // oxlint-disable-next-line max-params -- private
  private make(
    nowUs: number,
    log: ShardLog,
    shard: number,
    index: number,
    term: number,
    entry: DiskEntry | undefined,
  ): StoredEntry {
    const previous = log.entries[log.entries.length - 1];
    const previousPosition = previous?.position ?? log.base?.position ?? 0;
    const previousChain = previous?.chain ?? log.base?.chain ?? 0;
    if (entry !== undefined && entry.position !== previousPosition + 1) {
      this.listener.broken(
        nowUs,
        `shard ${shard} has position ${entry.position} behind ${previousPosition} at Raft index ${index}: the chain has a gap`,
      );
    }
    const ends = entry?.kind === entryKinds.effects && entry.isLastChunk;
    const records = ends ? recordsOf(entry, previous) : [];
    const stored: StoredEntry = {
      shard,
      index,
      term,
      entry,
      position: entry?.position ?? previousPosition,
      chain: entry === undefined ? previousChain : chainAfter(previousChain, entry.crc),
      previous,
      changes: records.flat(),
      records,
      copies: 0,
      held: 0,
      durableUs: -1,
    };
    this.checkChecksum(nowUs, stored, previousChain);
    let ofShard = this.byIndex.get(shard);
    if (ofShard === undefined) {
      ofShard = new Map();
      this.byIndex.set(shard, ofShard);
    }
    const same = ofShard.get(index);
    if (same === undefined) ofShard.set(index, [stored]);
    else same.push(stored);
    this.listener.stored(nowUs, stored);
    return stored;
  }

  private checkChecksum(nowUs: number, stored: StoredEntry, chainBefore: number): void {
    const { entry } = stored;
    if (entry?.kind !== 5 || entry.payload.length < 4) return;
    const view = new DataView(entry.payload.buffer, entry.payload.byteOffset, 4);
    const told = view.getUint32(0, true);
    if (told === chainBefore) return;
    this.listener.broken(
      nowUs,
      `the checksum entry at position ${entry.position} of shard ${stored.shard} says ${told}, the entries before it give ${chainBefore}`,
    );
  }

  // oxlint-disable-next-line max-params -- private
  private truncate(
    nowUs: number,
    disk: Disk,
    shard: number,
    fromIndex: number,
    isReread: boolean,
  ): void {
    const { entries } = shardOf(disk, shard);
    for (let last = entries[entries.length - 1]; last !== undefined && last.index >= fromIndex;) {
      entries.pop();
      forget(last, disk);
      if (!isReread) this.listener.removed(nowUs, disk.node, last);
      last = entries[entries.length - 1];
    }
  }

  private rebase(disk: Disk, base: DiskBase): void {
    const log = shardOf(disk, base.shard);
    if (base.clears) {
      for (const stored of log.entries) {
        if (stored.index > base.index) forget(stored, disk);
      }
      log.entries = [];
    } else log.entries = log.entries.filter((stored) => stored.index > base.index);
    log.base = base;
  }

  private clear(disk: Disk): void {
    for (const log of disk.shards.values()) {
      for (const stored of log.entries) stored.copies &= ~disk.bit;
    }
    disk.shards.clear();
  }

  private diskOf(node: string): Disk {
    let disk = this.disks.get(node);
    if (disk === undefined) {
      const bit = 1 << this.disks.size;
      const format = new Uint8Array(0);
      disk = { node, bit, marker: undefined, format, shards: new Map(), writes: new Map() };
      this.disks.set(node, disk);
    }
    return disk;
  }
}

/** A file as its writes have left it. */
function imageOf(writes: readonly DiskWrite[] = []): Uint8Array {
  const [first] = writes;
  if (writes.length === 1 && first?.offset === 0) return first.bytes;
  let length = 0;
  for (const { offset, bytes } of writes) length = Math.max(length, offset + bytes.length);
  const image = new Uint8Array(length);
  for (const { offset, bytes } of writes) image.set(bytes, offset);
  return image;
}

function shardOf(disk: Disk, shard: number): ShardLog {
  let log = disk.shards.get(shard);
  if (log === undefined) {
    log = { base: undefined, entries: [] };
    disk.shards.set(shard, log);
  }
  return log;
}

/** The node itself decided that it holds the entry no more. */
function forget(stored: StoredEntry, disk: Disk): void {
  stored.copies &= ~disk.bit;
  stored.held &= ~disk.bit;
}

function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Puts the record together whose last chunk this is; nothing if its first chunks are not there. */
function recordsOf(
  last: DiskEntry,
  previous: StoredEntry | undefined,
): readonly (readonly Change[])[] {
  if (last.isFirstChunk) return readRecords(last.payload);
  const chunks: Uint8Array[] = [last.payload];
  for (let at = previous; at !== undefined; at = at.previous) {
    // A no-op of Raft lies outside the chain, and renewals may stand between chunks.
    if (at.entry === undefined || at.entry.kind === entryKinds.renewal) continue;
    if (at.entry.kind !== entryKinds.effects || at.entry.isLastChunk) return [];
    chunks.unshift(at.entry.payload);
    if (at.entry.isFirstChunk) return readRecords(joined(chunks));
  }
  return [];
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
