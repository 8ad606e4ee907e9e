/**
 * EDN, Clojure's data notation, as far as histories use it: a reader that knows its line, and a printer. Our own, because
 * the packages that were looked at (edn-data 1.2.2, jsedn 0.4.1) take a text that is cut short or has a bracket too many
 * for a good one, and none tells where a fault is; a checker must not pass half a history.
 */
import { HistoryError } from "./historyError.ts";

/** A keyword, with its colon, or a symbol. Tags (`#inst "…"`) are left out: their values stand for them. */
export class Word {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export class EdnSet {
  readonly items: readonly Edn[];

  constructor(items: readonly Edn[]) {
    this.items = items;
  }
}

/** Vectors and lists are arrays; maps have their keys as they print. A number that is not exact in 53 bits is a Word. */
export type Edn =
  | null
  | boolean
  | number
  | string
  | Word
  | EdnSet
  | readonly Edn[]
  | ReadonlyMap<string, Edn>;

export function printEdn(value: Edn): string {
  if (value === null) return "nil";
  if (typeof value === "string") return printString(value);
  if (value instanceof Word) return value.text;
  if (value instanceof EdnSet) return `#{${value.items.map(printEdn).join(" ")}}`;
  if (isMap(value)) {
    return `{${[...value].map(([key, one]) => `${key} ${printEdn(one)}`).join(", ")}}`;
  }
  if (isList(value)) return `[${value.map(printEdn).join(" ")}]`;
  return String(value);
}

function isMap(value: Edn): value is ReadonlyMap<string, Edn> {
  return value instanceof Map;
}

function isList(value: Edn): value is readonly Edn[] {
  return Array.isArray(value);
}

/** Bytes beyond ASCII as \uXXXX: histories hold binary values, and files are read as UTF-8. */
function printString(text: string): string {
  const json = JSON.stringify(text);
  return json.replace(/[\u007f-\uffff]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

const CLOSERS: Readonly<Record<string, string>> = { "[": "]", "(": ")", "{": "}", "#{": "}" };

export class EdnReader {
  /** The line of the next value, counted from 1. */
  line = 1;
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Skips white space, commas, comments and what `#_` discards. True if nothing is left. */
  isAtEnd(): boolean {
    for (;;) {
      this.skip(/[\s,]*/y);
      if (this.skip(/;[^\n]*/y)) continue;
      if (!this.skip(/#_/y)) return this.at >= this.text.length;
      this.read();
    }
  }

  /** The next value. Throws HistoryError. */
  read(): Edn {
    const line = this.line;
    if (this.isAtEnd()) throw new HistoryError(line, "the text ends where a value should be");
    const open = this.take(/[[({]|#\{/y);
    if (open !== undefined) return this.readCollection(open);
    const text = this.take(/"(?:[^"\\]|\\[^])*"/y);
    if (text !== undefined) return this.unquote(text, line);
    if (this.text[this.at] === '"')
      throw new HistoryError(this.line, "this text has no closing quotation mark");
    const char = this.take(/\\(?:newline|space|tab|return|u[0-9a-fA-F]{4}|[^])/y);
    if (char !== undefined) return char.length === 2 ? char.slice(1) : new Word(char);
    // A tag says what its value is to Clojure (#jepsen.history.Op{…}, #inst "…"); the value will do.
    if (this.take(/#[A-Za-z][\w.*+!?<>=/$%&|-]*/y) !== undefined) return this.read();
    const atom = this.take(/[^\s,;"()[\]{}]+/y);
    if (atom === undefined) {
      throw new HistoryError(this.line, `"${this.text[this.at]}" closes nothing here`);
    }
    return atomOf(atom);
  }

  private readCollection(open: string): Edn {
    const line = this.line;
    const closer = CLOSERS[open] as string;
    const items: Edn[] = [];
    for (;;) {
      if (this.isAtEnd()) {
        throw new HistoryError(
          line,
          `this "${open}" is not closed before the end of the text: is it cut short?`,
        );
      }
      if (this.text[this.at] === closer) break;
      items.push(this.read());
    }
    this.at++;
    if (open === "#{") return new EdnSet(items);
    if (open !== "{") return items;
    if (items.length % 2 === 1) throw new HistoryError(line, "this map has a key without a value");
    const map: Map<string, Edn> = new Map();
    for (let index = 0; index < items.length; index += 2) {
      map.set(printEdn(items[index] as Edn), items[index + 1] as Edn);
    }
    return map;
  }

  private unquote(text: string, line: number): string {
    try {
      // Line breaks and the like may stand in EDN texts as they are.
      // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
      const json = text.replace(/[\u0000-\u001f]/g, (char) => JSON.stringify(char).slice(1, -1));
      return JSON.parse(json) as string;
    } catch {
      throw new HistoryError(line, `${text.slice(0, 40)} holds an escape that EDN does not know`);
    }
  }

  private skip(pattern: RegExp): boolean {
    return this.take(pattern) !== undefined;
  }

  /** What matches here, passed over; undefined if nothing or the empty text does. */
  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined || found === "") return undefined;
    this.at += found.length;
    for (let index = found.indexOf("\n"); index >= 0; index = found.indexOf("\n", index + 1)) {
      this.line++;
    }
    return found;
  }
}

function atomOf(atom: string): Edn {
  if (atom === "nil") return null;
  if (atom === "true") return true;
  if (atom === "false") return false;
  if (/^[+-]?\d+N?$/.test(atom)) {
    const number = Number(atom.replace("N", ""));
    return Number.isSafeInteger(number) ? number : new Word(atom);
  }
  return /^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?M?$/.test(atom)
    ? Number(atom.replace("M", ""))
    : new Word(atom);
}
