/**
 * Cuts a client's byte stream into requests: arrays of bulk strings, or inline commands.
 *
 * Bytes come in pieces of any size. A piece that starts a request is read in place; what is left of it is copied into a
 * buffer that doubles, or, once the length of an argument is known, has room for all of it and no more, up to a bound: a length costs its
 * sender five bytes. So the cost of a request is linear in its bytes however it was cut.
 *
 * @see https://redis.io/docs/latest/develop/reference/protocol-spec/ and processMultibulkBuffer in Redis's networking.c
 */
import { latin1Of } from "../bytes/latin1.ts";
import { parseInteger } from "../structures/integerText.ts";
import { splitInline } from "./inline.ts";

const KIB = 1024;
/** An inline request, or a line with a count, may be this long. */
const LINE_LIMIT_BYTES = 64 * KIB;
/**
 * Longest argument. Redis allows 512 MiB (2^29 bytes); the longest string of V8 is 24 chars shorter, and a longer one could
 * not be kept. Values obey the same bound.
 */
const longestStringBytes: number = 512 * KIB * KIB - 24;

/** What the operator may change. */
export interface RequestLimits {
  /** What a client may send ahead of its execution before it is cut off. */
  queryBufferBytes: number;
  /** The longest argument, up to what a string can hold. */
  argumentBytes: number;
}

export const defaultRequestLimits: RequestLimits = {
  queryBufferBytes: 1024 * KIB * KIB,
  argumentBytes: longestStringBytes,
};
const MOST_ARGUMENTS = 2147483647;
/** What a client may send that has not given the password: enough for AUTH and HELLO. */
const MOST_UNTRUSTED_ARGUMENTS = 10;
const LONGEST_UNTRUSTED_BYTES = 16384;

/** Room that is made for bytes which were announced and have not come, beside as many as have. */
const MOST_AHEAD_BYTES = 4096 * KIB;
/** Room for an argument that is not whole and no smaller is made when its length is known, not when more of it comes. */
const LARGE_ARGUMENT_BYTES = 32 * KIB;

const LF = 10;
const CR = 13;
const STAR = 42;
const DOLLAR = 36;
const ZERO = 48;
/** Of headers that are read without making a string of them. */
const MOST_SHORT_DIGITS = 7;
/** Requests of no more words, all of them short and here already, are read in one go. */
const FEW_WORDS = 6;
/** No command has a longer name. */
const MOST_NAME_CHARS = 32;

const NOTHING: Uint8Array = new Uint8Array(0);

export class RequestDecoder {
  /**
   * Why the stream cannot be read on: Redis's text behind "Protocol error: ". Answer it and close; "" means close silently
   * (the query buffer's limit).
   */
  failure: string | undefined = undefined;
  /** False while the client has not given the password: its requests are kept small. */
  isTrusted = true;
  limits: RequestLimits = defaultRequestLimits;
  /** The newest request was short: reading it took no time to speak of. */
  isShort = false;
  private buffer: Uint8Array = NOTHING;
  /** True if `buffer` is a piece as it came, whose room must not be written. */
  private isBorrowed = true;
  private start = 0;
  private end = 0;
  /** No line end lies before this offset from `start`. */
  private scannedBytes = 0;
  private argumentsLeft = 0;
  /** Length of the argument being read, -1 before its header. */
  private bulkBytes = -1;
  private argv: string[] = [];
  private lastName = "";
  /** What `shortLineEnd` has read. */
  private shortNumber = 0;

  /** Bytes received and not yet returned as part of a request. */
  get bufferedBytes(): number {
    return this.end - this.start;
  }

  /** Bytes of the arguments of a request that is not whole yet. */
  get argumentBytes(): number {
    let bytes = 0;
    for (const argument of this.argv) bytes += argument.length;
    return bytes;
  }

  /** Bytes that came since everything received was last used up, those of requests already returned too. */
  get pieceBytes(): number {
    return this.end;
  }

  /** What the decoder holds of memory for bytes that it has received or expects. */
  get roomBytes(): number {
    return this.isBorrowed ? this.bufferedBytes : this.buffer.length;
  }

  /** Room that is kept for what comes next. */
  get freeBytes(): number {
    return this.isBorrowed ? 0 : this.buffer.length - this.end;
  }

  /** Takes the next bytes of the stream, which the decoder owns from now on. */
  push(bytes: Uint8Array): void {
    if (this.start === this.end) {
      const roomNeeded = this.bulkBytes + 2;
      if (this.isBorrowed || this.buffer.length < roomNeeded || bytes.length > this.buffer.length) {
        if (bytes.length >= roomNeeded) {
          this.buffer = bytes;
          this.isBorrowed = true;
          this.start = 0;
          this.end = bytes.length;
          return;
        }
      }
      this.start = 0;
      this.end = 0;
    }
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.end);
    this.end += bytes.length;
    if (this.bufferedBytes > this.limits.queryBufferBytes) this.failure ??= "";
  }

  /** The next whole request (at least one argument), or undefined: more bytes are needed, or `failure` is set. */
  next(): string[] | undefined {
    this.isShort = false;
    while (this.failure === undefined && this.start < this.end) {
      if (this.argumentsLeft > 0) {
        if (!this.readArguments()) return undefined;
        const { argv } = this;
        this.argv = [];
        return argv;
      }
      if (this.buffer[this.start] === STAR) {
        const whole = this.readWhole();
        if (whole !== undefined) {
          this.isShort = true;
          return whole;
        }
        if (!this.readCount()) return undefined;
      } else {
        const argv = this.readInline();
        if (argv === undefined || argv.length > 0) return argv;
      }
    }
    return undefined;
  }

  /** Makes room for `moreBytes` behind `end`, and for the whole argument that is being read. */
  private reserve(moreBytes: number): void {
    const kept = this.end - this.start;
    const argument = this.bulkBytes + 2;
    const needed = Math.max(kept + moreBytes, argument);
    if (!this.isBorrowed && this.end + moreBytes <= this.buffer.length) return;
    if (!this.isBorrowed && needed <= this.buffer.length && this.start > this.buffer.length / 2) {
      this.buffer.copyWithin(0, this.start, this.end);
    } else {
      const doubled = Math.max(kept + moreBytes, kept * 2, 256);
      const isWithin = kept + moreBytes <= argument;
      const room = isWithin ? Math.min(argument, Math.max(doubled, MOST_AHEAD_BYTES)) : doubled;
      const grown = new Uint8Array(room);
      grown.set(this.buffer.subarray(this.start, this.end));
      this.buffer = grown;
      this.isBorrowed = false;
    }
    this.start = 0;
    this.end = kept;
  }

  /**
   * Nearly every request: few words, none of them long, all of it here. Undefined, and nothing is taken, if it is otherwise: then it is
   * read part by part, which says what is wrong and what is missing.
   */
  private readWhole(): string[] | undefined {
    const { buffer, end } = this;
    let at = this.start + 4;
    const count = (buffer[at - 3] as number) - ZERO;
    if (at > end || buffer[at - 2] !== CR || count < 1 || count > FEW_WORDS) return undefined;
    const mostBytes = Math.min(this.limits.argumentBytes, LONGEST_UNTRUSTED_BYTES);
    const argv = emptyWords(count);
    for (let word = 0; word < count; word++) {
      let digit = (buffer[at + 1] as number) - ZERO;
      if (buffer[at] !== DOLLAR || !(digit >= 0 && digit <= 9)) return undefined;
      // A length that begins with a zero is zero, or Redis takes it for none.
      const isZero = digit === 0;
      let length = 0;
      at += 1;
      while (digit >= 0 && digit <= 9) {
        length = length * 10 + digit;
        if (length > mostBytes) return undefined;
        at += 1;
        digit = (buffer[at] as number) - ZERO;
      }
      if (buffer[at] !== CR || (isZero && buffer[at - 2] !== DOLLAR)) return undefined;
      at += 2;
      const next = at + length + 2;
      if (next > end) return undefined;
      argv[word] = word === 0 ? this.nameAt(at, length) : latin1Of(buffer, at, at + length);
      at = next;
    }
    this.advance(at);
    return argv;
  }

  /** "*<count>\r\n" */
  private readCount(): boolean {
    let lineEnd = this.shortLineEnd();
    let count: number | undefined = this.shortNumber;
    if (lineEnd < 0) {
      lineEnd = this.findLineEnd(CR, "too big mbulk count string");
      if (lineEnd < 0) return false;
      count = parseInteger(latin1Of(this.buffer, this.start + 1, lineEnd));
    }
    if (count === undefined || count > MOST_ARGUMENTS) return this.fail("invalid multibulk length");
    if (count > MOST_UNTRUSTED_ARGUMENTS && !this.isTrusted) {
      return this.fail("unauthenticated multibulk length");
    }
    this.advance(lineEnd + 2);
    this.argumentsLeft = Math.max(count, 0);
    return true;
  }

  /** "$<length>\r\n<bytes>\r\n" as often as announced; false if bytes are missing. */
  private readArguments(): boolean {
    while (this.argumentsLeft > 0) {
      if (this.bulkBytes < 0 && !this.readBulkHeader()) return false;
      const { bulkBytes, start } = this;
      if (this.end - start < bulkBytes + 2) {
        // It will be put together here: the piece is let go at once.
        if (this.isBorrowed && bulkBytes >= LARGE_ARGUMENT_BYTES) this.reserve(0);
        return false;
      }
      this.argv.push(
        this.argv.length === 0
          ? this.nameAt(start, bulkBytes)
          : latin1Of(this.buffer, start, start + bulkBytes),
      );
      this.advance(start + bulkBytes + 2);
      this.bulkBytes = -1;
      this.argumentsLeft--;
    }
    return true;
  }

  /** The first word of a request. Clients mostly repeat the one before: its string is taken again, which knows its hash already. */
  private nameAt(start: number, length: number): string {
    const { buffer, lastName } = this;
    if (length === lastName.length) {
      let same = 0;
      while (same < length && buffer[start + same] === lastName.charCodeAt(same)) same += 1;
      if (same === length) return lastName;
    }
    const name = latin1Of(buffer, start, start + length);
    if (length <= MOST_NAME_CHARS) this.lastName = name;
    return name;
  }

  private readBulkHeader(): boolean {
    const mark = this.buffer[this.start] as number;
    let lineEnd = this.shortLineEnd();
    let length: number | undefined = this.shortNumber;
    if (lineEnd < 0) {
      lineEnd = this.findLineEnd(CR, "too big bulk count string");
      if (lineEnd < 0) return false;
      if (mark === DOLLAR) length = parseInteger(latin1Of(this.buffer, this.start + 1, lineEnd));
    }
    if (mark !== DOLLAR) return this.fail(`expected '$', got '${String.fromCharCode(mark)}'`);
    if (length === undefined || length < 0 || length > this.longestArgumentBytes) {
      return this.fail("invalid bulk length");
    }
    if (length > LONGEST_UNTRUSTED_BYTES && !this.isTrusted) {
      return this.fail("unauthenticated bulk length");
    }
    this.advance(lineEnd + 2);
    this.bulkBytes = length;
    return true;
  }

  private get longestArgumentBytes(): number {
    return Math.min(this.limits.argumentBytes, longestStringBytes);
  }

  /** A line of words; an empty array for an empty line, undefined if its end is missing or its quotes are unbalanced. */
  private readInline(): string[] | undefined {
    const lineEnd = this.findLineEnd(LF, "too big inline request");
    if (lineEnd < 0) return undefined;
    const hasReturn = lineEnd > this.start && this.buffer[lineEnd - 1] === CR;
    const argv = splitInline(latin1Of(this.buffer, this.start, hasReturn ? lineEnd - 1 : lineEnd));
    if (argv === undefined) {
      this.fail("unbalanced quotes in request");
      return undefined;
    }
    this.advance(lineEnd + 1);
    return argv;
  }

  /**
   * Nearly every header: a mark, one to seven digits, the end of the line, all of them here. Sets `shortNumber` and returns the offset
   * of the line's end; -1 if it is otherwise, which whoever looks closer may read all the same.
   */
  private shortLineEnd(): number {
    const { buffer, end } = this;
    let at = this.start + 1;
    let digit = (buffer[at] as number) - ZERO;
    if (!(digit > 0)) return -1;
    const last = Math.min(end - 2, at + MOST_SHORT_DIGITS);
    let number = 0;
    while (digit >= 0 && digit <= 9 && at < last) {
      number = number * 10 + digit;
      at += 1;
      digit = (buffer[at] as number) - ZERO;
    }
    if (buffer[at] !== CR || at > end - 2) return -1;
    this.shortNumber = number;
    return at;
  }

  /**
   * Offset of the next `mark`, -1 if there is none yet (a CR needs one more byte behind it). Like Redis's search with
   * strchr it never looks behind a zero byte.
   */
  private findLineEnd(mark: number, tooLong: string): number {
    const { buffer, end } = this;
    for (let at = this.start + this.scannedBytes; at < end; at++) {
      const byte = buffer[at];
      if (byte === mark) {
        if (mark === CR && at + 1 >= end) break;
        this.scannedBytes = 0;
        return at;
      }
      if (byte === 0) break;
      this.scannedBytes++;
    }
    if (end - this.start > LINE_LIMIT_BYTES) this.fail(tooLong);
    return -1;
  }

  private advance(to: number): void {
    this.start = to;
    this.scannedBytes = 0;
  }

  private fail(text: string): false {
    this.failure = text;
    return false;
  }
}

/** A list of so many words, at most `FEW_WORDS`, with room for no more: one that grows makes room for some twenty at once. */
function emptyWords(count: number): string[] {
  switch (count) {
    case 1:
      return [""];
    case 2:
      return ["", ""];
    case 3:
      return ["", "", ""];
    case 4:
      return ["", "", "", ""];
    case 5:
      return ["", "", "", "", ""];
    default:
      return ["", "", "", "", "", ""];
  }
}
