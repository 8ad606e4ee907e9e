/**
 * Redis's glob patterns: * ? [abc] [^a-z] and \ for a literal. Quirks are kept: an unclosed bracket ends with the pattern, a
 * range may be written backwards, a backslash at the very end stands for itself.
 *
 * Nothing but the empty pattern matches the empty text: not even a star does.
 *
 * A pattern with more than a thousand separate stars matches nothing that reaches the last of them, as in Redis.
 *
 * Only the newest * is ever tried again (a longer match of an earlier one cannot help), so time is O(pattern · text), where
 * backtracking over all of them would be exponential.
 *
 * @see stringmatchlen in Redis's util.c
 */
export function matchesGlob(pattern: string, text: string): boolean {
  if (text === "") return pattern === "";
  let p = 0;
  let t = 0;
  let starPattern = -1;
  let starText = 0;
  let stars = 0;
  while (t < text.length) {
    if (pattern[p] === "*") {
      while (pattern[p] === "*") p++;
      if (p === pattern.length) return true;
      if (++stars > MOST_STARS) return false;
      starPattern = p;
      starText = t;
      continue;
    }
    const next = p < pattern.length ? matchOne(pattern, p, text.charCodeAt(t)) : -1;
    if (next >= 0) {
      p = next;
      t++;
    } else if (starPattern >= 0) {
      p = starPattern;
      t = ++starText;
    } else {
      return false;
    }
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

const MOST_STARS = 1000;

/** Where the pattern goes on if its element at `at` matches the char, else -1. */
function matchOne(pattern: string, at: number, code: number): number {
  switch (pattern.charAt(at)) {
    case "?":
      return at + 1;
    case "[":
      return matchClass(pattern, at + 1, code);
    case "\\":
      if (at + 1 < pattern.length) return pattern.charCodeAt(at + 1) === code ? at + 2 : -1;
      return code === BACKSLASH ? at + 1 : -1;
    default:
      return pattern.charCodeAt(at) === code ? at + 1 : -1;
  }
}

const BACKSLASH = 92;

function matchClass(pattern: string, from: number, code: number): number {
  const isNegated = pattern[from] === "^";
  let at = isNegated ? from + 1 : from;
  let isIn = false;
  for (; at < pattern.length && pattern[at] !== "]"; at++) {
    const low = pattern.charCodeAt(at);
    if (low === BACKSLASH && at + 1 < pattern.length) {
      at++;
      if (pattern.charCodeAt(at) === code) isIn = true;
    } else if (pattern[at + 1] === "-" && at + 2 < pattern.length) {
      const high = pattern.charCodeAt(at + 2);
      if (code >= Math.min(low, high) && code <= Math.max(low, high)) isIn = true;
      at += 2;
    } else if (low === code) {
      isIn = true;
    }
  }
  if (isIn === isNegated) return -1;
  return Math.min(at + 1, pattern.length);
}
