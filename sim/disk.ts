/**
 * The disk of one machine: files as byte arrays, a page cache, and what is really on the platter. A write is visible to reads at
 * once and durable after a sync. At a crash each write that no sync covered is kept, lost or torn by sector.
 *
 * One image holds what the page cache shows; beside it lies, for every write not yet durable, what it overwrote. A crash
 * undoes those newest first and applies again what it decides to keep.
 */
import type { DecisionSource } from "./decisions.ts";
import type { FaultCounter } from "./place.ts";

const SECTOR_BYTES = 512;
const NO_BYTES: Uint8Array = new Uint8Array(0);

/** Who wants to know what reached the platter. Bytes are views, valid during the call only. */
export interface DiskObserver {
  onSynced(file: string, offset: number, bytes: Uint8Array): void;
  onRemoved(file: string): void;
}

class DiskFile {
  length = 0;
  /** No crash shortens the file below this. */
  durableLength = 0;
  private gathered: Uint8Array = NO_BYTES;
  private gatheredLength = 0;
  /** What was written behind `gathered`, piece by piece: a log grows by appends and is read after a crash only. */
  private pieces: Uint8Array[] = [];

  put(offset: number, bytes: Uint8Array): void {
    if (offset === this.length) {
      this.pieces.push(bytes);
      this.length += bytes.length;
      return;
    }
    const end = offset + bytes.length;
    const file = this.bytes(end);
    // Bytes between the old end and the offset are zeros, whatever an undone write left there.
    if (offset > this.length) file.fill(0, this.length, offset);
    file.set(bytes, offset);
    if (end > this.length) this.setLength(end);
  }

  /** To a length that `bytes` has made room for. */
  setLength(lengthBytes: number): void {
    this.bytes(lengthBytes);
    this.length = lengthBytes;
    this.gatheredLength = lengthBytes;
  }

  /** The whole file in one array, which may be written and is at least so long. */
  bytes(leastBytes: number = 0): Uint8Array {
    const needed = Math.max(this.length, leastBytes);
    if (needed > this.gathered.length) {
      const grown = new Uint8Array(Math.max(needed, this.gathered.length * 2));
      grown.set(this.gathered.subarray(0, this.gatheredLength));
      this.gathered = grown;
    }
    for (const piece of this.pieces) {
      this.gathered.set(piece, this.gatheredLength);
      this.gatheredLength += piece.length;
    }
    this.pieces = [];
    return this.gathered;
  }
}

/** One write or removal that is not durable yet. */
interface PendingChange {
  readonly file: string;
  readonly offset: number;
  /** Undefined for a removal. */
  readonly bytes: Uint8Array | undefined;
  /** What the bytes overwrote inside the file's old length. */
  readonly overwritten: Uint8Array;
  readonly oldLength: number;
  /** The file that a removal took away, or undefined if a write created the file. */
  readonly before: DiskFile | undefined;
  /** A sync that should have covered it failed: no later sync makes it durable (the kernel marked the page clean). */
  isPoisoned: boolean;
}

export interface CrashOutcome {
  kept: number;
  lost: number;
  torn: number;
  bytesAtStake: number;
}

export class Disk {
  /** More bytes than this make every sync fail. */
  capacityBytes: number = Infinity;
  /** How many of the next syncs fail with an error. */
  private syncsToFail = 0;
  private failedBy: FaultCounter | undefined = undefined;
  readonly observer: DiskObserver;
  private readonly decisions: DecisionSource;
  private readonly files: Map<string, DiskFile> = new Map();
  private readonly pending: PendingChange[] = [];

  constructor(decisions: DecisionSource, observer: DiskObserver) {
    this.decisions = decisions;
    this.observer = observer;
  }

  get pendingCount(): number {
    return this.pending.length;
  }

  fileNames(): string[] {
    return [...this.files.keys()];
  }

  lengthOf(file: string): number {
    return this.files.get(file)?.length ?? 0;
  }

  /** Puts a file on the platter at once, as the installer of a new cluster does. */
  install(file: string, bytes: Uint8Array): void {
    const made = new DiskFile();
    made.put(0, bytes);
    made.durableLength = bytes.length;
    this.files.set(file, made);
    this.observer.onSynced(file, 0, bytes);
  }

  /** A copy of what reads see; shorter at the end of the file, empty without one. */
  read(file: string, offset: number, lengthBytes: number): Uint8Array {
    const found = this.files.get(file);
    if (found === undefined || offset >= found.length) return NO_BYTES;
    return found.bytes().slice(offset, Math.min(found.length, offset + lengthBytes));
  }

  write(file: string, offset: number, bytes: Uint8Array): void {
    const before = this.files.get(file);
    const target = before ?? new DiskFile();
    if (before === undefined) this.files.set(file, target);
    const oldLength = target.length;
    const overlapEnd = Math.min(oldLength, offset + bytes.length);
    const overwritten = overlapEnd > offset ? target.bytes().slice(offset, overlapEnd) : NO_BYTES;
    target.put(offset, bytes);
    this.pending.push({
      file,
      offset,
      bytes,
      overwritten,
      oldLength,
      before,
      isPoisoned: false,
    });
  }

  remove(file: string): void {
    const before = this.files.get(file);
    if (before === undefined) return;
    this.files.delete(file);
    this.pending.push({
      file,
      offset: 0,
      bytes: undefined,
      overwritten: NO_BYTES,
      oldLength: before.length,
      before,
      isPoisoned: false,
    });
  }

  failSyncs(syncs: number, counter: FaultCounter): void {
    this.syncsToFail = syncs;
    this.failedBy = counter;
  }

  /** The disk is full as it stands: whatever grows it fails at the next sync. */
  fillUp(counter: FaultCounter): void {
    this.capacityBytes = this.storedBytes();
    this.failedBy = counter;
  }

  private storedBytes(): number {
    let total = 0;
    for (const file of this.files.values()) total += file.length;
    return total;
  }

  /** Bytes that a sync called now would make durable. */
  unsyncedBytes(): number {
    let total = 0;
    for (const change of this.pending) total += change.bytes?.length ?? 0;
    return total;
  }

  /** Ends a sync that was called when `covered` changes were pending. False: an error; none of them is promised, now or later. */
  completeSync(covered: number): boolean {
    const fails =
      this.syncsToFail > 0 ||
      (this.capacityBytes !== Infinity && this.storedBytes() > this.capacityBytes);
    if (this.syncsToFail > 0) this.syncsToFail -= 1;
    if (fails && this.failedBy !== undefined) this.failedBy.diskResultsChanged += 1;
    let kept = 0;
    for (let index = 0; index < this.pending.length; index++) {
      const change = this.pending[index] as PendingChange;
      if (index < covered && fails) change.isPoisoned = true;
      if (index < covered && !change.isPoisoned) {
        this.makeDurable(change);
      } else {
        this.pending[kept] = change;
        kept += 1;
      }
    }
    this.pending.length = kept;
    return !fails;
  }

  private makeDurable(change: PendingChange): void {
    if (change.bytes === undefined) {
      this.observer.onRemoved(change.file);
      return;
    }
    const file = this.files.get(change.file);
    if (file === undefined) return; // removed since: that removal is pending
    file.durableLength = Math.max(file.durableLength, change.offset + change.bytes.length);
    this.observer.onSynced(change.file, change.offset, change.bytes);
  }

  /** Power is lost: every change not durable is kept, lost or torn, each by its own decision. */
  crash(): CrashOutcome {
    const outcome: CrashOutcome = { kept: 0, lost: 0, torn: 0, bytesAtStake: this.unsyncedBytes() };
    for (let index = this.pending.length - 1; index >= 0; index--)
      this.undo(this.pending[index] as PendingChange);
    for (const change of this.pending) this.decideAtCrash(change, outcome);
    this.pending.length = 0;
    for (const file of this.files.values()) file.durableLength = file.length;
    return outcome;
  }

  private undo(change: PendingChange): void {
    if (change.bytes === undefined) {
      this.files.set(change.file, change.before as DiskFile);
      return;
    }
    const file = this.files.get(change.file);
    if (file === undefined) return;
    if (change.before === undefined && file.durableLength === 0) {
      this.files.delete(change.file);
      return;
    }
    const bytes = file.bytes();
    bytes.set(change.overwritten, change.offset);
    const wroteUntil = change.offset + change.bytes.length;
    const clearFrom = change.offset + change.overwritten.length;
    if (wroteUntil > clearFrom) bytes.fill(0, clearFrom, wroteUntil);
    file.setLength(Math.max(change.oldLength, file.durableLength));
  }

  private decideAtCrash(change: PendingChange, outcome: CrashOutcome): void {
    const draw = this.decisions.next();
    if (draw < 1 / 3) {
      outcome.lost += 1;
      return;
    }
    const isTorn = draw >= 2 / 3 && change.bytes !== undefined;
    if (change.bytes === undefined) {
      this.files.delete(change.file);
    } else {
      let file = this.files.get(change.file);
      if (file === undefined) {
        file = new DiskFile();
        this.files.set(change.file, file);
      }
      if (isTorn) this.tear(file, change.offset, change.bytes);
      else file.put(change.offset, change.bytes);
    }
    if (isTorn) outcome.torn += 1;
    else outcome.kept += 1;
  }

  /** Writes some sectors and not the others. Sectors are those of the platter, not of the write. */
  private tear(file: DiskFile, offset: number, bytes: Uint8Array): void {
    let start = 0;
    while (start < bytes.length) {
      const sectorEnd = (Math.floor((offset + start) / SECTOR_BYTES) + 1) * SECTOR_BYTES - offset;
      const end = Math.min(bytes.length, sectorEnd);
      if (this.decisions.chance(0.5)) file.put(offset + start, bytes.subarray(start, end));
      start = end;
    }
  }

  /**
   * Flips one bit of the older half of what is durable, at a place that follows from the clean bytes: asked twice about the
   * same content, the same bit. The padding behind a batch holds zeros that nobody reads: the next byte that says something
   * is hit instead. Returns the offset, or -1 if the file holds too little.
   */
  rot(file: string): number {
    const found = this.files.get(file);
    if (found === undefined || found.durableLength < 2) return -1;
    const end = Math.floor(found.durableLength / 2);
    const bytes = found.bytes();
    const hash = hashOf(bytes, end);
    let offset = (hash >>> 0) % end;
    for (let passed = 0; passed < end && bytes[offset] === 0; passed++) offset = (offset + 1) % end;
    bytes[offset] = (bytes[offset] as number) ^ (1 << ((hash >>> 29) & 7));
    return offset;
  }

  /**
   * As if an older write had gone to the wrong sector: one sector of the older half holds zeros, another holds what belongs
   * there. Returns the offset of the first, or -1 if the file holds too little.
   */
  misdirect(file: string): number {
    const found = this.files.get(file);
    const sectors = Math.floor((found?.durableLength ?? 0) / SECTOR_BYTES / 2);
    if (found === undefined || sectors < 2) return -1;
    const bytes = found.bytes();
    const hash = hashOf(bytes, sectors * SECTOR_BYTES);
    const meant = (hash >>> 0) % sectors;
    const hit = (meant + 1 + ((hash >>> 8) % (sectors - 1))) % sectors;
    const offset = meant * SECTOR_BYTES;
    bytes.copyWithin(hit * SECTOR_BYTES, offset, offset + SECTOR_BYTES);
    bytes.fill(0, offset, offset + SECTOR_BYTES);
    return offset;
  }

  /** The disk is gone for good; what follows under this object is a blank one. */
  wipe(): void {
    this.files.clear();
    this.pending.length = 0;
  }

  /** Every file as it stands, views of what a reader sees now. */
  images(): Map<string, Uint8Array> {
    const images = new Map<string, Uint8Array>();
    for (const [name, file] of this.files) images.set(name, file.bytes().subarray(0, file.length));
    return images;
  }
}

function hashOf(bytes: Uint8Array, end: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < end; index++)
    hash = Math.imul(hash ^ (bytes[index] as number), 0x01000193);
  return hash;
}
