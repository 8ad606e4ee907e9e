/**
 * Lua's words: names, numbers, strings and signs, with the messages of Lua's own compiler.
 * @see https://www.lua.org/manual/5.1/manual.html#2.1
 */
import { LuaSyntaxError } from "./errors.ts";
import { parseNumber } from "./numbers.ts";

export type TokenKind = "name" | "number" | "string" | "end" | "sign";

/** Reserved words and signs are of kind "sign". */
const RESERVED: ReadonlySet<string> = new Set(
  "and break do else elseif end false for function if in local nil not or repeat return then true until while".split(
    " ",
  ),
);

/** The longest sign that fits is taken. */
const SIGNS: readonly string[] = "... .. == ~= <= >= + - * / % ^ # < > = ( ) { } [ ] ; : , .".split(
  " ",
);

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

export class Lexer {
  readonly chunkName: string;
  kind: TokenKind = "end";
  /** The name, the sign, or the bytes of the string. */
  text = "";
  number = 0;
  /** Line of this token, and of the one before. */
  line = 1;
  lastLine = 1;
  private readonly source: string;
  private at = 0;
  private start = 0;

  /** @param source - bytes, one a character */
  constructor(source: string, chunkName: string) {
    this.source = source;
    this.chunkName = chunkName;
    // A script may begin with "#!".
    if (source.startsWith("#")) this.skipLine();
  }

  /** Fails as Lua does: `near` is the token that was met. */
  fail(what: string, near: string = this.shown()): never {
    const place = near === "" ? "" : ` near '${near}'`;
    throw new LuaSyntaxError(`${this.chunkName}:${this.line}: ${what}${place}`);
  }

  /** What an error calls the present token; the character 0 has no name. */
  shown(): string {
    if (this.kind === "end") return "<eof>";
    if (this.kind !== "sign") return this.source.slice(this.start, this.at);
    const code = this.text.charCodeAt(0);
    if (code === 0) return "";
    return code < 32 || code === 127 ? `char(${code})` : this.text;
  }

  isSign(text: string): boolean {
    return this.kind === "sign" && this.text === text;
  }

  /** Reads the next token. */
  advance(): void {
    this.lastLine = this.line;
    const { source } = this;
    for (;;) {
      const letter = source[this.at];
      if (letter === undefined) {
        this.kind = "end";
        this.start = this.at;
        return;
      }
      if (letter === "\n" || letter === "\r") this.newLine();
      else if (letter === " " || letter === "\t" || letter === "\v" || letter === "\f") this.at++;
      else if (letter === "-" && source[this.at + 1] === "-") this.comment();
      else break;
    }
    this.start = this.at;
    const letter = source[this.at] as string;
    if (isNameStart(letter)) return this.readName();
    if (isDigit(letter) || (letter === "." && isDigit(source[this.at + 1])))
      return this.readNumber();
    if (letter === '"' || letter === "'") return this.readString(letter);
    if (letter === "[") {
      const level = this.longBracketLevel();
      if (level >= 0) {
        this.text = this.readLong(level, "string");
        this.kind = "string";
        return;
      }
      if (level < -1)
        this.fail("invalid long string delimiter", source.slice(this.start, this.at - level - 1));
    }
    this.readSign();
  }

  private readSign(): void {
    this.kind = "sign";
    const found = SIGNS.find((sign) => this.source.startsWith(sign, this.at));
    // A byte that is no sign is a token of its own, which fits nowhere.
    this.text = found ?? (this.source[this.at] as string);
    this.at += this.text.length;
  }

  private readName(): void {
    const { source } = this;
    let end = this.at + 1;
    while (isNamePart(source[end])) end++;
    this.text = source.slice(this.at, end);
    this.at = end;
    this.kind = RESERVED.has(this.text) ? "sign" : "name";
  }

  private readNumber(): void {
    const { source } = this;
    let end = this.at;
    while (isNamePart(source[end]) || source[end] === ".") {
      const exponent = source[end] === "e" || source[end] === "E";
      end++;
      if (exponent && (source[end] === "+" || source[end] === "-")) end++;
    }
    this.at = end;
    this.kind = "number";
    const value = parseNumber(source.slice(this.start, end));
    if (value === undefined) this.fail("malformed number");
    this.number = value;
  }

  private readString(quote: string): void {
    const { source } = this;
    let text = "";
    this.kind = "string";
    this.at++;
    for (;;) {
      const letter = source[this.at];
      if (letter === undefined) {
        this.kind = "end";
        this.fail("unfinished string");
      }
      if (letter === "\n" || letter === "\r") this.fail("unfinished string");
      this.at++;
      if (letter === quote) break;
      text += letter === "\\" ? this.escape(quote + text) : letter;
    }
    this.text = text;
  }

  /** What stands behind a backslash. @param before - the string up to it */
  private escape(before: string): string {
    const { source } = this;
    const letter = source[this.at];
    // The end is met by the caller.
    if (letter === undefined) return "";
    if (letter === "\n" || letter === "\r") {
      this.newLine();
      return "\n";
    }
    if (isDigit(letter)) {
      let end = this.at + 1;
      while (end < this.at + 3 && isDigit(source[end])) end++;
      const code = Number(source.slice(this.at, end));
      this.at = end;
      if (code > 255) this.fail("escape sequence too large", before);
      return String.fromCharCode(code);
    }
    this.at++;
    return ESCAPES[letter] ?? letter;
  }

  private newLine(): void {
    const pair = this.source.slice(this.at, this.at + 2);
    this.at += pair === "\r\n" || pair === "\n\r" ? 2 : 1;
    this.line++;
  }

  private skipLine(): void {
    while (
      this.at < this.source.length &&
      this.source[this.at] !== "\n" &&
      this.source[this.at] !== "\r"
    ) {
      this.at++;
    }
  }

  private comment(): void {
    this.start = this.at;
    this.at += 2;
    if (this.source[this.at] === "[") {
      const level = this.longBracketLevel();
      if (level >= 0) {
        this.readLong(level, "comment");
        return;
      }
    }
    this.skipLine();
  }

  /** Count of "=" in an opening long bracket; -1 if "[" stands alone, less for "[=" without the second one. */
  private longBracketLevel(): number {
    let end = this.at + 1;
    while (this.source[end] === "=") end++;
    const level = end - this.at - 1;
    return this.source[end] === "[" ? level : -level - 1;
  }

  private readLong(level: number, what: string): string {
    const { source } = this;
    this.at += level + 2;
    // A line break at its beginning is not part of it.
    if (source[this.at] === "\n" || source[this.at] === "\r") this.newLine();
    const close = `]${"=".repeat(level)}]`;
    let text = "";
    for (;;) {
      const letter = source[this.at];
      if (letter === undefined) {
        this.kind = "end";
        this.fail(`unfinished long ${what}`);
      }
      if (letter === "]" && source.startsWith(close, this.at)) {
        this.at += close.length;
        return text;
      }
      if (letter === "\n" || letter === "\r") {
        this.newLine();
        text += "\n";
      } else {
        this.at++;
        text += letter;
      }
    }
  }
}

function isDigit(letter: string | undefined): boolean {
  return letter !== undefined && letter >= "0" && letter <= "9";
}

function isNameStart(letter: string | undefined): boolean {
  return (
    letter !== undefined &&
    ((letter >= "a" && letter <= "z") || (letter >= "A" && letter <= "Z") || letter === "_")
  );
}

function isNamePart(letter: string | undefined): boolean {
  return isNameStart(letter) || isDigit(letter);
}
