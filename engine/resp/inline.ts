/**
 * Splits an inline request into words, with the quoting of Redis's command line: in double quotes \xHH, \n, \r, \t, \b, \a
 * and \<char>; in single quotes \' alone. A closing quote must be followed by white space or the end.
 *
 * @see sdssplitargs in Redis's sds.c
 */
export function splitInline(line: string): string[] | undefined {
  const words: string[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && isSpace(line.charCodeAt(at))) at++;
    if (at >= line.length || line[at] === "\0") return words;
    let word = "";
    let quote = "";
    for (;;) {
      const char = at < line.length ? line.charAt(at) : "\0";
      if (quote === "") {
        if (char === "\0" || isSpace(char.charCodeAt(0))) break;
        if (char === '"' || char === "'") quote = char;
        else word += char;
        at++;
      } else if (char === "\0") {
        return undefined;
      } else if (char === quote) {
        const follower = line.charCodeAt(at + 1);
        if (at + 1 < line.length && follower !== 0 && !isSpace(follower)) return undefined;
        at++;
        break;
      } else if (char === "\\" && quote === "'" && line[at + 1] === "'") {
        word += "'";
        at += 2;
      } else if (char === "\\" && quote === '"' && at + 1 < line.length) {
        const hex = /^x[0-9a-fA-F]{2}/.exec(line.slice(at + 1, at + 4));
        word += hex === null ? unescape(line.charAt(at + 1)) : hexChar(hex[0]);
        at += hex === null ? 2 : 4;
      } else {
        word += char;
        at++;
      }
    }
    words.push(word);
  }
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

/** C's isspace: tab, line feed, vertical tab, form feed, return, blank. */
export function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}
