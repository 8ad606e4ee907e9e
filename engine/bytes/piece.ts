/**
 * Bytes of a chunk, told by where they begin and end: what is only joined or copied needs no view of its own, which costs more
 * than the few bytes of most replies and records.
 */
const NO_BYTES: Uint8Array = new Uint8Array(0);

export class Piece {
  private chunk: Uint8Array;
  private start: number;
  private end: number;

  constructor(chunk: Uint8Array = NO_BYTES, start: number = 0, end: number = chunk.length) {
    this.chunk = chunk;
    this.start = start;
    this.end = end;
  }

  get length(): number {
    return this.end - this.start;
  }

  /** A view of its chunk, made anew each time. */
  get bytes(): Uint8Array {
    const { chunk, start } = this;
    return new Uint8Array(chunk.buffer, chunk.byteOffset + start, this.length);
  }

  /** The same bytes, in an object of their own. */
  copy(): Piece {
    return new Piece(this.chunk, this.start, this.end);
  }

  /** Stands for other bytes from now on. */
  become(chunk: Uint8Array, start: number, end: number): void {
    this.chunk = chunk;
    this.start = start;
    this.end = end;
  }

  /** Takes in the next piece, if it stands behind this one in the same chunk, as what was written in turn does. */
  join(next: Piece): boolean {
    if (this.chunk !== next.chunk || this.end !== next.start) return false;
    this.end = next.end;
    return true;
  }

  /** Copies its bytes; `target` has room for them at `offset`. */
  copyTo(target: Uint8Array, offset: number): void {
    const { chunk, start, end } = this;
    // A call of Node or V8 costs as much as so many bytes one by one.
    if (end - start > MOST_BYTES_BY_HAND) return target.set(this.bytes, offset);
    for (let from = start, to = offset; from < end; from++, to++) {
      target[to] = chunk[from] as number;
    }
  }
}

const MOST_BYTES_BY_HAND = 96;
