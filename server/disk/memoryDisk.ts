/**
 * A disk that is none: everything is forgotten with the process, and a sync costs nothing. For measurements of what is not the
 * disk, and for caches that may be lost. It writes nothing at all: a log node that holds all of its log in memory reads its disk only when
 * it starts, and this one never survives its log node. So it answers within the call that asks.
 */
import type { MachineDisk, ReadDone } from "./machineDisk.ts";

const NO_BYTES: Uint8Array = new Uint8Array(0);

export class MemoryDisk implements MachineDisk {
  /** What was there before the first start: the format marker and an empty log. */
  private readonly files: ReadonlyMap<string, Uint8Array>;

  constructor(files: ReadonlyMap<string, Uint8Array>) {
    this.files = files;
  }

  read(file: string, offset: number, lengthBytes: number, done: ReadDone): void {
    done(true, this.files.get(file)?.slice(offset, offset + lengthBytes) ?? NO_BYTES);
  }

  write(): void {}

  remove(): void {}

  sync(done: (ok: boolean) => void): void {
    done(true);
  }

  close(): void {}
}
