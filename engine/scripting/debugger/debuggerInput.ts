/**
 * What the client of a debugged script sends while the script stands still: arrays of words, read as leniently as Redis reads them
 * there, and within Redis's limits.
 */
import { latin1Of } from "../../bytes/latin1.ts";

const MOST_WORDS = 1024;
const LONGEST_WORD_BYTES = 1024;
/** Of a command that is not whole, and of all that is sent ahead of its time. */
const MOST_BYTES: number = 1 << 20;

/** The next command, why there can be none ("…"), or undefined: more bytes are needed. */
type Read = readonly string[] | string | undefined;

export class DebuggerInput {
  /** The client is gone: nothing comes any more. */
  isEnded = false;
  private text = "";
  /** The text holds nothing whole. */
  private isPoor = true;
  /** More came than is kept. */
  private isFlooded = false;

  push(bytes: Uint8Array): void {
    this.isFlooded ||= this.text.length > MOST_BYTES;
    if (!this.isFlooded) this.text += latin1Of(bytes);
    this.isPoor = this.text === "";
  }

  /** Nothing can be done before more comes. */
  get isEmpty(): boolean {
    return this.isPoor;
  }

  next(): Read {
    if (this.isFlooded) return this.flooded();
    if (this.isPoor) return undefined;
    const words: string[] = [];
    const end = this.readWords(words);
    if (end === undefined) {
      this.isPoor = true;
      return this.text.length > MOST_BYTES ? this.flooded() : undefined;
    }
    if (end < 0) return "protocol error";
    // What is no command is passed over.
    const next = this.text.indexOf("*", end);
    this.text = next < 0 ? "" : this.text.slice(next);
    this.isPoor = next < 0;
    return words;
  }

  private flooded(): string {
    this.text = "";
    this.isFlooded = false;
    this.isPoor = true;
    return "max client buffer reached";
  }

  /** Returns the place behind the last word; -1 if what is there can be no command; undefined if some of it is missing. */
  private readWords(words: string[]): number | undefined {
    const { text } = this;
    const star = this.find("*", 0);
    if (star < 0) return -1;
    let lineEnd = this.find("\r\n", star);
    if (lineEnd < 0) return undefined;
    const count = leadingInteger(text.slice(star + 1, lineEnd));
    if (count <= 0 || count > MOST_WORDS) return -1;
    let at = lineEnd + 2;
    while (words.length < count) {
      if (at >= text.length || text[at] === "\0") return undefined;
      if (text[at] !== "$") return -1;
      lineEnd = this.find("\r\n", at);
      if (lineEnd < 0) return undefined;
      const length = leadingInteger(text.slice(at + 1, lineEnd));
      if (length <= 0 || length > LONGEST_WORD_BYTES) return -1;
      const start = lineEnd + 2;
      at = start + length + 2;
      if (at > text.length) return undefined;
      if (text.slice(at - 2, at) !== "\r\n") return -1;
      words.push(text.slice(start, start + length));
    }
    return at;
  }

  /** Like C's search, it never looks behind a zero byte. */
  private find(what: string, from: number): number {
    const found = this.text.indexOf(what, from);
    const zero = this.text.indexOf("\0", from);
    return zero >= 0 && zero < found ? -1 : found;
  }
}

/** The number that a text begins with, as C's atoi reads it: 0 if there is none. */
export function leadingInteger(text: string): number {
  return Number(/^\s*([+-]?\d+)/.exec(text)?.[1] ?? 0);
}
