/**
 * Splits an inline request into words, with the quoting of Redis's command line: in double quotes \xHH, \n, \r, \t, \b, \a
 * and \<char>; in single quotes \' alone. A closing quote must be followed by white space or the end.
 *
 * @see sdssplitargs in Redis's sds.c
 */
export function splitInline(line: string): string[] | undefined {
  const words: string[] = [];
  const reader: WordReader = { line, at: 0, word: "" };
  for (;;) {
    while (reader.at < line.length && isSpace(line.charCodeAt(reader.at))) reader.at++;
    if (isEnd(reader)) return words;
    if (!readWord(reader)) return undefined;
    words.push(reader.word);
  }
}

interface WordReader {
  readonly line: string;
  at: number;
  word: string;
}

/** The end of the line, or a zero byte, which C takes for it. */
function isEnd(reader: WordReader): boolean {
  return reader.at >= reader.line.length || reader.line.charCodeAt(reader.at) === 0;
}

/** Reads one word up to white space or past a closing quote; false if quotes are unbalanced. */
function readWord(reader: WordReader): boolean {
  reader.word = "";
  while (!isEnd(reader) && !endsWord(reader.line.charCodeAt(reader.at))) {
    const char = reader.line.charAt(reader.at++);
    if (char === '"' || char === "'") return readQuoted(reader, char);
    reader.word += char;
  }
  return true;
}

function readQuoted(reader: WordReader, quote: string): boolean {
  while (!isEnd(reader)) {
    const char = reader.line.charAt(reader.at++);
    if (char === quote) return isEnd(reader) || isSpace(reader.line.charCodeAt(reader.at));
    if (char === "\\" && !isEnd(reader)) readEscape(reader, quote);
    else reader.word += char;
  }
  return false;
}

/** Behind a backslash in quotes. */
function readEscape(reader: WordReader, quote: string): void {
  const next = reader.line.charAt(reader.at);
  if (quote === "'") {
    reader.word += next === "'" ? "'" : "\\";
    if (next === "'") reader.at++;
    return;
  }
  const hex = /^x[0-9a-fA-F]{2}/.exec(reader.line.slice(reader.at, reader.at + 3));
  reader.word += hex === null ? unescape(next) : hexChar(hex[0]);
  reader.at += hex === null ? 1 : 3;
}

function hexChar(text: string): string {
  return String.fromCharCode(Number.parseInt(text.slice(1), 16));
}

function unescape(char: string): string {
  switch (char) {
    case "n":
      return "\n";
    case "r":
      return "\r";
    case "t":
      return "\t";
    case "b":
      return "\b";
    case "a":
      return "\x07";
    default:
      return char;
  }
}

/** Vertical tab and form feed stand between words, and within them too. */
function endsWord(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}

/** C's isspace: tab, line feed, vertical tab, form feed, return, blank. */
function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}
