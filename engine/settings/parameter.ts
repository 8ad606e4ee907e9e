/**
 * A parameter of the configuration as data: its names, its first value, and how its words are read.
 *
 * A value is kept as text in the one form that CONFIG GET prints. Reading gives that form or says why it is refused, in Redis's words.
 */

export type ParameterTrait =
  | "immutable" // only at start
  | "protected" // CONFIG SET needs enable-protected-configs
  | "hidden" // CONFIG GET shows it only by its whole name
  | "sensitive" // its value is kept out of SLOWLOG and MONITOR
  | "file" // names a file: giving it the same value once more reads the file anew
  | "debug" // told by a crash report
  | "denyLoading"; // not while the data is loaded

/** How CONFIG REWRITE writes a value, beside what `read` makes of it. */
export type ParameterKind = "flag" | "word" | "number" | "memory" | "octal" | "text" | "list";

/** `text` is the value's normal form; or `why` it was refused. */
export type Reading = { readonly text: string } | { readonly why: string };

export interface ParameterOptions {
  /** A second name, which Redis gave it before. */
  readonly alias?: string;
  readonly traits?: readonly ParameterTrait[];
}

export interface Parameter {
  readonly name: string;
  readonly alias: string | undefined;
  readonly traits: readonly ParameterTrait[];
  readonly kind: ParameterKind;
  readonly initial: string;
  /** Takes any number of words; all others take exactly one. */
  readonly isList: boolean;
  /** `present` is the value before, for those that change only a part of it. */
  read(words: readonly string[], present: string): Reading;
}

export function flag(name: string, isOn: boolean, options: ParameterOptions = {}): Parameter {
  return parameter(name, "flag", isOn ? "yes" : "no", options, (given) => {
    const answer = untilZero(given).toLowerCase();
    if (answer === "yes" || answer === "no") return { text: answer };
    return { why: "argument must be 'yes' or 'no'" };
  });
}

/** One of some words; the second of a pair in `synonyms` is read as the first. */
export function word(
  name: string,
  known: readonly string[],
  initial: string,
  options: ParameterOptions & { readonly synonyms?: ReadonlyMap<string, string> } = {},
): Parameter {
  return parameter(name, "word", initial, options, (given) => {
    const found = knownWord(known, given);
    if (found === undefined) return notOneOf(known);
    return { text: options.synonyms?.get(found) ?? found };
  });
}

export function knownWord(known: readonly string[], given: string): string | undefined {
  const lower = untilZero(given).toLowerCase();
  return known.find((one) => one === lower);
}

export function notOneOf(known: readonly string[]): Reading {
  return { why: `argument(s) must be one of the following: ${known.join(", ")}` };
}

/** A string; `check` says why one is refused. */
export function text(
  name: string,
  initial: string,
  options: ParameterOptions & {
    readonly check?: (value: string) => string | undefined;
    /** May hold zero bytes. */
    readonly isBinary?: boolean;
  } = {},
): Parameter {
  return parameter(name, "text", initial, options, (given) => {
    const value = options.isBinary === true ? given : untilZero(given);
    const why = options.check?.(value);
    return why === undefined ? { text: value } : { why };
  });
}

/** Any number of words. */
export function list(
  name: string,
  initial: string,
  read: (words: readonly string[], present: string) => Reading,
  options: ParameterOptions = {},
): Parameter {
  return {
    name,
    alias: options.alias,
    traits: options.traits ?? [],
    kind: "list",
    initial,
    isList: true,
    read,
  };
}

// oxlint-disable-next-line max-params -- the one place that fixes the shape of a parameter of one word
export function parameter(
  name: string,
  kind: ParameterKind,
  initial: string,
  options: ParameterOptions,
  readWord: (word: string) => Reading,
): Parameter {
  return {
    name,
    alias: options.alias,
    traits: options.traits ?? [],
    kind,
    initial,
    isList: false,
    read: ([only, ...more]) => {
      if (only === undefined || more.length > 0) return { why: "wrong number of arguments" };
      return readWord(only);
    },
  };
}

/** Where C reads a string, it ends at a zero byte. */
function untilZero(given: string): string {
  const zero = given.indexOf("\0");
  return zero < 0 ? given : given.slice(0, zero);
}
