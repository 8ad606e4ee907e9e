/**
 * Lua's patterns over byte strings.
 * @see https://www.lua.org/manual/5.1/manual.html#5.4.1
 */
import type { LuaMachine } from "../machine.ts";
import type { LuaValue } from "../values.ts";

const MAX_CAPTURES = 32;
/** Deepest recursion of the matcher (MAXCCALLS). */
const MAX_DEPTH = 200;
/** Steps of one search: some patterns would take longer than the universe. */
const MAX_STEPS = 10_000_000;

const UNFINISHED = -1;
const POSITION = -2;

const ESCAPE = 37; // %
const CARET = 94;
const OPEN = 40;
const CLOSE = 41;
const DOT = 46;
const BRACKET = 91;
const CLOSE_BRACKET = 93;
const DOLLAR = 36;
const QUESTION = 63;
const STAR = 42;
const PLUS = 43;
const MINUS = 45;

interface Capture {
  start: number;
  length: number;
}

export class Matcher {
  readonly text: string;
  readonly pattern: string;
  captureCount = 0;
  private readonly machine: LuaMachine;
  private readonly captures: Capture[] = [];
  private depth = 0;
  private steps = 0;

  constructor(machine: LuaMachine, text: string, pattern: string) {
    this.machine = machine;
    this.text = text;
    this.pattern = pattern;
  }

  /** Where a match that begins at `at` ends, -1 if there is none. `from` is where the pattern goes on. */
  match(at: number, from: number): number {
    this.captureCount = 0;
    this.depth = 0;
    return this.step(at, from);
  }

  /** The captures of the last match; the whole of it if the pattern has none. */
  captured(start: number, end: number): readonly LuaValue[] {
    if (this.captureCount === 0) return [this.text.slice(start, end)];
    return Array.from({ length: this.captureCount }, (_, index) => this.capture(index, start, end));
  }

  /** One of them, from 0. */
  capture(index: number, start: number, end: number): LuaValue {
    if (index >= this.captureCount) {
      if (index === 0) return this.text.slice(start, end);
      return this.machine.fail("invalid capture index");
    }
    const capture = this.captures[index] as Capture;
    if (capture.length === UNFINISHED) return this.machine.fail("unfinished capture");
    if (capture.length === POSITION) return capture.start + 1;
    return this.text.slice(capture.start, capture.start + capture.length);
  }

  private step(start: number, from: number): number {
    if (++this.depth > MAX_DEPTH * 1000) this.machine.fail("pattern too complex");
    try {
      return this.run(start, from);
    } finally {
      this.depth--;
    }
  }

  // oxlint-disable-next-line complexity -- one case an item of the pattern
  private run(start: number, from: number): number {
    const { text, pattern } = this;
    let at = start;
    let place = from;
    for (;;) {
      if (++this.steps > MAX_STEPS) this.machine.fail("pattern too complex");
      if (place === pattern.length) return at;
      switch (pattern.charCodeAt(place)) {
        case OPEN:
          return pattern.charCodeAt(place + 1) === CLOSE
            ? this.open(at, place + 2, POSITION)
            : this.open(at, place + 1, UNFINISHED);
        case CLOSE:
          return this.close(at, place + 1);
        case ESCAPE: {
          const kind = pattern[place + 1];
          if (kind === "b") {
            at = this.balanced(at, place + 2);
            if (at < 0) return -1;
            place += 4;
            continue;
          }
          if (kind === "f") {
            place += 2;
            if (pattern.charCodeAt(place) !== BRACKET)
              this.machine.fail("missing '[' after '%f' in pattern");
            const end = this.classEnd(place);
            const before = at === 0 ? 0 : text.charCodeAt(at - 1);
            const here = at < text.length ? text.charCodeAt(at) : 0;
            if (this.inSet(before, place, end - 1) || !this.inSet(here, place, end - 1)) return -1;
            place = end;
            continue;
          }
          if (kind !== undefined && kind >= "0" && kind <= "9") {
            at = this.again(at, kind);
            if (at < 0) return -1;
            place += 2;
            continue;
          }
          break;
        }
        case DOLLAR:
          if (place + 1 === pattern.length) return at === text.length ? at : -1;
          break;
      }
      const end = this.classEnd(place);
      const suffix = pattern.charCodeAt(end);
      const fits = at < text.length && this.single(text.charCodeAt(at), place, end);
      if (suffix === QUESTION) {
        if (fits) {
          const found = this.step(at + 1, end + 1);
          if (found >= 0) return found;
        }
        place = end + 1;
      } else if (suffix === STAR) {
        return this.longest(at, place, end, 0);
      } else if (suffix === PLUS) {
        return fits ? this.longest(at, place, end, 1) : -1;
      } else if (suffix === MINUS) {
        return this.shortest(at, place, end);
      } else {
        if (!fits) return -1;
        at++;
        place = end;
      }
    }
  }

  private longest(start: number, place: number, end: number, least: number): number {
    const { text } = this;
    let count = 0;
    while (start + count < text.length && this.single(text.charCodeAt(start + count), place, end))
      count++;
    for (; count >= least; count--) {
      const found = this.step(start + count, end + 1);
      if (found >= 0) return found;
    }
    return -1;
  }

  private shortest(start: number, place: number, end: number): number {
    const { text } = this;
    for (let at = start; ; at++) {
      const found = this.step(at, end + 1);
      if (found >= 0) return found;
      if (at >= text.length || !this.single(text.charCodeAt(at), place, end)) return -1;
    }
  }

  private open(at: number, place: number, length: number): number {
    if (this.captureCount >= MAX_CAPTURES) this.machine.fail("too many captures");
    this.captures[this.captureCount] = { start: at, length };
    this.captureCount++;
    const found = this.step(at, place);
    if (found < 0) this.captureCount--;
    return found;
  }

  private close(at: number, place: number): number {
    let index = this.captureCount - 1;
    while (index >= 0 && this.captures[index]?.length !== UNFINISHED) index--;
    const capture = this.captures[index];
    if (capture === undefined) return this.machine.fail("invalid pattern capture");
    capture.length = at - capture.start;
    const found = this.step(at, place);
    if (found < 0) capture.length = UNFINISHED;
    return found;
  }

  /** %1: the text that was captured, once more. */
  private again(at: number, digit: string): number {
    const capture = this.captures[Number(digit) - 1];
    if (
      capture === undefined ||
      Number(digit) > this.captureCount ||
      capture.length === UNFINISHED
    ) {
      return this.machine.fail("invalid capture index");
    }
    if (capture.length === POSITION) return -1;
    const wanted = this.text.slice(capture.start, capture.start + capture.length);
    return this.text.startsWith(wanted, at) ? at + wanted.length : -1;
  }

  /** %bxy */
  private balanced(start: number, place: number): number {
    const { text, pattern } = this;
    if (place + 1 >= pattern.length) this.machine.fail("unbalanced pattern");
    if (start >= text.length || text[start] !== pattern[place]) return -1;
    let level = 1;
    for (let at = start + 1; at < text.length; at++) {
      if (text[at] === pattern[place + 1]) {
        if (--level === 0) return at + 1;
      } else if (text[at] === pattern[place]) {
        level++;
      }
    }
    return -1;
  }

  /** Where the class that begins at `place` ends. */
  private classEnd(place: number): number {
    const { pattern } = this;
    const first = pattern.charCodeAt(place);
    if (first === ESCAPE) {
      if (place + 1 >= pattern.length) this.machine.fail("malformed pattern (ends with '%')");
      return place + 2;
    }
    if (first !== BRACKET) return place + 1;
    let at = place + 1;
    if (pattern.charCodeAt(at) === CARET) at++;
    // The first one may be "]" itself.
    do {
      if (at >= pattern.length) this.machine.fail("malformed pattern (missing ']')");
      const code = pattern.charCodeAt(at++);
      if (code === ESCAPE && at < pattern.length) at++;
    } while (pattern.charCodeAt(at) !== CLOSE_BRACKET || at >= pattern.length);
    return at + 1;
  }

  private single(code: number, place: number, end: number): boolean {
    switch (this.pattern.charCodeAt(place)) {
      case DOT:
        return true;
      case ESCAPE:
        return inClass(code, this.pattern.charCodeAt(place + 1));
      case BRACKET:
        return this.inSet(code, place, end - 1);
      default:
        return this.pattern.charCodeAt(place) === code;
    }
  }

  /** @param last - place of the "]" */
  private inSet(code: number, place: number, last: number): boolean {
    const { pattern } = this;
    let at = place + 1;
    const is = pattern.charCodeAt(at) !== CARET;
    if (!is) at++;
    for (; at < last; at++) {
      const here = pattern.charCodeAt(at);
      if (here === ESCAPE) {
        at++;
        if (inClass(code, pattern.charCodeAt(at))) return is;
      } else if (pattern.charCodeAt(at + 1) === MINUS && at + 2 < last) {
        if (here <= code && code <= pattern.charCodeAt(at + 2)) return is;
        at += 2;
      } else if (here === code) {
        return is;
      }
    }
    return !is;
  }
}

/** %a, %d, … of the C locale; an upper-case letter is the opposite. */
function inClass(code: number, name: number): boolean {
  const lower = name | 0x20;
  const isLetter = lower >= 97 && lower <= 122 && name < 128;
  const test = isLetter ? CLASSES[String.fromCharCode(lower)] : undefined;
  if (test === undefined) return name === code;
  return test(code) === (name === lower);
}

const isUpper = (code: number): boolean => code >= 65 && code <= 90;
const isLower = (code: number): boolean => code >= 97 && code <= 122;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isAlphanumeric = (code: number): boolean => isUpper(code) || isLower(code) || isDigit(code);

const CLASSES: Readonly<Record<string, (code: number) => boolean>> = {
  a: (code) => isUpper(code) || isLower(code),
  c: (code) => code < 32 || code === 127,
  d: isDigit,
  l: isLower,
  p: (code) => code > 32 && code < 127 && !isAlphanumeric(code),
  s: (code) => code === 32 || (code >= 9 && code <= 13),
  u: isUpper,
  w: isAlphanumeric,
  x: (code) => isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102),
  z: (code) => code === 0,
};
