/** Replies of a node as values, RESP2 and RESP3. @see https://redis.io/docs/latest/develop/reference/protocol-spec/ */

/** Texts are latin1: one char a byte. */
export type RespValue =
  | {
      readonly type: "simple" | "error" | "bulk" | "verbatim" | "integer" | "double";
      readonly text: string;
    }
  | { readonly type: "null" }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "array" | "set" | "push"; readonly items: readonly RespValue[] }
  | { readonly type: "map"; readonly items: readonly (readonly [RespValue, RespValue])[] };

/** All values of a whole answer. `text`: its bytes as latin1. Throws RangeError if it ends within a value or is no RESP. */
export function respValuesOf(text: string): RespValue[] {
  const reader = new Reader(text);
  const values: RespValue[] = [];
  while (!reader.isAtEnd) values.push(reader.value());
  return values;
}

class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  value(): RespValue {
    const mark = this.text.charAt(this.at++);
    const line = this.line();
    switch (mark) {
      case "+":
        return { type: "simple", text: line };
      case "-":
        return { type: "error", text: line };
      case ":":
      case "(":
        return { type: "integer", text: line };
      case ",":
        return { type: "double", text: line };
      case "_":
        return { type: "null" };
      case "#":
        return { type: "boolean", value: line === "t" };
      case "$":
      case "=":
        return this.bulk(Number(line), mark === "=");
      case "*":
        return line === "-1"
          ? { type: "null" }
          : { type: "array", items: this.items(Number(line)) };
      case "~":
        return { type: "set", items: this.items(Number(line)) };
      case ">":
        return { type: "push", items: this.items(Number(line)) };
      case "%":
        return { type: "map", items: this.pairs(Number(line)) };
      default:
        throw new RangeError(`no RESP value begins with "${mark}"`);
    }
  }

  private line(): string {
    const end = this.text.indexOf("\r\n", this.at);
    if (end < 0) throw new RangeError("an answer ends within a value");
    const line = this.text.slice(this.at, end);
    this.at = end + 2;
    return line;
  }

  /** A verbatim text begins with its format, "txt:". */
  private bulk(length: number, isVerbatim: boolean): RespValue {
    if (length < 0) return { type: "null" };
    const end = this.at + length;
    if (end + 2 > this.text.length) throw new RangeError("an answer ends within a value");
    const text = this.text.slice(isVerbatim ? this.at + 4 : this.at, end);
    this.at = end + 2;
    return { type: isVerbatim ? "verbatim" : "bulk", text };
  }

  private items(count: number): RespValue[] {
    return Array.from({ length: count }, () => this.value());
  }

  private pairs(count: number): [RespValue, RespValue][] {
    return Array.from({ length: count }, () => [this.value(), this.value()]);
  }
}
