/**
 * One shard's Raft log: entries above a base, and the chain of positions through them. The newest lie in memory; of those up to the
 * `edge` it knows what they are (outline.ts) and where on the disk their bytes lie (stretches.ts).
 *
 * Raft's index counts every entry from 1; a position counts shard entries only (PROTOCOL rule 1). A no-op takes an
 * index and repeats the point and the chain of the entry before it, so "the chain at an index" is always defined.
 */
import { assert, must } from "../assert.ts";
import { crc32c } from "../bytes/crc32c.ts";
import { u32At, u53At } from "../bytes/reader.ts";
import { chainNext, type EntryId, entryHeaderBytes } from "./entry.ts";
import { Outline } from "./outline.ts";
import { type BatchSpan, type Stretch, Stretches } from "./stretches.ts";

export interface RaftEntry {
  readonly term: number;
  /** Newest point of the chain at this index. */
  readonly position: number;
  readonly incarnation: number;
  readonly sequence: number;
  /** CRC of the entry; 0 for a no-op. */
  readonly crc: number;
  /** Running checksum up to here. */
  readonly chain: number;
  /** Bytes of all entries since the process began to count, this one included: differences measure a stretch. */
  readonly bytesUpTo: number;
  /** The encoded entry; empty for a no-op. */
  readonly bytes: Uint8Array;
}

/** The point behind which a log begins. */
export interface LogBase {
  readonly index: number;
  readonly term: number;
  readonly position: number;
  readonly incarnation: number;
  readonly sequence: number;
  readonly chain: number;
}

/** Entries in memory that follow one another: a log's newest, or what was read back of its older ones. */
export interface HeldEntries {
  readonly lastIndex: number;
  /** The lowest index has no bytes: it is there for what follows it. */
  at(index: number): RaftEntry;
}

const emptyBase: LogBase = {
  index: 0,
  term: 0,
  position: 0,
  incarnation: 0,
  sequence: 0,
  chain: 0,
};

export class ShardLog implements HeldEntries {
  private start: RaftEntry = baseEntry(emptyBase);
  private startIndex = 0;
  /** The entry before the first in memory, without its bytes. */
  private edge: RaftEntry = this.start;
  private edgeAt = 0;
  /** Those in memory, behind `dropped` places that are empty. */
  private entries: RaftEntry[] = [];
  private dropped = 0;
  private readonly outline: Outline = new Outline();
  private readonly stretches: Stretches = new Stretches();

  get base(): LogBase {
    const { term, position, incarnation, sequence, chain } = this.start;
    return { index: this.startIndex, term, position, incarnation, sequence, chain };
  }

  get baseIndex(): number {
    return this.startIndex;
  }

  get basePosition(): number {
    return this.start.position;
  }

  /** Entries above this index are in memory. */
  get edgeIndex(): number {
    return this.edgeAt;
  }

  get lastIndex(): number {
    return this.edgeAt + this.entries.length - this.dropped;
  }

  /** The newest entry, or the base in an entry's clothes. */
  get last(): RaftEntry {
    return this.entries[this.entries.length - 1] ?? this.edge;
  }

  /** The entry at an index in [edgeIndex, lastIndex]; at the edge it has no bytes. */
  at(index: number): RaftEntry {
    if (index === this.edgeAt) return this.edge;
    return must(this.entries[index - this.edgeAt - 1 + this.dropped], "log entry in memory");
  }

  /** -1 outside of [baseIndex, lastIndex]. */
  termAt(index: number): number {
    if (index < this.startIndex || index > this.lastIndex) return -1;
    if (index >= this.edgeAt) return this.at(index).term;
    return index === this.startIndex ? this.start.term : this.outline.at(index).term;
  }

  /** Newest position at an index in [baseIndex, lastIndex]. */
  positionAt(index: number): number {
    if (index >= this.edgeAt) return this.at(index).position;
    return index === this.startIndex ? this.start.position : this.outline.at(index).position;
  }

  /** Raft index of a position in (basePosition, last position]. */
  indexOf(position: number): number {
    return this.outline.indexOf(position);
  }

  /** Whether an entry is what this log knows to be at an index; below its base it knows nothing. */
  isOutlined(index: number, entry: RaftEntry): boolean {
    if (index <= this.startIndex) return true;
    const { term, position, incarnation, sequence } = this.outline.at(index);
    return (
      entry.term === term &&
      entry.position === position &&
      entry.incarnation === incarnation &&
      entry.sequence === sequence
    );
  }

  /** Id of the entry at a position in [basePosition, last position]. */
  idAt(position: number): EntryId {
    if (position > this.start.position) return this.outline.idAt(position);
    return { incarnation: this.start.incarnation, sequence: this.start.sequence };
  }

  /** Running checksum at an index in [edgeIndex, lastIndex], or at the base; -1 where it is not known. */
  chainAt(index: number): number {
    if (index >= this.edgeAt) return this.at(index).chain;
    return index === this.startIndex ? this.start.chain : -1;
  }

  /** The lowest index of the stretch around `index` that is of one term. */
  firstOfTerm(index: number): number {
    return index === this.startIndex ? index : this.outline.firstOfTerm(index);
  }

  appendNoop(term: number): void {
    this.push(noopBehind(this.last, term));
  }

  /** Appends a shard entry, which must stand at the next position. */
  appendEntry(term: number, bytes: Uint8Array): void {
    this.push(entryBehind(this.last, term, bytes));
  }

  private push(entry: RaftEntry): void {
    this.entries.push(entry);
    this.outline.append(entry, entry.bytes.length === 0);
  }

  /** Removes this index and all above it. Callers: the entry before it is in memory, or the edge. */
  truncateFrom(index: number): void {
    assert(index > this.edgeAt, "truncation of what is not in memory");
    this.entries.length = index - this.edgeAt - 1 + this.dropped;
    this.outline.truncateFrom(index);
    this.stretches.truncateFrom(index);
  }

  /** Takes entries into memory again that were read back, down to the one behind `before`. Callers: they end at the edge. */
  refill(before: RaftEntry, entries: readonly RaftEntry[]): void {
    const newest = must(entries[entries.length - 1], "entry that was read back");
    // Sizes are counted from another beginning there.
    const shift = this.edge.bytesUpTo - newest.bytesUpTo;
    const shifted = (entry: RaftEntry): RaftEntry => ({
      ...entry,
      bytesUpTo: entry.bytesUpTo + shift,
    });
    this.entries = [...entries.map(shifted), ...this.entries.slice(this.dropped)];
    this.dropped = 0;
    this.edge = shifted(before);
    this.edgeAt -= entries.length;
  }

  /** Drops everything up to an index, which becomes the base. Callers: what stands there is this point. */
  trimTo(base: LogBase): void {
    const { index } = base;
    if (index >= this.edgeAt) this.drop(index);
    this.start = index === this.edgeAt ? this.edge : baseEntry(base);
    this.startIndex = index;
    this.outline.trimTo(index);
    this.stretches.trimTo(index);
  }

  /** Forgets all and begins behind this point. */
  reset(base: LogBase): void {
    // The count of bytes goes on, so that differences across a reset stay sensible.
    this.start = { ...baseEntry(base), bytesUpTo: this.last.bytesUpTo };
    this.startIndex = base.index;
    this.edge = this.start;
    this.edgeAt = base.index;
    this.entries = [];
    this.dropped = 0;
    this.outline.reset(base.index);
    this.stretches.reset(base.index);
  }

  /** What was appended since the last batch lies in this one. */
  noteBatch(span: BatchSpan, stretchBytes: number): void {
    const { notedIndex } = this.stretches;
    if (notedIndex === this.lastIndex) return;
    this.stretches.note(span, this.lastIndex, this.at(notedIndex).chain, stretchBytes);
  }

  /** Lets go of the bytes of the oldest entries until so many are left, none above an index and none that no batch holds. */
  evict(tailBytes: number, upToIndex: number): void {
    const limit = Math.min(upToIndex, this.stretches.notedIndex);
    const { bytesUpTo } = this.last;
    let index = this.edgeAt;
    while (index < limit && bytesUpTo - this.at(index).bytesUpTo > tailBytes) index += 1;
    if (index > this.edgeAt) this.drop(index);
  }

  /** Everything up to an index leaves memory. */
  private drop(index: number): void {
    const gone = index - this.edgeAt;
    this.edge = { ...this.at(index), bytes: NO_BYTES };
    this.edgeAt = index;
    this.entries.fill(this.edge, this.dropped, this.dropped + gone);
    this.dropped += gone;
    if (this.dropped * 2 < this.entries.length) return;
    this.entries = this.entries.slice(this.dropped);
    this.dropped = 0;
  }

  /** Where the entry at an index lies on the disk; undefined if no batch holds it yet. */
  stretchOf(index: number): Stretch | undefined {
    return this.stretches.find(index);
  }
}

/** A no-op that stands behind an entry. */
export function noopBehind(last: RaftEntry, term: number): RaftEntry {
  const { position, incarnation, sequence, chain, bytesUpTo } = last;
  return {
    term,
    position,
    incarnation,
    sequence,
    crc: 0,
    chain,
    bytesUpTo: bytesUpTo + noopBytes,
    bytes: NO_BYTES,
  };
}

/** The entry that stands behind another one. */
export function entryBehind(last: RaftEntry, term: number, bytes: Uint8Array): RaftEntry {
  const position = u53At(bytes, 8);
  const crc = u32At(bytes, 4);
  assert(position === last.position + 1, "a gap in the chain of positions");
  return {
    term,
    position,
    incarnation: u53At(bytes, 16),
    sequence: u53At(bytes, 24),
    crc,
    chain: chainNext(last.chain, crc),
    bytesUpTo: last.bytesUpTo + bytes.length,
    bytes,
  };
}

/** Whether these bytes are one whole entry with a sound checksum and this position; its kind is not the log's business. */
export function isSoundEntry(bytes: Uint8Array, position: number): boolean {
  if (bytes.length < entryHeaderBytes) return false;
  if (u32At(bytes, 0) !== bytes.length || u53At(bytes, 8) !== position) return false;
  return u32At(bytes, 4) === crc32c(bytes, 8);
}

/** Whether the log's entry at a position is the one encoded in these bytes: same writer, same number, and same content where that is in memory. */
export function isSameEntry(log: ShardLog, position: number, bytes: Uint8Array): boolean {
  const id = log.idAt(position);
  if (id.sequence !== u53At(bytes, 24) || id.incarnation !== u53At(bytes, 16)) return false;
  const index = log.indexOf(position);
  return index < log.edgeIndex || log.at(index).crc === u32At(bytes, 4);
}

const NO_BYTES: Uint8Array = new Uint8Array(0);
/** What a no-op counts for in windows. */
const noopBytes = 16;

/** A base in an entry's clothes. */
export function baseEntry(base: LogBase): RaftEntry {
  const { term, position, incarnation, sequence, chain } = base;
  return { term, position, incarnation, sequence, crc: 0, chain, bytesUpTo: 0, bytes: NO_BYTES };
}
