/** The client's own RESP2, and as much of RESP3 as the commands use that it sends: apart from the engine's, so that a shared mistake cannot hide. Strings hold one byte a char. */
import { latin1Text } from "../latin1.ts";

/** A reply: bulk and status strings, integers, null, arrays; errors are objects. */
export type Reply = string | number | null | RespError | readonly Reply[];

export interface RespError {
  readonly error: string;
}

export function isError(reply: Reply): reply is RespError {
  return typeof reply === "object" && reply !== null && !Array.isArray(reply);
}

/** Chunks of memory that requests are cut from: an array for each would cost far more than its bytes. */
const CHUNK_BYTES = 8192;

/** Encodes requests, one behind the other in memory that is never written again. */
export class RequestEncoder {
  private chunk: Uint8Array = new Uint8Array(0);
  private used = 0;

  /** Several requests as one piece of bytes. */
  encode(requests: readonly (readonly string[])[]): Uint8Array {
    this.reserve(longestOf(requests));
    const from = this.used;
    for (const argv of requests) {
      this.header(STAR, argv.length);
      for (const word of argv) {
        this.header(DOLLAR, word.length);
        this.chars(word);
        this.lineEnd();
      }
    }
    return new Uint8Array(this.chunk.buffer, from, this.used - from);
  }

  private reserve(bytes: number): void {
    if (this.used + bytes <= this.chunk.length) return;
    this.chunk = new Uint8Array(Math.max(CHUNK_BYTES, bytes));
    this.used = 0;
  }

  private header(mark: number, length: number): void {
    this.chunk[this.used++] = mark;
    if (length < 10) this.chunk[this.used++] = ZERO + length;
    else this.chars(String(length));
    this.lineEnd();
  }

  private chars(text: string): void {
    const { chunk, used } = this;
    for (let index = 0; index < text.length; index++) chunk[used + index] = text.charCodeAt(index);
    this.used = used + text.length;
  }

  private lineEnd(): void {
    this.chunk[this.used++] = 13;
    this.chunk[this.used++] = 10;
  }
}

const STAR = 42;
const DOLLAR = 36;
const ZERO = 48;
/** Mark, length and two line ends around a word. */
const WORD_BYTES = 16;

function longestOf(requests: readonly (readonly string[])[]): number {
  let bytes = 0;
  for (const argv of requests) {
    bytes += WORD_BYTES;
    for (const word of argv) bytes += WORD_BYTES + word.length;
  }
  return bytes;
}

/** Thrown by ReplyReader: the stream is no RESP. */
class RespSyntaxError extends Error {
  override readonly name = "RespSyntaxError";
}

/** Cuts a stream into replies. Pieces may end anywhere. */
export class ReplyReader {
  private pending = "";
  private at = 0;
  private lastFrom = 0;

  push(bytes: Uint8Array): void {
    this.pushText(latin1Text(bytes, 0, bytes.length));
  }

  pushText(text: string): void {
    this.pending = this.at === this.pending.length ? text : this.pending.slice(this.at) + text;
    this.at = 0;
  }

  /** The next whole reply, or undefined until more bytes come. */
  next(): Reply | undefined {
    const start = this.at;
    const reply = this.parse();
    if (reply === undefined) this.at = start;
    this.lastFrom = start;
    return reply;
  }

  /** The bytes of the reply that `next` returned last; good until `push`. */
  get lastText(): string {
    return this.pending.slice(this.lastFrom, this.at);
  }

  private parse(): Reply | undefined {
    const end = this.pending.indexOf("\r\n", this.at);
    if (end < 0) return undefined;
    const type = this.pending.charAt(this.at);
    const line = this.pending.slice(this.at + 1, end);
    this.at = end + 2;
    switch (type) {
      case "+":
        return line;
      case "-":
        return { error: line };
      case ":":
        return Number(line);
      case "$":
        return this.parseBulk(Number(line));
      case "*":
      case ">":
        return this.parseArray(Number(line));
      case "%":
        return this.parseArray(2 * Number(line));
      case "_":
        return null;
      default:
        throw new RespSyntaxError(`a reply cannot begin with ${JSON.stringify(type)}`);
    }
  }

  private parseBulk(length: number): string | null | undefined {
    if (length < 0) return null;
    const end = this.at + length;
    if (this.pending.length < end + 2) return undefined;
    const text = this.pending.slice(this.at, end);
    this.at = end + 2;
    return text;
  }

  private parseArray(length: number): readonly Reply[] | null | undefined {
    if (length < 0) return null;
    const items: Reply[] = [];
    for (let index = 0; index < length; index++) {
      const item = this.parse();
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items;
  }
}

/** The bytes of every item of an array, given the array's. */
export function textsOfItems(array: string): readonly string[] {
  const reader = new ReplyReader();
  reader.pushText(array.slice(array.indexOf("\r\n") + 2));
  const texts: string[] = [];
  while (reader.next() !== undefined) texts.push(reader.lastText);
  return texts;
}
