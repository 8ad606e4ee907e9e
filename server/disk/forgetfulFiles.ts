/**
 * Files for tests of durability: what was written reaches the real file only when it is synced, so that the end of the process loses it
 * as the end of the power would; a new file has its name only when its folder is synced. (After kill -9 of an ordinary process the operating system still holds everything.) It can also refuse
 * what a failing or full disk refuses, leave torn ends behind, and lie.
 */
import { closeSync, existsSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Done, FileLayer, LayerFile, Opened, ReadBytes } from "./fileLayer.ts";

interface HeldWrite {
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** A sync of it failed: as on Linux it can still be read, and no later sync writes it. */
  isLost: boolean;
}

export class ForgetfulFiles implements FileLayer {
  /** So many of the next syncs fail. */
  syncsToFail: number = 0;
  /** Only paths with this in them fail. */
  failOnly: string = "";
  /** Syncs are told to be done that were not. */
  lies: boolean = false;
  /** Bytes that may still be written. */
  capacityBytes: number = Infinity;
  private readonly real: FileLayer;
  /** By path, oldest first. */
  private readonly held: Map<string, HeldWrite[]> = new Map();
  /** Files whose folder no sync has covered since they were made: by path, where they are meanwhile. */
  private readonly nameless: Map<string, string> = new Map();

  constructor(real: FileLayer) {
    this.real = real;
  }

  open(path: string, done: Opened): void {
    if (!existsSync(path) && !this.nameless.has(path)) {
      const aside = `${path}.nameless`;
      rmSync(aside, { force: true });
      this.nameless.set(path, aside);
    }
    this.real.open(this.placeOf(path), (error, file, isNew) => {
      if (file === undefined) return done(error, undefined, false);
      const held = this.held.get(path) ?? [];
      this.held.set(path, held);
      done(null, new ForgetfulFile(this, path, file, held), isNew);
    });
  }

  read(path: string, offset: number, lengthBytes: number, done: ReadBytes): void {
    this.real.read(this.placeOf(path), offset, lengthBytes, (error, bytes) => {
      const writes = this.held.get(path) ?? [];
      done(error, error === null ? overlaid(bytes, offset, lengthBytes, writes) : bytes);
    });
  }

  remove(path: string, done: Done): void {
    const place = this.placeOf(path);
    this.held.delete(path);
    this.nameless.delete(path);
    this.real.remove(place, done);
  }

  private placeOf(path: string): string {
    return this.nameless.get(path) ?? path;
  }

  syncFolder(path: string, done: Done): void {
    if (this.lies) return done(null);
    const error = this.refuseSync(path);
    if (error !== null) return done(error);
    for (const [name, aside] of this.nameless) {
      if (dirname(name) !== path) continue;
      renameSync(aside, name);
      this.nameless.delete(name);
    }
    this.real.syncFolder(path, done);
  }

  freeBytes(folder: string, done: (error: Error | null, bytes: number) => void): void {
    if (this.capacityBytes < Infinity) done(null, this.capacityBytes);
    else this.real.freeBytes(folder, done);
  }

  /**
   * As when the power ends in the midst of a write: of what is not synced a part has reached the files, with `garbage` followed by
   * bytes that nobody wrote. To be called last before the process ends. `random` draws numbers in [0, 1).
   */
  tear(random: () => number, garbage: boolean): void {
    for (const [path, held] of this.held) {
      const writes = held.filter(({ isLost }) => !isLost);
      const heldBytes = writes.reduce((sum, { bytes }) => sum + bytes.length, 0);
      if (heldBytes === 0) continue;
      const file = openSync(this.placeOf(path), "r+");
      let keptBytes = Math.floor(random() * (heldBytes + 1));
      for (const { offset, bytes } of writes) {
        const kept = bytes.subarray(0, keptBytes);
        writeSync(file, kept, 0, kept.length, offset);
        keptBytes -= kept.length;
        if (kept.length === bytes.length) continue;
        if (garbage) {
          const left = bytes.length - kept.length;
          const noise = Uint8Array.from({ length: Math.min(left, 600) }, () => random() * 256);
          writeSync(file, noise, 0, noise.length, offset + kept.length);
        }
        break;
      }
      closeSync(file);
    }
  }

  refuseSync(path: string): Error | null {
    if (this.syncsToFail === 0 || !path.includes(this.failOnly)) return null;
    this.syncsToFail -= 1;
    return systemError("EIO", "i/o error");
  }

  refuseWrite(lengthBytes: number): Error | null {
    if (lengthBytes > this.capacityBytes) return systemError("ENOSPC", "no space left on device");
    this.capacityBytes -= lengthBytes;
    return null;
  }
}

class ForgetfulFile implements LayerFile {
  private readonly files: ForgetfulFiles;
  private readonly path: string;
  private readonly real: LayerFile;
  private readonly held: HeldWrite[];
  private heldEnd = 0;

  constructor(files: ForgetfulFiles, path: string, real: LayerFile, held: HeldWrite[]) {
    this.files = files;
    this.path = path;
    this.real = real;
    this.held = held;
    for (const { offset, bytes } of held) this.noteEnd(offset + bytes.length);
  }

  get sizeBytes(): number {
    return Math.max(this.real.sizeBytes, this.heldEnd);
  }

  write(offset: number, bytes: Uint8Array, done: Done): void {
    const end = offset + bytes.length;
    const error = this.files.refuseWrite(Math.max(0, end - this.sizeBytes));
    if (error !== null) return done(error);
    this.held.push({ offset, bytes: bytes.slice(), isLost: false });
    this.noteEnd(end);
    done(null);
  }

  sync(done: Done): void {
    if (this.files.lies) return done(null);
    const error = this.files.refuseSync(this.path);
    if (error !== null) {
      for (const write of this.held) write.isLost = true;
      return done(error);
    }
    // What is read must not change while this goes on, so it stays held until it is in the real file.
    const writes = this.held.filter(({ isLost }) => !isLost);
    const writeFrom = (index: number): void => {
      const write = writes[index];
      if (write === undefined) return this.finishSync(writes, done);
      this.real.write(write.offset, write.bytes, (writeError) =>
        writeError === null ? writeFrom(index + 1) : done(writeError),
      );
    };
    writeFrom(0);
  }

  private finishSync(writes: readonly HeldWrite[], done: Done): void {
    const written = new Set(writes);
    const kept = this.held.filter((write) => !written.has(write));
    this.held.splice(0, this.held.length, ...kept);
    this.real.sync(done);
  }

  close(done: () => void): void {
    this.real.close(done);
  }

  private noteEnd(end: number): void {
    this.heldEnd = Math.max(this.heldEnd, end);
  }
}

function overlaid(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
  writes: readonly HeldWrite[],
): Uint8Array {
  let end = offset + bytes.length;
  for (const write of writes) end = Math.max(end, write.offset + write.bytes.length);
  const whole = new Uint8Array(Math.min(lengthBytes, Math.max(0, end - offset)));
  whole.set(bytes.subarray(0, whole.length));
  for (const write of writes) {
    const from = Math.max(write.offset, offset);
    const to = Math.min(write.offset + write.bytes.length, offset + whole.length);
    if (to > from) {
      whole.set(write.bytes.subarray(from - write.offset, to - write.offset), from - offset);
    }
  }
  return whole;
}

function systemError(code: string, text: string): Error {
  return Object.assign(new Error(`${code}: ${text}`), { code });
}
