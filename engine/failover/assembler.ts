/**
 * Puts records that were cut into several entries together again (PROTOCOL rule 5). A record counts at its last chunk;
 * a leadership entry voids one that its dead writer never finished.
 */
import { assert } from "../assert.ts";
import type { LogEntry } from "../log/entry.ts";

export class Assembler {
  private chunks: Uint8Array[] = [];
  private lengthBytes = 0;

  get isEmpty(): boolean {
    return this.chunks.length === 0;
  }

  /** Takes the next effects entry of the log; the whole record's payload at its last chunk, undefined before. */
  add(entry: LogEntry): Uint8Array | undefined {
    assert(
      entry.isFirstChunk === this.isEmpty,
      () => `entry ${entry.position}: a record begins or continues out of order`,
    );
    if (entry.isFirstChunk && entry.isLastChunk) return entry.payload;
    this.chunks.push(entry.payload);
    this.lengthBytes += entry.payload.length;
    if (!entry.isLastChunk) return undefined;
    const record = new Uint8Array(this.lengthBytes);
    let at = 0;
    for (const chunk of this.chunks) {
      record.set(chunk, at);
      at += chunk.length;
    }
    this.void();
    return record;
  }

  /** Drops an unfinished record. */
  void(): void {
    this.chunks = [];
    this.lengthBytes = 0;
  }
}
