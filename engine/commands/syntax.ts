/**
 * The arguments of a command, read from the notation of the command table:
 *
 *     word            a value (its name tells its type: key, pattern, integer names, the rest strings)
 *     TOKEN           a keyword (* $ = ~ "" too)    TOKEN word   a keyword and its value, which may be a name:(a|b)
 *     [x]             optional                   [a|b]        one of, or none
 *     (a|b)           one of                     name:(a|b)   one of, under this name
 *     name:double     a value of another type than its name tells
 *     TOKEN (x y)     a keyword and a row of arguments, or only one, that belong together
 *     name#1          a key, or what names some, by this key specification; else keys go through them in order
 *     x ...           once or more often         [x y] ...    the row x y once or more often
 *     TOKEN word ...  one keyword, many values   (TOKEN word) ...   the keyword before each of them
 *
 * COMMAND DOCS tells it to clients; the differential test draws requests from it.
 */
import { assert } from "../assert.ts";

export type ArgumentType =
  | "key"
  | "string"
  | "integer"
  | "double"
  | "pattern"
  | "unix-time"
  | "pure-token"
  | "oneof"
  | "block";

export interface SyntaxArgument {
  readonly name: string;
  readonly type: ArgumentType;
  /** The keyword in front of it, or that it is. */
  readonly token: string | undefined;
  readonly isOptional: boolean;
  readonly isMultiple: boolean;
  /** If it is multiple: the keyword stands before each. */
  readonly repeatsToken: boolean;
  /** As it was said; undefined if its place tells it. */
  readonly keySpecIndex: number | undefined;
  /** Parts of a block, alternatives of a oneof. */
  readonly parts: readonly SyntaxArgument[];
}

const types: readonly ArgumentType[] = [
  "key",
  "string",
  "integer",
  "double",
  "pattern",
  "unix-time",
];

/** Words whose values are no plain strings. */
const typeByName: ReadonlyMap<string, ArgumentType> = new Map<string, ArgumentType>([
  ["key", "key"],
  ["key1", "key"],
  ["key2", "key"],
  ["newkey", "key"],
  ["source", "key"],
  ["destination", "key"],
  ["destkey", "key"],
  ["sourcekey", "key"],
  ["pattern", "pattern"],
  ["seconds", "integer"],
  ["ttl", "integer"],
  ["frequency", "integer"],
  ["milliseconds", "integer"],
  ["unix-time-seconds", "unix-time"],
  ["unix-time-milliseconds", "unix-time"],
  ["offset", "integer"],
  ["start", "integer"],
  ["end", "integer"],
  ["decrement", "integer"],
  ["increment", "integer"],
  ["float-increment", "double"],
  ["min-match-len", "integer"],
  ["cursor", "integer"],
  ["count", "integer"],
  ["destination-db", "integer"],
  ["index", "integer"],
  ["bit", "integer"],
  ["protover", "integer"],
  ["slot", "integer"],
  ["client-id", "integer"],
  ["numreplicas", "integer"],
  ["timeout", "integer"],
  ["numkeys", "integer"],
  ["stop", "integer"],
  ["rank", "integer"],
  ["num-matches", "integer"],
  ["len", "integer"],
  ["min-idle-time", "integer"],
  ["entries-added", "integer"],
  ["entries-read", "integer"],
  ["ms", "integer"],
  ["retries", "integer"],
  ["limit", "integer"],
  ["port", "integer"],
  ["cluster-bus-port", "integer"],
  ["bits", "integer"],
  ["version", "integer"],
  ["db", "integer"],
  ["index1", "integer"],
  ["index2", "integer"],
  ["start-slot", "integer"],
  ["end-slot", "integer"],
  ["config-epoch", "integer"],
]);

/** Keywords of one sign, and what COMMAND DOCS calls them. */
const signNames: ReadonlyMap<string, string> = new Map([
  ["*", "auto-id"],
  ["$", "new-id"],
  ["=", "equal"],
  ["~", "approximately"],
  ['""', "empty-string"],
]);

/** Parses the notation of one row; a mistake in the table fails an assertion. */
export function parseSyntax(text: string): readonly SyntaxArgument[] {
  const words = text.match(/[[\]()|]|\.\.\.|[^\s[\]()|]+/g) ?? [];
  const parser = new SyntaxParser(words);
  const parsed = parser.sequence();
  assert(parser.isDone, `syntax of a command: ${text}`);
  return parsed;
}

class SyntaxParser {
  private at = 0;
  private readonly words: readonly string[];

  constructor(words: readonly string[]) {
    this.words = words;
  }

  get isDone(): boolean {
    return this.at === this.words.length;
  }

  /** Arguments up to a bracket's end, a bar or the end. */
  sequence(): SyntaxArgument[] {
    const found: SyntaxArgument[] = [];
    while (!this.isDone && ![")", "]", "|"].includes(this.peek() ?? "")) {
      const isBracketed = ["(", "["].includes(this.peek() ?? "");
      const argument = this.argument();
      const repeatsToken = isBracketed && argument.token !== undefined;
      if (this.takeIf("...")) {
        found.push({ ...argument, isOptional: false, isMultiple: true, repeatsToken });
      } else found.push(argument);
    }
    return found;
  }

  private argument(): SyntaxArgument {
    if (this.takeIf("[")) return { ...this.choice("]"), isOptional: true };
    if (this.takeIf("(")) return this.choice(")");
    return this.plain();
  }

  /** Alternatives up to the closing bracket; a single one is itself. */
  private choice(close: string, name = "", token?: string): SyntaxArgument {
    const alternatives = [this.sequence()];
    while (this.takeIf("|")) alternatives.push(this.sequence());
    assert(this.takeIf(close), "a bracket of a syntax is closed");
    const each = alternatives.map((sequence) => asOne(sequence));
    const first = each[0];
    assert(first !== undefined, "a bracket of a syntax holds something");
    if (each.length === 1) return first;
    return {
      name: name === "" ? each.map((part) => part.name).join("-or-") : name,
      type: "oneof",
      token,
      isOptional: false,
      isMultiple: false,
      repeatsToken: false,
      keySpecIndex: undefined,
      parts: each,
    };
  }

  private plain(): SyntaxArgument {
    const word = this.next();
    if (word.endsWith(":") && this.takeIf("(")) return this.choice(")", word.slice(0, -1));
    const signName = signNames.get(word);
    const isToken = signName !== undefined || /^[A-Z][A-Z0-9-]*$/.test(word);
    const value = this.peek();
    const takesValue = isToken && value !== undefined && /^[a-z]/.test(value);
    if (takesValue && value.endsWith(":")) {
      this.at += 2;
      return this.choice(")", value.slice(0, -1), word);
    }
    if (isToken && this.takeIf("(")) {
      const together = blockOf(this.sequence());
      assert(this.takeIf(")"), "a bracket of a syntax is closed");
      return { ...together, token: word };
    }
    const said = takesValue ? this.next() : (signName ?? word.toLowerCase());
    const { name, typeName, index } = parseValue(said);
    const type = isToken && !takesValue ? "pure-token" : (typeName ?? typeByName.get(name));
    return {
      name,
      type: type ?? "string",
      token: isToken ? tokenOf(word) : undefined,
      isOptional: false,
      isMultiple: false,
      repeatsToken: false,
      keySpecIndex: index,
      parts: [],
    };
  }

  private peek(): string | undefined {
    return this.words[this.at];
  }

  private next(): string {
    const word = this.words[this.at++];
    assert(word !== undefined, "a syntax goes on");
    return word;
  }

  private takeIf(word: string): boolean {
    if (this.peek() !== word) return false;
    this.at++;
    return true;
  }
}

function tokenOf(word: string): string {
  return word === '""' ? "" : word;
}

/** "start:string", "pattern#1", or a name alone. */
function parseValue(text: string): {
  readonly name: string;
  readonly typeName: ArgumentType | undefined;
  readonly index: number | undefined;
} {
  const [word = "", index] = text.split("#");
  const colon = word.lastIndexOf(":");
  const typeName = colon < 0 ? undefined : types.find((one) => one === word.slice(colon + 1));
  return {
    name: typeName === undefined ? word : word.slice(0, colon),
    typeName,
    index: index === undefined ? undefined : Number(index),
  };
}

/** Several arguments in a row are a block. */
function asOne(sequence: readonly SyntaxArgument[]): SyntaxArgument {
  const only = sequence[0];
  assert(only !== undefined, "an alternative of a syntax holds something");
  return sequence.length === 1 ? only : blockOf(sequence);
}

function blockOf(sequence: readonly SyntaxArgument[]): SyntaxArgument {
  return {
    name: sequence.map((part) => part.name).join("_"),
    type: "block",
    token: undefined,
    isOptional: false,
    isMultiple: false,
    repeatsToken: false,
    keySpecIndex: undefined,
    parts: sequence,
  };
}
