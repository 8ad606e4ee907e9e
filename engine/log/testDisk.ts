/** For tests only: a disk that a crash may tear. */
import { must } from "../assert.ts";
import type { Random } from "../contract.ts";
import { sectorBytes } from "./diskFormat.ts";

interface PendingWrite {
  readonly file: string;
  readonly offset: number;
  /** Undefined: the file is removed. */
  readonly bytes: Uint8Array | undefined;
}

/** A disk with a cache: reads see everything, a crash keeps, loses or tears what no sync has covered. */
export class TestDisk {
  files: Map<string, Uint8Array> = new Map();
  private pending: PendingWrite[] = [];
  private covered = 0;

  write(file: string, offset: number, bytes: Uint8Array | undefined): void {
    this.pending.push({ file, offset, bytes });
  }

  beginSync(): void {
    this.covered = this.pending.length;
  }

  endSync(): void {
    for (const write of this.pending.splice(0, this.covered)) apply(this.files, write);
    this.covered = 0;
  }

  read(file: string, offset: number, lengthBytes: number): Uint8Array {
    const cached = new Map(this.files);
    for (const write of this.pending) apply(cached, write);
    const bytes = cached.get(file) ?? new Uint8Array(0);
    return bytes.slice(offset, offset + lengthBytes);
  }

  crash(random: Random): void {
    for (const write of this.pending) {
      const draw = random();
      if (draw < 0.4) apply(this.files, write);
      else if (draw < 0.7 && write.bytes !== undefined) tear(this.files, write, random);
    }
    this.pending = [];
    this.covered = 0;
  }

  /** Flips a bit of a byte that was synced. */
  rot(file: string, offset: number): void {
    const bytes = this.files.get(file);
    if (bytes === undefined || offset >= bytes.length) return;
    const copy = bytes.slice();
    copy[offset] = (copy[offset] ?? 0) ^ 0x10;
    this.files.set(file, copy);
  }
}

function apply(files: Map<string, Uint8Array>, write: PendingWrite): void {
  if (write.bytes === undefined) {
    files.delete(write.file);
    return;
  }
  const old = files.get(write.file) ?? new Uint8Array(0);
  const grown = new Uint8Array(Math.max(old.length, write.offset + write.bytes.length));
  grown.set(old);
  grown.set(write.bytes, write.offset);
  files.set(write.file, grown);
}

function tear(files: Map<string, Uint8Array>, write: PendingWrite, random: Random): void {
  const bytes = must(write.bytes, "bytes");
  for (let start = 0; start < bytes.length; start += sectorBytes) {
    if (random() < 0.5) continue;
    const sector = bytes.subarray(start, start + sectorBytes);
    apply(files, { file: write.file, offset: write.offset + start, bytes: sector });
  }
}
