/** One file of a simulated disk: what reads see, and how much of it no crash takes back. */
const NO_BYTES: Uint8Array = new Uint8Array(0);

export class DiskFile {
  length = 0;
  /** No crash shortens the file below this. */
  durableLength = 0;
  /** Where the newest write begins that a sync has made durable. */
  newestSyncedAt = 0;
  /** Counts the disk's durable writes: of two files the higher one has the newer. */
  newestSyncedCount = 0;
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

  /** The older half, and below what the newest sync covered; the half alone if that was the only one. */
  get olderLength(): number {
    const half = Math.floor(this.durableLength / 2);
    return this.newestSyncedAt > 0 ? Math.min(half, this.newestSyncedAt) : half;
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
