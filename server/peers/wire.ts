/**
 * What goes over a connection between two processes of a cluster. All numbers are little-endian.
 *
 *     "AZIMUTH PEER 1\n"   once, by whoever connects
 *     then pieces          u32 length of the rest · u8 kind ·
 *       kind 1, a frame    u8 length · from · u8 length · to · the engine's frame (engine/bytes/frame.ts)
 *       kind 2, a note     JSON of a Note (note.ts)
 */
import { latin1Of, writeLatin1 } from "../../engine/bytes/latin1.ts";
import type { NodeId } from "../../engine/contract.ts";

export const preface = "AZIMUTH PEER 1\n";

const FRAME = 1;
const NOTE = 2;
/** More than the engine ever sends in one message: an entry, or a message's worth of them, and what is around it. */
const MOST_BYTES: number = 64 << 20;

/** A frame of the engine with who sent it to whom; or a note. The bytes are the receiver's own. */
export type Piece =
  | {
      readonly kind: "frame";
      readonly from: NodeId;
      readonly to: NodeId;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: "note"; readonly text: string };

/** What stands before a frame's bytes. */
export function frameHeader(from: NodeId, to: NodeId, frameBytes: number): Uint8Array {
  const header = new Uint8Array(7 + from.length + to.length);
  putU32(header, 3 + from.length + to.length + frameBytes);
  header[4] = FRAME;
  header[5] = from.length;
  const at = writeLatin1(header, 6, from);
  header[at] = to.length;
  writeLatin1(header, at + 1, to);
  return header;
}

export function encodeNote(text: string): Uint8Array {
  const bytes = Buffer.from(text, "utf8");
  const piece = new Uint8Array(5 + bytes.length);
  putU32(piece, 1 + bytes.length);
  piece[4] = NOTE;
  piece.set(bytes, 5);
  return piece;
}

/** Puts pieces together again, however the stream was cut. */
export class PieceReader {
  /** Why the stream cannot be read on. */
  failure: string | undefined = undefined;
  private chunks: Uint8Array[] = [];
  private heldBytes = 0;

  push(bytes: Uint8Array): void {
    this.chunks.push(bytes);
    this.heldBytes += bytes.length;
  }

  /** The next whole piece; undefined: more bytes are needed, or `failure` is set. */
  next(): Piece | undefined {
    if (this.failure !== undefined || this.heldBytes < 5) return undefined;
    const head = this.peek(5);
    const lengthBytes = getU32(head);
    if (lengthBytes < 1 || lengthBytes > MOST_BYTES) {
      this.failure = `a piece of ${lengthBytes} bytes`;
      return undefined;
    }
    if (this.heldBytes < 4 + lengthBytes) return undefined;
    return this.decode(this.take(4 + lengthBytes));
  }

  /** The next so many bytes, once they are there: the preface. */
  takeText(lengthBytes: number): string | undefined {
    return this.heldBytes < lengthBytes ? undefined : latin1Of(this.take(lengthBytes));
  }

  private decode(piece: Uint8Array): Piece | undefined {
    if (piece[4] === NOTE)
      return { kind: "note", text: Buffer.from(piece.subarray(5)).toString("utf8") };
    const fromEnd = 6 + (piece[5] ?? 0);
    const toEnd = fromEnd + 1 + (piece[fromEnd] ?? 0);
    if (piece[4] !== FRAME || toEnd > piece.length) {
      this.failure = "a piece that is neither a frame nor a note";
      return undefined;
    }
    const from = latin1Of(piece, 6, fromEnd);
    const to = latin1Of(piece, fromEnd + 1, toEnd);
    return { kind: "frame", from, to, bytes: piece.subarray(toEnd) };
  }

  private peek(lengthBytes: number): Uint8Array {
    const [first] = this.chunks;
    if (first !== undefined && first.length >= lengthBytes) return first;
    this.join();
    return this.chunks[0] as Uint8Array;
  }

  private take(lengthBytes: number): Uint8Array {
    const whole = this.peek(lengthBytes);
    this.heldBytes -= lengthBytes;
    if (whole.length === lengthBytes) this.chunks.shift();
    else this.chunks[0] = whole.subarray(lengthBytes);
    return whole.subarray(0, lengthBytes);
  }

  private join(): void {
    const whole = new Uint8Array(this.heldBytes);
    let at = 0;
    for (const chunk of this.chunks) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    this.chunks = [whole];
  }
}

function putU32(bytes: Uint8Array, value: number): void {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(0, value, true);
}

function getU32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}
