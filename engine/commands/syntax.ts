/**
 * The arguments of a command, read from the notation of the command table:
 *
 *     word            a value (its name tells its type: key, pattern, integer names, the rest strings)
 *     TOKEN           a keyword (* $ = ~ "" too)    TOKEN word   a keyword and its value, which may be a name:(a|b)
 *     [x]             optional                   [a|b]        one of, or none
 *     (a|b)           one of                     name:(a|b)   one of, under this name; name:[a|b] and name:(x y), too
 *     name:TOKEN      a keyword of another name than its own
 *     x@6.2.0         since this version, behind a value, a keyword or a bracket; x@-6.2.0 deprecated since then
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
  /** The version that brought it, if that is not the command's own. */
  readonly since: string | undefined;
  readonly deprecatedSince: string | undefined;
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
  ["dst", "key"],
  ["src", "key"],
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
  ["entries_added", "integer"],
  ["entries_read", "integer"],
  ["ms", "integer"],
  ["limit", "integer"],
  ["port", "integer"],
  ["cluster_bus_port", "integer"],
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
  ["*", "auto_id"],
  ["$", "new_id"],
  ["=", "equal"],
  ["~", "approximately"],
  ['""', "empty_string"],
]);

/** Parses the notation of one row; a mistake in the table fails an assertion. */
export function parseSyntax(text: string): readonly SyntaxArgument[] {
  const words = text.match(/[[\]()|]|\.\.\.|@?[^\s[\]()|@]+/g) ?? [];
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
      const argument = this.dated(this.argument());
      const repeatsToken = isBracketed && argument.token !== undefined;
      if (this.takeIf("...")) {
        found.push({ ...argument, isOptional: false, isMultiple: true, repeatsToken });
      } else found.push(argument);
    }
    return found;
  }

  private argument(name = "", token?: string): SyntaxArgument {
    if (this.takeIf("[")) return { ...this.choice("]", name, token), isOptional: true };
    if (this.takeIf("(")) return this.choice(")", name, token);
    return this.plain();
  }

  private dated(argument: SyntaxArgument): SyntaxArgument {
    const next = this.peek();
    if (next === undefined || !next.startsWith("@")) return argument;
    this.at++;
    if (next.startsWith("@-")) return { ...argument, deprecatedSince: next.slice(2) };
    return { ...argument, since: next.slice(1) };
  }

  /** Alternatives up to the closing bracket; a single one is itself, or a block if it is named. */
  private choice(close: string, name: string, token?: string): SyntaxArgument {
    const alternatives = [this.sequence()];
    while (this.takeIf("|")) alternatives.push(this.sequence());
    assert(this.takeIf(close), "a bracket of a syntax is closed");
    const [only] = alternatives;
    assert(only !== undefined, "a bracket of a syntax holds something");
    if (alternatives.length === 1) {
      return name === "" ? asOne(only) : { ...blockOf(only), name, token };
    }
    const each = alternatives.map((sequence) => asOne(sequence));
    return {
      name: name === "" ? each.map((part) => part.name).join("-or-") : name,
      type: "oneof",
      token,
      isOptional: false,
      isMultiple: false,
      repeatsToken: false,
      keySpecIndex: undefined,
      since: undefined,
      deprecatedSince: undefined,
      parts: each,
    };
  }

  private plain(): SyntaxArgument {
    const word = this.next();
    if (word.endsWith(":")) return this.argument(word.slice(0, -1));
    const signName = signNames.get(word);
    const isToken = signName !== undefined || /^[A-Z][A-Z0-9-]*$/.test(word);
    const value = this.peek();
    const takesValue = isToken && value !== undefined && /^[a-z]/.test(value);
    if (takesValue && value.endsWith(":")) {
      this.at++;
      return this.argument(value.slice(0, -1), word);
    }
    if (isToken && this.takeIf("(")) {
      const together = blockOf(this.sequence());
      assert(this.takeIf(")"), "a bracket of a syntax is closed");
      return { ...together, token: word };
    }
    const [, otherName = "", otherToken] = /^([a-z]+):([A-Z]+)$/.exec(word) ?? [];
    if (otherToken !== undefined) return single(otherName, "pure-token", otherToken, undefined);
    const said = takesValue ? this.next() : (signName ?? word.toLowerCase());
    const { name, typeName, index } = parseValue(said);
    const type = isToken && !takesValue ? "pure-token" : (typeName ?? typeByName.get(name));
    return single(name, type ?? "string", isToken ? tokenOf(word) : undefined, index);
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

function single(
  name: string,
  type: ArgumentType,
  token: string | undefined,
  keySpecIndex: number | undefined,
): SyntaxArgument {
  return {
    name,
    type,
    token,
    isOptional: false,
    isMultiple: false,
    repeatsToken: false,
    keySpecIndex,
    since: undefined,
    deprecatedSince: undefined,
    parts: [],
  };
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
    since: undefined,
    deprecatedSince: undefined,
    parts: sequence,
  };
}
