/**
 * Options as they were given: redis.conf lines, `--name value …` and `name=value`, in the order in which they count. Nothing here knows
 * what an option means.
 */
import { OptionError } from "./optionError.ts";

/** A name in small letters with the words behind it, and where it stood. */
export interface GivenOption {
  readonly name: string;
  readonly words: readonly string[];
  readonly where: string;
}

/**
 * The arguments of the command line behind the programme's name, as Redis reads them: what follows a name is its value, also if it begins
 * with --, unless name and value are one argument; `--save` alone means no saving. `readFile` gives a configuration file's text, "-" is
 * standard input. The word "tls" may stand alone.
 */
export function parseArguments(
  argv: readonly string[],
  readFile: (path: string) => string,
): GivenOption[] {
  const given: GivenOption[] = [];
  let words: string[] | undefined;
  let isValueDue = false;
  const open = (name: string, first: string[], where: string): void => {
    words = first;
    given.push({ name: name.toLowerCase(), words, where });
  };
  for (const [index, argument] of argv.entries()) {
    if (argument === "-" && (index === 0 || index === argv.length - 1)) {
      given.push(...parseFile("-", readFile, []));
    } else if (!isValueDue && argument.startsWith("--") && argument.length > 2) {
      const [name = "", ...first] = /\s/.test(argument)
        ? splitWords(argument.slice(2), argument)
        : [argument.slice(2)];
      if (isEmptySave(argument, argv[index + 1])) first.push("");
      isValueDue = first.length === 0;
      open(name, first, argument);
    } else if (words !== undefined && !isAssignment(argument, words)) {
      words.push(argument);
      isValueDue = false;
    } else if (argument.includes("=")) {
      const at = argument.indexOf("=");
      open(argument.slice(0, at), [argument.slice(at + 1)], argument);
      words = undefined;
    } else if (argument === "tls") {
      given.push({ name: "tls", words: [], where: argument });
    } else if (index === 0) {
      given.push(...parseFile(argument, readFile, []));
    } else {
      open(argument, [], argument);
    }
  }
  return given;
}

function isEmptySave(argument: string, next: string | undefined): boolean {
  return argument.toLowerCase() === "--save" && (next === undefined || next.startsWith("--"));
}

/** `name=value`, and the word "tls", end the words of the option before it; the first word of an option is always its value. */
function isAssignment(argument: string, words: readonly string[]): boolean {
  return words.length > 0 && (argument === "tls" || /^[a-z][a-z_-]*=/i.test(argument));
}

/**
 * redis.conf: a name and its words a line (or name=value), `#` at the start of a line for comments, quotes around words. What it includes stands in the
 * place of the line that says so; `includers` are the files on the way to this one.
 */
function parseFile(
  file: string,
  readFile: (path: string) => string,
  includers: readonly string[],
): GivenOption[] {
  const given: GivenOption[] = [];
  for (const option of parseLines(file, readFile(file))) {
    const { name, words, where } = option;
    if (name !== "include") {
      given.push(option);
      continue;
    }
    const [included] = words;
    if (included === undefined || words.length > 1) {
      throw new OptionError(`${where}: include takes the path of one file`);
    }
    const chain = [...includers, file];
    if (chain.includes(included)) {
      throw new OptionError(`${where}: ${included} includes itself: ${chain.join(" → ")}`);
    }
    given.push(...parseFile(included, readFile, chain));
  }
  return given;
}

/** The lines of a file, "name word …" or "name=value". */
export function parseLines(file: string, text: string): GivenOption[] {
  const given: GivenOption[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const where = `${file === "-" ? "standard input" : file}:${index + 1}`;
    const assigned = trimmed.replace(/^([a-z][a-z_-]*)\s*=\s*/i, "$1 ");
    const [name = "", ...words] = splitWords(assigned, where);
    given.push({ name: name.toLowerCase(), words, where });
  }
  return given;
}

/** Words apart by blanks; "…" with escapes and '…' as they stand, as in redis.conf. `where` is told when they do not end. */
export function splitWords(line: string, where: string): string[] {
  const words: string[] = [];
  const word = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s"']+))(?=\s|$)/gy;
  let end = 0;
  for (const [all, doubled, single, plain] of line.matchAll(word)) {
    if (doubled !== undefined) words.push(unescaped(doubled));
    else words.push(single?.replaceAll("\\'", "'") ?? plain ?? "");
    end += all.length;
  }
  if (line.slice(end).trim() !== "") throw new OptionError(`${where}: unbalanced quotes`);
  return words;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", a: "\x07" };

function unescaped(text: string): string {
  return text.replaceAll(/\\(x[0-9a-fA-F]{2}|.)/g, (_whole, escape: string) =>
    escape.length === 3
      ? String.fromCharCode(Number.parseInt(escape.slice(1), 16))
      : (escapes[escape] ?? escape),
  );
}
