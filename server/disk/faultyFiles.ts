/** The real files of a server with chaos=yes: disks of zones fail as they are told to (server/chaos/). */
import {
  existsSync,
  fstatSync,
  openSync,
  closeSync,
  readdirSync,
  readSync,
  writeSync,
} from "node:fs";
import { join, sep } from "node:path";
import type { DiskFaultName } from "../chaos/faultKinds.ts";
import { zonePath } from "../folder/clusterFolder.ts";
import type { Done, FileLayer, LayerFile, Opened, ReadBytes } from "./fileLayer.ts";

interface ActiveFault {
  readonly folder: string;
  readonly how: DiskFaultName;
  /** How often it still happens. */
  left: number;
  /** How often it has happened. */
  met: number;
  /** Syncs that wait for the end of a stall. */
  readonly waiting: (() => void)[];
}

const SECTOR_BYTES = 512;
/** The newest batch of a log may be torn, and is no damage then: it must lie behind what is damaged. */
const LEAST_LOG_BYTES: number = 8 * SECTOR_BYTES;

export class FaultyFiles implements FileLayer {
  private readonly real: FileLayer;
  private readonly dir: string;
  private readonly active: Map<number, ActiveFault> = new Map();

  /** `dir`: the cluster's folder. */
  constructor(real: FileLayer, dir: string) {
    this.real = real;
    this.dir = dir;
  }

  /** `times`: of the next syncs, writes or reads; 0: all until it ends. */
  begin(id: number, zone: string, how: DiskFaultName, times: number): void {
    const folder = zonePath(this.dir, zone);
    const left = times === 0 ? Infinity : times;
    this.active.set(id, { folder, how, left, met: 0, waiting: [] });
  }

  /** Returns how often it has happened. */
  end(id: number): number {
    const ended = this.active.get(id);
    this.active.delete(id);
    for (const goOn of ended?.waiting ?? []) goOn();
    return ended?.met ?? 0;
  }

  /**
   * Damages a file of a log that nobody has open: a bit of it flips, or a sector is written over by another. Returns its name; undefined
   * if so little is written that the damage might be a torn end.
   */
  damage(zone: string, how: "bit" | "sector", random: () => number): string | undefined {
    const folder = join(zonePath(this.dir, zone), "log");
    if (!existsSync(folder)) return undefined;
    const logs = readdirSync(folder).filter((name) => name.startsWith("wal-"));
    for (const name of logs.toSorted().toReversed()) {
      if (damageFile(join(folder, name), how, random)) return name;
    }
    return undefined;
  }

  /** The fault of this kind that meets a path now, which has happened once more. */
  meets(how: DiskFaultName, path: string): ActiveFault | undefined {
    for (const fault of this.active.values()) {
      if (fault.how !== how || fault.left === 0 || !path.startsWith(fault.folder + sep)) continue;
      fault.left -= 1;
      fault.met += 1;
      return fault;
    }
    return undefined;
  }

  open(path: string, done: Opened): void {
    this.real.open(path, (error, file, isNew) => {
      done(error, file === undefined ? undefined : new FaultyFile(this, path, file), isNew);
    });
  }

  read(path: string, offset: number, lengthBytes: number, done: ReadBytes): void {
    if (this.meets("read", path) !== undefined) {
      done(systemError("EIO", "the disk fails a read"), new Uint8Array(0));
      return;
    }
    this.real.read(path, offset, lengthBytes, (error, bytes) => {
      // A read of nothing cannot show a flipped bit.
      if (bytes.length === 0 || this.meets("garble", path) === undefined) return done(error, bytes);
      const garbled = bytes.slice();
      const at = Math.floor(garbled.length / 2);
      garbled[at] = (garbled[at] ?? 0) ^ 4;
      done(error, garbled);
    });
  }

  remove(path: string, done: Done): void {
    this.real.remove(path, done);
  }

  syncFolder(path: string, done: Done): void {
    this.sync(join(path, "."), (hear) => this.real.syncFolder(path, hear), done);
  }

  freeBytes(folder: string, done: (error: Error | null, bytes: number) => void): void {
    if (this.meets("full", join(folder, sep)) !== undefined) return done(null, 0);
    this.real.freeBytes(folder, done);
  }

  sync(path: string, real: (done: Done) => void, done: Done): void {
    if (this.meets("sync", path) !== undefined) {
      return done(systemError("EIO", "the disk fails a sync"));
    }
    const stall = this.meets("stall", path);
    if (stall === undefined) return real(done);
    stall.waiting.push(() => real(done));
  }
}

class FaultyFile implements LayerFile {
  private readonly layer: FaultyFiles;
  private readonly path: string;
  private readonly real: LayerFile;

  constructor(layer: FaultyFiles, path: string, real: LayerFile) {
    this.layer = layer;
    this.path = path;
    this.real = real;
  }

  get sizeBytes(): number {
    return this.real.sizeBytes;
  }

  write(offset: number, bytes: Uint8Array, done: Done): void {
    const { layer, path } = this;
    if (layer.meets("full", path) !== undefined) {
      return done(systemError("ENOSPC", "no space left on device"));
    }
    if (layer.meets("write", path) !== undefined) {
      return done(systemError("EIO", "the disk fails a write"));
    }
    this.real.write(offset, bytes, done);
  }

  sync(done: Done): void {
    this.layer.sync(this.path, (hear) => this.real.sync(hear), done);
  }

  close(done: () => void): void {
    this.real.close(done);
  }
}

function damageFile(path: string, how: "bit" | "sector", random: () => number): boolean {
  const descriptor = openSync(path, "r+");
  try {
    const bytes = new Uint8Array(fstatSync(descriptor).size);
    readSync(descriptor, bytes, 0, bytes.length, 0);
    // A file is longer than what is written in it.
    const written = bytes.findLastIndex((byte) => byte !== 0) + 1;
    if (written < LEAST_LOG_BYTES) return false;
    const middle = written / 2;
    if (how === "sector") {
      const sectors = Math.floor(middle / SECTOR_BYTES);
      const at = Math.floor(random() * (sectors - 1));
      const other = bytes.subarray((at + 1) * SECTOR_BYTES, (at + 2) * SECTOR_BYTES);
      writeSync(descriptor, other, 0, other.length, at * SECTOR_BYTES);
      return true;
    }
    // Between batches there are zeros, of no meaning.
    const from = Math.floor(random() * middle);
    const at = bytes.findIndex((byte, index) => index >= from && byte !== 0);
    writeSync(descriptor, new Uint8Array([(bytes[at] ?? 0) ^ 1]), 0, 1, at);
    return true;
  } finally {
    closeSync(descriptor);
  }
}

function systemError(code: string, text: string): Error {
  return Object.assign(new Error(`${code}: ${text}`), { code });
}
