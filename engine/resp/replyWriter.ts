/**
 * Writes replies in RESP2 or RESP3, whichever the connection speaks. A type that RESP2 lacks is written as what Redis
 * sends in its place (a map as a flat array, a double as a bulk string, …).
 *
 * @see https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
import type { Piece } from "../bytes/piece.ts";
import { doubleText } from "../structures/doubleText.ts";

const CR = 13;
const LF = 10;
const DOLLAR = 36;
const STAR = 42;
const ZERO = 48;
const COLON = 58;
/** Whole numbers from zero on that need no string, and how many digits they have at most. */
const FEW_DIGITS = 9;
const MANY: number = 10 ** FEW_DIGITS;

export class ReplyWriter {
  /** 2 or 3: the protocol of the connection that is being answered. */
  version: 2 | 3 = 2;
  private buffer: Uint8Array = new Uint8Array(LEAST_CHUNK_BYTES);
  /** Where the reply under way begins in the chunk, and where it has come to. */
  private start = 0;
  private cursor = 0;

  get lengthBytes(): number {
    return this.cursor - this.start;
  }

  /** A status of one line, such as "OK". */
  simple(text: string): void {
    this.line("+", text);
  }

  /** An error of one line with its code, such as "ERR syntax error". */
  error(text: string): void {
    this.line("-", text);
  }

  integer(value: number): void {
    this.number(COLON, value);
  }

  /** A 64-bit integer given in decimal. */
  integerText(decimal: string): void {
    this.line(":", decimal);
  }

  bulk(text: string): void {
    this.number(DOLLAR, text.length);
    this.reserve(text.length + 2);
    this.chars(text);
    this.end();
  }

  /** A bulk string of bytes, which are copied. */
  bulkBytes(bytes: Uint8Array): void {
    this.number(DOLLAR, bytes.length);
    this.reserve(bytes.length + 2);
    this.buffer.set(bytes, this.cursor);
    this.cursor += bytes.length;
    this.end();
  }

  bulkOrNull(text: string | undefined): void {
    if (text === undefined) this.null();
    else this.bulk(text);
  }

  null(): void {
    if (this.version === 3) this.line("_", "");
    else this.line("$", "-1");
  }

  nullArray(): void {
    if (this.version === 3) this.line("_", "");
    else this.line("*", "-1");
  }

  array(length: number): void {
    this.number(STAR, length);
  }

  bulks(texts: readonly string[]): void {
    this.array(texts.length);
    for (const text of texts) this.bulk(text);
  }

  /** `pairs` keys, each followed by its value. */
  map(pairs: number): void {
    if (this.version === 3) this.line("%", String(pairs));
    else this.line("*", String(pairs * 2));
  }

  set(length: number): void {
    this.line(this.version === 3 ? "~" : "*", String(length));
  }

  push(length: number): void {
    this.line(this.version === 3 ? ">" : "*", String(length));
  }

  /** Attributes precede a reply in RESP3; RESP2 has none, so callers write them in RESP3 only. */
  attribute(pairs: number): void {
    this.line("|", String(pairs));
  }

  boolean(value: boolean): void {
    if (this.version === 3) this.line("#", value ? "t" : "f");
    else this.integer(value ? 1 : 0);
  }

  /** A double in the text that Redis gives it. */
  double(value: number): void {
    this.doubleText(doubleText(value));
  }

  /** A double in a text of its own. */
  doubleText(text: string): void {
    if (this.version === 3) this.line(",", text);
    else this.bulk(text);
  }

  bigNumber(decimal: string): void {
    if (this.version === 3) this.line("(", decimal);
    else this.bulk(decimal);
  }

  /** `format` has three chars, such as "txt". */
  verbatim(format: string, text: string): void {
    if (this.version === 2) return this.bulk(text);
    this.line("=", String(text.length + 4));
    this.reserve(text.length + 6);
    this.chars(format);
    this.chars(":");
    this.chars(text);
    this.end();
  }

  /** What was written, to be read before anything else is: it begins at `lengthBytes` = 0 at `startBytes`. */
  get written(): Uint8Array {
    return this.buffer;
  }

  get startBytes(): number {
    return this.start;
  }

  /** Forgets what was written behind `lengthBytes`. */
  truncate(lengthBytes: number): void {
    this.cursor = this.start + lengthBytes;
  }

  /**
   * What was written, now the caller's: a view of a chunk that later replies go on in, since an array of its own would
   * cost far more (see bytes/writer.ts). The writer is empty afterwards.
   */
  take(): Uint8Array {
    const taken = new Uint8Array(this.buffer.buffer, this.start, this.lengthBytes);
    this.start = this.cursor;
    return taken;
  }

  /** The same without a view. */
  takeInto(piece: Piece): void {
    piece.become(this.buffer, this.start, this.cursor);
    this.start = this.cursor;
  }

  /** A line that holds a number behind its mark. */
  private number(mark: number, value: number): void {
    if (!(value >= 0 && value < MANY) || !Number.isInteger(value)) {
      return this.line(String.fromCharCode(mark), String(value));
    }
    this.reserve(FEW_DIGITS + 3);
    const { buffer } = this;
    let digits = 1;
    for (let bound = 10; value >= bound; bound *= 10) digits += 1;
    buffer[this.cursor] = mark;
    this.cursor += digits + 1;
    let left = value;
    for (let at = this.cursor - 1; digits > 0; digits--, at--) {
      const tens = Math.floor(left / 10);
      buffer[at] = ZERO + left - tens * 10;
      left = tens;
    }
    this.end();
  }

  private line(mark: string, text: string): void {
    this.reserve(text.length + 3);
    this.chars(mark);
    this.chars(text);
    this.end();
  }

  private chars(text: string): void {
    const { buffer } = this;
    let at = this.cursor;
    for (let index = 0; index < text.length; index++) buffer[at++] = text.charCodeAt(index);
    this.cursor = at;
  }

  private end(): void {
    this.buffer[this.cursor] = CR;
    this.buffer[this.cursor + 1] = LF;
    this.cursor += 2;
  }

  private reserve(moreBytes: number): void {
    if (this.cursor + moreBytes <= this.buffer.length) return;
    const neededBytes = this.lengthBytes + moreBytes;
    const chunkBytes = Math.min(LARGEST_CHUNK_BYTES, this.buffer.length * 2);
    const chunk = new Uint8Array(Math.max(chunkBytes, neededBytes * 2));
    chunk.set(this.buffer.subarray(this.start, this.cursor));
    this.cursor -= this.start;
    this.start = 0;
    this.buffer = chunk;
  }
}

const LEAST_CHUNK_BYTES = 1024;
const LARGEST_CHUNK_BYTES: number = 1 << 14;
