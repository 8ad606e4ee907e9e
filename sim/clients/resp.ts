/** The client's own RESP2: apart from the engine's, so that a shared mistake cannot hide. Strings hold one byte a char. */

/** A reply: bulk and status strings, integers, null, arrays; errors are objects. */
export type Reply = string | number | null | RespError | readonly Reply[];

export interface RespError {
  readonly error: string;
}

export function isError(reply: Reply): reply is RespError {
  return typeof reply === "object" && reply !== null && !Array.isArray(reply);
}

/** Encodes several requests as one piece of bytes. */
export function encodeRequests(requests: readonly (readonly string[])[]): Uint8Array {
  let text = "";
  for (const argv of requests) {
    text += `*${argv.length}\r\n`;
    for (const word of argv) text += `$${word.length}\r\n${word}\r\n`;
  }
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
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

  push(bytes: Uint8Array): void {
    let text = "";
    for (let start = 0; start < bytes.length; start += 4096) {
      const piece = bytes.subarray(start, start + 4096);
      text += String.fromCharCode.apply(null, piece as unknown as number[]);
    }
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
