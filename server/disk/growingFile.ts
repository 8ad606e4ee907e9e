/**
 * A file whose end is written again and again: room for more is made ahead, as zeros. A sync of what lies inside a file's old length
 * has no new length to write down, which on a journalling file system is several times as fast.
 *
 * Zeros behind the last batch mean nothing to the engine (engine/log/recovery.ts).
 */
import type { Done, LayerFile } from "./fileLayer.ts";

const LEAST_GROWTH_BYTES: number = 256 << 10;
const MOST_GROWTH_BYTES: number = 8 << 20;

export class GrowingFile {
  private readonly file: LayerFile;
  /** Where the zeros end that are there already. */
  private roomEnd: number;
  private isGrowing = false;
  /** Room could not be made: writes find out for themselves. */
  private isFull = false;
  private waiting: (() => void)[] = [];

  constructor(file: LayerFile) {
    this.file = file;
    this.roomEnd = file.sizeBytes;
  }

  write(offset: number, bytes: Uint8Array, done: Done): void {
    const end = offset + bytes.length;
    if (this.isGrowing && end > this.roomEnd) {
      // The zeros that are on their way must not land on this.
      this.waiting.push(() => this.write(offset, bytes, done));
      return;
    }
    this.file.write(offset, bytes, (error) => {
      if (error === null && end > this.roomEnd) {
        this.roomEnd = end;
        this.isFull = false;
      }
      if (error === null) this.growBehind(end);
      done(error);
    });
  }

  private growBehind(end: number): void {
    const growthBytes = growthOf(this.roomEnd);
    const hasRoom = this.roomEnd - end >= growthBytes / 2;
    if (!hasRoom && !this.isGrowing && !this.isFull) this.grow(growthBytes);
  }

  sync(done: Done): void {
    this.file.sync(done);
  }

  /** Waits for zeros that are on their way: they would land on what the next owner of the file writes. */
  close(done: () => void): void {
    if (this.isGrowing) this.waiting.push(() => this.close(done));
    else this.file.close(done);
  }

  private grow(growthBytes: number): void {
    this.isGrowing = true;
    const from = this.roomEnd;
    this.file.write(from, new Uint8Array(growthBytes), (error) => {
      this.isGrowing = false;
      if (error === null) this.roomEnd = from + growthBytes;
      else this.isFull = true;
      for (const again of this.waiting.splice(0)) again();
    });
  }
}

function growthOf(sizeBytes: number): number {
  return Math.min(Math.max(LEAST_GROWTH_BYTES, sizeBytes), MOST_GROWTH_BYTES);
}
