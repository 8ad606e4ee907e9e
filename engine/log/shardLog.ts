/**
 * One shard's Raft log in memory: entries above a base, and the chain of positions through them.
 *
 * Raft's index counts every entry from 1; a position counts shard entries only (PROTOCOL rule 1). A no-op takes an
 * index and repeats the point and the chain of the entry before it, so "the chain at an index" is always defined.
 */
import { assert, must } from "../assert.ts";
import { crc32c } from "../bytes/crc32c.ts";
import { u32At, u53At } from "../bytes/reader.ts";
import { chainNext, entryHeaderBytes } from "./entry.ts";

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

const emptyBase: LogBase = {
  index: 0,
  term: 0,
  position: 0,
  incarnation: 0,
  sequence: 0,
  chain: 0,
};

export class ShardLog {
  private start: RaftEntry = asEntry(emptyBase);
  private startIndex = 0;
  private entries: RaftEntry[] = [];
  /** Raft index of each position above the base's. */
  private indexes: number[] = [];

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

  get lastIndex(): number {
    return this.startIndex + this.entries.length;
  }

  /** The newest entry, or the base in an entry's clothes. */
  get last(): RaftEntry {
    return this.entries[this.entries.length - 1] ?? this.start;
  }

  /** The entry at an index in [baseIndex, lastIndex]; the base answers at its own index. */
  at(index: number): RaftEntry {
    if (index === this.startIndex) return this.start;
    return must(this.entries[index - this.startIndex - 1], "log entry");
  }

  /** -1 outside of [baseIndex, lastIndex]. */
  termAt(index: number): number {
    if (index < this.startIndex || index > this.lastIndex) return -1;
    return this.at(index).term;
  }

  /** Raft index of a position in (basePosition, last position]. */
  indexOf(position: number): number {
    return must(this.indexes[position - this.start.position - 1], "position");
  }

  /** The entry at a position in [basePosition, last position]. */
  atPosition(position: number): RaftEntry {
    return position === this.start.position ? this.start : this.at(this.indexOf(position));
  }

  appendNoop(term: number): void {
    const { position, incarnation, sequence, chain, bytesUpTo } = this.last;
    this.entries.push({
      term,
      position,
      incarnation,
      sequence,
      crc: 0,
      chain,
      bytesUpTo: bytesUpTo + noopBytes,
      bytes: NO_BYTES,
    });
  }

  /** Appends a shard entry, which must stand at the next position. */
  appendEntry(term: number, bytes: Uint8Array): void {
    const last = this.last;
    const position = u53At(bytes, 8);
    const crc = u32At(bytes, 4);
    assert(position === last.position + 1, "a gap in the chain of positions");
    this.entries.push({
      term,
      position,
      incarnation: u53At(bytes, 16),
      sequence: u53At(bytes, 24),
      crc,
      chain: chainNext(last.chain, crc),
      bytesUpTo: last.bytesUpTo + bytes.length,
      bytes,
    });
    this.indexes.push(this.lastIndex);
  }

  /** Removes this index and all above it. */
  truncateFrom(index: number): void {
    assert(index > this.startIndex, "truncation below the base");
    this.entries.length = index - this.startIndex - 1;
    this.indexes.length = this.last.position - this.start.position;
  }

  /** Drops everything up to an index, which becomes the base. */
  trimTo(index: number): void {
    const newStart = this.at(index);
    const positions = newStart.position - this.start.position;
    this.entries = this.entries.slice(index - this.startIndex);
    this.indexes = this.indexes.slice(positions);
    this.start = { ...newStart, bytes: NO_BYTES };
    this.startIndex = index;
  }

  /** Forgets all and begins behind this point. */
  reset(base: LogBase): void {
    // The count of bytes goes on, so that differences across a reset stay sensible.
    this.start = { ...asEntry(base), bytesUpTo: this.last.bytesUpTo };
    this.startIndex = base.index;
    this.entries = [];
    this.indexes = [];
  }
}

/** Whether these bytes are one whole entry with a sound checksum and this position; its kind is not the log's business. */
export function isSoundEntry(bytes: Uint8Array, position: number): boolean {
  if (bytes.length < entryHeaderBytes) return false;
  if (u32At(bytes, 0) !== bytes.length || u53At(bytes, 8) !== position) return false;
  return u32At(bytes, 4) === crc32c(bytes, 8);
}

/** Whether a log's entry is the one encoded in these bytes: same writer, same number, same content. */
export function isSameEntry(entry: RaftEntry, bytes: Uint8Array): boolean {
  return (
    entry.crc === u32At(bytes, 4) &&
    entry.sequence === u53At(bytes, 24) &&
    entry.incarnation === u53At(bytes, 16)
  );
}

const NO_BYTES: Uint8Array = new Uint8Array(0);
/** What a no-op counts for in windows. */
const noopBytes = 16;

function asEntry(base: LogBase): RaftEntry {
  const { term, position, incarnation, sequence, chain } = base;
  return { term, position, incarnation, sequence, crc: 0, chain, bytesUpTo: 0, bytes: NO_BYTES };
}
