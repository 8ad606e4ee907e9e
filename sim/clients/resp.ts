/** The client's own RESP2: apart from the engine's, so that a shared mistake cannot hide. Strings hold one byte a char. */
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
    let text = "";
    for (const argv of requests) {
      text += `*${argv.length}\r\n`;
      for (const word of argv) text += `$${word.length}\r\n${word}\r\n`;
    }
    return this.bytesOf(text);
  }

  private bytesOf(text: string): Uint8Array {
    const { length } = text;
    if (this.used + length > this.chunk.length) {
      this.chunk = new Uint8Array(Math.max(CHUNK_BYTES, length));
      this.used = 0;
    }
    const { chunk, used } = this;
    for (let index = 0; index < length; index++) chunk[used + index] = text.charCodeAt(index);
    this.used = used + length;
    return new Uint8Array(chunk.buffer, used, length);
  }
}

/** Thrown by ReplyReader: the stream is no RESP. */
class RespSyntaxError extends Error {
  override readonly name = "RespSyntaxError";
}

/** Cuts a stream into replies. Pieces may end anywhere. */
export class ReplyReader {
  private pending = "";
  private at = 0;

  push(bytes: Uint8Array): void {
    const text = latin1Text(bytes, 0, bytes.length);
    this.pending = this.at === this.pending.length ? text : this.pending.slice(this.at) + text;
    this.at = 0;
  }

  /** The next whole reply, or undefined until more bytes come. */
  next(): Reply | undefined {
    const start = this.at;
    const reply = this.parse();
    if (reply === undefined) this.at = start;
    return reply;
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
        return this.parseArray(Number(line));
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
