/**
 * The disk of one machine: files as byte arrays, a page cache, and what is really on the platter. A write is visible to reads at
 * once and durable after a sync. At a crash each write that no sync covered is kept, lost, torn by sector or garbled.
 *
 * One image holds what the page cache shows; beside it lies, for every write not yet durable, what it overwrote. A crash
 * undoes those newest first and applies again what it decides to keep.
 */
import type { DecisionSource } from "./decisions.ts";
import { flipBit, misdirectSector, sectorBytes, sectorsOf } from "./diskDamage.ts";
import { DiskFile } from "./diskFile.ts";
import type { FaultCounter } from "./place.ts";

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** What becomes of a write that no sync covered; what is left is garbled. */
const LOST_RATIO = 0.3;
const KEPT_RATIO = 0.25;
const TORN_RATIO = 0.35;

/** Who wants to know what reached the platter. Bytes are views, valid during the call only. */
export interface DiskObserver {
  onSynced(file: string, offset: number, bytes: Uint8Array): void;
  onRemoved(file: string): void;
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
  /** The device refused it: it changed nothing, and the sync that covers it tells of the error. */
  readonly isRefused: boolean;
}

/** A write that the device said was on the platter, and is not. */
interface PhantomWrite {
  readonly file: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly overwritten: Uint8Array;
}

export interface CrashOutcome {
  kept: number;
  lost: number;
  torn: number;
  garbled: number;
  bytesAtStake: number;
}

export class Disk {
  /** More bytes than this make every sync fail. */
  capacityBytes: number = Infinity;
  /** How many of the next syncs fail with an error. */
  private syncsToFail = 0;
  private failedBy: FaultCounter | undefined = undefined;
  private writesToRefuse = 0;
  private readsToFail = 0;
  private readsToGarble = 0;
  /** Of which files the reads are garbled. */
  private garblePrefix = "";
  private readsFailedBy: FaultCounter | undefined = undefined;
  /** Files whose next durable write will prove to be a phantom: those with this prefix. */
  private phantomPrefix: string | undefined = undefined;
  private phantom: PhantomWrite | undefined = undefined;
  /** Another machine's disk was put in its place by this fault. */
  swappedBy: FaultCounter | undefined = undefined;
  readonly observer: DiskObserver;
  private readonly decisions: DecisionSource;
  private readonly files: Map<string, DiskFile> = new Map();
  private readonly pending: PendingChange[] = [];
  private durableWrites = 0;

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
    if (this.writesToRefuse > 0) {
      this.writesToRefuse -= 1;
      this.refuse(file);
      return;
    }
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
      isRefused: false,
    });
  }

  private refuse(file: string): void {
    this.pending.push({
      file,
      offset: 0,
      bytes: NO_BYTES,
      overwritten: NO_BYTES,
      oldLength: 0,
      before: undefined,
      isPoisoned: true,
      isRefused: true,
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
      isRefused: false,
    });
  }

  /** So many of the next syncs are answered with an error; 0: none any more. */
  failSyncs(syncs: number, counter: FaultCounter): void {
    this.syncsToFail = syncs;
    this.failedBy = counter;
  }

  /** So many of the next writes do nothing, and the syncs that cover them are answered with an error; 0: none any more. */
  failWrites(writes: number, counter: FaultCounter): void {
    this.writesToRefuse = writes;
    this.failedBy = counter;
  }

  /** So many of the next reads are answered with an error; 0: none any more. */
  failReads(reads: number, counter: FaultCounter): void {
    this.readsToFail = reads;
    this.readsFailedBy = counter;
  }

  /**
   * So many of the next reads show a flipped bit that is not on the platter; 0: none any more. In the older half of what is read, as
   * for `rot`: a final batch that cannot be read passes for one that was promised to nobody (decision 2).
   */
  garbleReads(reads: number, prefix: string, counter: FaultCounter): void {
    this.readsToGarble = reads;
    this.garblePrefix = prefix;
    this.readsFailedBy = counter;
  }

  /** What a process gets for a read, with what faults make of it; undefined: an error. */
  answerRead(file: string, offset: number, lengthBytes: number): Uint8Array | undefined {
    if (this.swappedBy !== undefined) this.swappedBy.diskResultsChanged += 1;
    if (this.readsToFail > 0) {
      this.readsToFail -= 1;
      this.countReadFault();
      return undefined;
    }
    const bytes = this.read(file, offset, lengthBytes);
    const older = this.damageableLength(file) - offset;
    const isGarbled = this.readsToGarble > 0 && file.startsWith(this.garblePrefix);
    if (isGarbled && flipBit(bytes, Math.min(bytes.length, older)) >= 0) {
      this.readsToGarble -= 1;
      this.countReadFault();
    }
    return bytes;
  }

  private countReadFault(): void {
    if (this.readsFailedBy !== undefined) this.readsFailedBy.diskResultsChanged += 1;
  }

  /** The next write to a file of this prefix that a sync makes durable is to prove a phantom in `losePhantom`. */
  armPhantom(prefix: string): void {
    this.phantomPrefix = prefix;
    this.phantom = undefined;
  }

  /**
   * The platter proves not to hold the phantom write. It stays if it was the last, unless `evenNewest`: that a disk forgot the
   * newest of what it acknowledged is beyond what any budget allows, since nothing on it tells (decision 2). Returns its
   * offset, or -1.
   */
  losePhantom(evenNewest: boolean): number {
    const { phantom } = this;
    this.phantomPrefix = undefined;
    this.phantom = undefined;
    if (phantom === undefined) return -1;
    const { offset, bytes, overwritten } = phantom;
    const file = this.files.get(phantom.file);
    const end = offset + bytes.length;
    if (file === undefined || file.durableLength < end) return -1;
    // What a crash has kept of unsynced writes behind it may be too little to tell.
    const isLast = file.newestSyncedAt <= offset && this.hasNewest(phantom.file, file);
    if (isLast && !evenNewest) return -1;
    const image = file.bytes();
    if (bytes.some((byte, index) => image[offset + index] !== byte)) return -1;
    image.fill(0, offset, end);
    image.set(overwritten, offset);
    return offset;
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
      this.pending.some((change, index) => index < covered && change.isRefused) ||
      (this.capacityBytes !== Infinity && this.storedBytes() > this.capacityBytes);
    if (this.syncsToFail > 0) this.syncsToFail -= 1;
    if (fails && this.failedBy !== undefined) this.failedBy.diskResultsChanged += 1;
    let kept = 0;
    for (let index = 0; index < this.pending.length; index++) {
      const change = this.pending[index] as PendingChange;
      if (index < covered && change.isRefused) continue;
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
    file.newestSyncedAt = change.offset;
    this.durableWrites += 1;
    file.newestSyncedCount = this.durableWrites;
    if (this.phantomPrefix !== undefined && change.file.startsWith(this.phantomPrefix)) {
      const { offset, bytes, overwritten } = change;
      this.phantom = { file: change.file, offset, bytes, overwritten };
      this.phantomPrefix = undefined;
    }
    this.observer.onSynced(change.file, change.offset, change.bytes);
  }

  /** Power is lost: every change not durable is kept, lost, torn or garbled, each by its own decision. */
  crash(): CrashOutcome {
    const bytesAtStake = this.unsyncedBytes();
    const outcome: CrashOutcome = { kept: 0, lost: 0, torn: 0, garbled: 0, bytesAtStake };
    const changes = this.pending.filter((change) => !change.isRefused);
    for (const change of changes.toReversed()) this.undo(change);
    for (const change of changes) this.decideAtCrash(change, outcome);
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
    if (draw < LOST_RATIO) {
      outcome.lost += 1;
      return;
    }
    if (change.bytes === undefined) {
      this.files.delete(change.file);
      outcome.kept += 1;
      return;
    }
    let file = this.files.get(change.file);
    if (file === undefined) {
      file = new DiskFile();
      this.files.set(change.file, file);
    }
    if (draw < LOST_RATIO + KEPT_RATIO) {
      file.put(change.offset, change.bytes);
      outcome.kept += 1;
    } else if (draw < LOST_RATIO + KEPT_RATIO + TORN_RATIO) {
      this.tear(file, change.offset, change.bytes);
      outcome.torn += 1;
    } else {
      this.garble(file, change.offset, change.bytes);
      outcome.garbled += 1;
    }
  }

  /** Writes some sectors and not the others: those up to a place, those behind it, every other one, or each by chance. */
  private tear(file: DiskFile, offset: number, bytes: Uint8Array): void {
    const sectors = sectorsOf(offset, bytes.length);
    const how = this.decisions.integer(0, 4);
    const place = how < 2 ? this.decisions.integer(0, sectors.length) : 0;
    sectors.forEach(({ start, end }, index) => {
      const isWritten =
        how === 0
          ? index < place
          : how === 1
            ? index > place
            : how === 2
              ? index % 2 === 1
              : this.decisions.chance(0.5);
      if (isWritten) file.put(offset + start, bytes.subarray(start, end));
    });
  }

  /** All is written, save one sector that holds noise. */
  private garble(file: DiskFile, offset: number, bytes: Uint8Array): void {
    file.put(offset, bytes);
    const sectors = sectorsOf(offset, bytes.length);
    const hit = sectors[this.decisions.integer(0, sectors.length)];
    if (hit === undefined) return;
    let noise = this.decisions.integer(1, 1 << 30);
    const image = file.bytes();
    for (let at = offset + hit.start; at < offset + hit.end; at++) {
      noise = (Math.imul(noise, 1_103_515_245) + 12_345) & 0x7fffffff;
      image[at] = noise >> 16;
    }
  }

  /**
   * Flips one bit of the older part of what is durable, at a place that follows from the clean bytes: asked twice about the
   * same content, the same bit. The padding behind a batch holds zeros that nobody reads: the next byte that says something
   * is hit instead. Returns the offset, or -1 if the file holds too little.
   */
  rot(file: string): number {
    const found = this.files.get(file);
    if (found === undefined) return -1;
    return flipBit(found.bytes(), this.damageableLength(file));
  }

  /**
   * Damage stays below this: of a log's newest file in the older half. A log's final batch may have been torn by a crash or have rotted
   * since, and looks the same: its rot is beyond what any budget allows (decision 2). The only batch of a log is no such case.
   */
  damageableLength(file: string): number {
    const found = this.files.get(file);
    if (found === undefined) return 0;
    if (!this.hasNewest(file, found)) return found.durableLength;
    const isOnly = this.family(file).length === 1;
    return found.newestSyncedAt === 0 && !isOnly ? 0 : found.olderLength;
  }

  /** Whether no file of the same log has a newer durable write. */
  private hasNewest(file: string, found: DiskFile): boolean {
    return this.family(file).every((other) => other.newestSyncedCount <= found.newestSyncedCount);
  }

  /** Files whose names begin alike: "wal-1", "wal-1-2". */
  private family(file: string): DiskFile[] {
    const [stem = ""] = file.split("-");
    return [...this.files].filter(([name]) => name.split("-")[0] === stem).map(([, one]) => one);
  }

  /** The file in the middle of those of a prefix that can be damaged. */
  damageableFile(prefix: string): string | undefined {
    const files = [...this.files.keys()].filter(
      (name) => name.startsWith(prefix) && this.damageableLength(name) > 0,
    );
    return files[files.length >> 1];
  }

  /**
   * As if an older write had gone to the wrong sector: one sector of the older part holds zeros, another holds what belongs
   * there. Returns the offset of the first, or -1 if the file holds too little.
   */
  misdirect(file: string): number {
    const found = this.files.get(file);
    const sectors = Math.floor(this.damageableLength(file) / sectorBytes);
    if (found === undefined || sectors < 2) return -1;
    return misdirectSector(found.bytes(), sectors);
  }

  /** The disk is gone for good; what follows under this object is a blank one. */
  wipe(): void {
    this.files.clear();
    this.pending.length = 0;
    this.swappedBy = undefined;
    this.phantom = undefined;
  }

  /** Every file, in bytes of its own. */
  copyOfImages(): ReadonlyMap<string, Uint8Array> {
    return new Map([...this.images()].map(([name, bytes]) => [name, bytes.slice()]));
  }

  /** Puts another disk in this one's place, until the own one is put back with no counter. Callers: nothing is pending. */
  swap(images: ReadonlyMap<string, Uint8Array>, counter: FaultCounter | undefined): void {
    this.wipe();
    for (const [name, bytes] of images) {
      const file = new DiskFile();
      file.put(0, bytes);
      file.durableLength = bytes.length;
      this.files.set(name, file);
    }
    this.swappedBy = counter;
  }

  /** Every file as it stands, views of what a reader sees now. */
  images(): Map<string, Uint8Array> {
    const images = new Map<string, Uint8Array>();
    for (const [name, file] of this.files) images.set(name, file.bytes().subarray(0, file.length));
    return images;
  }
}
