/**
 * Lua's patterns over byte strings. A search keeps its way back on a stack of its own, so that it may pause wherever it stands: some
 * patterns take longer than the universe.
 * @see https://www.lua.org/manual/5.1/manual.html#5.4.1
 */
import { cut } from "../../text.ts";
import type { LuaMachine } from "../machine.ts";
import type { LuaValue } from "../values.ts";
import { inClass } from "./characterClasses.ts";

const MAX_CAPTURES = 32;
/** Items of a pattern that may stand open at once. */
const MAX_CHOICES = 1_000_000;
/** Steps of a search that cost what a loop of a script costs. */
const STEPS_OF_LOOP = 8;
/** Loops' worth that a search goes on for in any case. */
const LEAST_LOOPS = 16;

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
const LETTER_B = 98;
const LETTER_F = 102;
const DIGIT_0 = 48;
const DIGIT_9 = 57;

/** What the search is about to do. */
const MATCH = 0;
const GO_BACK = 1;
const SCAN_ITEM = 2;
const SCAN_BALANCED = 3;

/*
 * A choice is four numbers: its kind and x, y, z. Where the search goes back to it,
 */
/** it goes on at x with the pattern from y on; */
const OPTION = 0;
/** it goes on one before y, down to x, with the pattern from z on; */
const LONGEST = 1;
/** it goes on behind x, if the item from y to z fits there; */
const SHORTEST = 2;
/** the last capture was not opened; */
const OPENED = 3;
/** the capture x was not closed. */
const CLOSED = 4;
const CHOICE_SIZE = 4;

export class Matcher {
  readonly text: string;
  readonly pattern: string;
  captureCount = 0;
  /** Of the match that was found. */
  start = 0;
  /** Behind the match that was found; -1 if there is none. */
  end = -1;
  private readonly machine: LuaMachine;
  /** The pattern begins with "^", which holds it to where the search begins. */
  private readonly isAnchored: boolean;
  private readonly captureStarts: number[] = [];
  private readonly captureLengths: number[] = [];
  private choices: number[] = [];
  private mode = MATCH;
  private at = 0;
  private place = 0;
  /** While the longest row of an item or a balanced text is looked for: how far that is, and at what level. */
  private scanAt = 0;
  private level = 0;

  constructor(machine: LuaMachine, text: string, pattern: string, knowsAnchor: boolean) {
    this.machine = machine;
    this.text = text;
    // A zero byte ends a pattern of C.
    const end = pattern.indexOf("\0");
    this.pattern = end < 0 ? pattern : pattern.slice(0, end);
    this.isAnchored = knowsAnchor && pattern.startsWith("^");
  }

  /** The next search begins here. */
  begin(start: number): void {
    this.start = start;
    this.end = -1;
    this.at = start;
    this.place = this.isAnchored ? 1 : 0;
    this.captureCount = 0;
    if (this.choices.length > 0) this.choices.length = 0;
    this.mode = MATCH;
  }

  /** Searches on, for what is left of the budget. False if that is not enough. */
  advance(): boolean {
    const { machine } = this;
    const most = STEPS_OF_LOOP * Math.max(LEAST_LOOPS, machine.budget);
    let left = most;
    while (left > 0) {
      if (this.mode === SCAN_ITEM) left -= this.scanItem(left);
      else if (this.mode === SCAN_BALANCED) left -= this.scanBalanced(left);
      else if (this.mode === GO_BACK) left -= this.goBack();
      else left -= this.match();
      if (this.end >= 0 || this.start > this.text.length) {
        machine.budget -= Math.ceil((most - left) / STEPS_OF_LOOP) - 1;
        return true;
      }
    }
    machine.budget -= most / STEPS_OF_LOOP;
    return false;
  }

  /** The captures of the match; the whole of it if the pattern has none. */
  captured(): readonly LuaValue[] {
    if (this.captureCount === 0) return [this.whole];
    const captures: LuaValue[] = [];
    for (let index = 0; index < this.captureCount; index++) captures.push(this.capture(index));
    return captures;
  }

  get whole(): string {
    return cut(this.text, this.start, this.end);
  }

  /** One of them, from 0. */
  capture(index: number): LuaValue {
    if (index >= this.captureCount) {
      if (index === 0) return this.whole;
      return this.machine.fail("invalid capture index");
    }
    const start = this.captureStarts[index] as number;
    const length = this.captureLengths[index] as number;
    if (length === UNFINISHED) return this.machine.fail("unfinished capture");
    if (length === POSITION) return start + 1;
    return cut(this.text, start, start + length);
  }

  /** One item of the pattern. Returns the steps that it took. */
  // oxlint-disable-next-line complexity -- one case an item of the pattern
  private match(): number {
    const { text, pattern, place, at } = this;
    if (place >= pattern.length) {
      this.end = at;
      return 1;
    }
    switch (pattern.charCodeAt(place)) {
      case OPEN:
        if (pattern.charCodeAt(place + 1) === CLOSE) this.open(place + 2, POSITION);
        else this.open(place + 1, UNFINISHED);
        return 1;
      case CLOSE:
        this.close();
        return 1;
      case ESCAPE: {
        const kind = pattern.charCodeAt(place + 1);
        if (kind === LETTER_B) return this.beginBalanced();
        if (kind === LETTER_F) return this.frontier();
        if (kind >= DIGIT_0 && kind <= DIGIT_9) return this.again(kind - DIGIT_0);
        break;
      }
      case DOLLAR:
        if (place + 1 < pattern.length) break;
        if (at === text.length) this.end = at;
        else this.mode = GO_BACK;
        return 1;
    }
    const end = this.classEnd(place);
    const fits = at < text.length && this.single(text.charCodeAt(at), place, end);
    switch (pattern.charCodeAt(end)) {
      case QUESTION:
        if (fits) {
          this.choose(OPTION, at, end + 1, 0);
          this.at = at + 1;
        }
        this.place = end + 1;
        break;
      case STAR:
      case PLUS:
        this.scanAt = at;
        this.mode = SCAN_ITEM;
        break;
      case MINUS:
        this.choose(SHORTEST, at, place, end);
        this.place = end + 1;
        break;
      default:
        if (fits) {
          this.at = at + 1;
          this.place = end;
        } else {
          this.mode = GO_BACK;
        }
    }
    return this.costOf(place, end);
  }

  /** Sets are gone through item by item. */
  private costOf(place: number, end: number): number {
    return 1 + ((end - place) >> 2);
  }

  /** As many of an item as there are, for * and +. */
  private scanItem(most: number): number {
    const { text, place } = this;
    const end = this.classEnd(place);
    const cost = this.costOf(place, end);
    const stop = Math.min(text.length, this.scanAt + Math.ceil(most / cost));
    let { scanAt } = this;
    while (scanAt < stop && this.single(text.charCodeAt(scanAt), place, end)) scanAt++;
    const steps = 1 + (scanAt - this.scanAt) * cost;
    this.scanAt = scanAt;
    if (scanAt === stop && scanAt < text.length) return Math.max(most, steps);
    const least = this.at + (this.pattern.charCodeAt(end) === PLUS ? 1 : 0);
    if (scanAt < least) {
      this.mode = GO_BACK;
      return steps;
    }
    if (scanAt > least) this.choose(LONGEST, least, scanAt, end + 1);
    this.at = scanAt;
    this.place = end + 1;
    this.mode = MATCH;
    return steps;
  }

  /** Back to the last choice, or to a search that begins one further on. */
  private goBack(): number {
    const { choices, text } = this;
    const last = choices.length - CHOICE_SIZE;
    if (last < 0) {
      const next = this.start + 1;
      this.begin(this.isAnchored ? text.length + 1 : next);
      return 1;
    }
    const x = choices[last + 1] as number;
    const y = choices[last + 2] as number;
    const z = choices[last + 3] as number;
    switch (choices[last] as number) {
      case OPTION:
        choices.length = last;
        this.at = x;
        this.place = y;
        this.mode = MATCH;
        return 1;
      case LONGEST:
        this.at = y - 1;
        this.place = z;
        this.mode = MATCH;
        if (y - 1 > x) choices[last + 2] = y - 1;
        else choices.length = last;
        return 1;
      case SHORTEST:
        if (x < text.length && this.single(text.charCodeAt(x), y, z)) {
          choices[last + 1] = x + 1;
          this.at = x + 1;
          this.place = z + 1;
          this.mode = MATCH;
        } else {
          choices.length = last;
        }
        return this.costOf(y, z);
      case OPENED:
        this.captureCount--;
        break;
      default:
        this.captureLengths[x] = UNFINISHED;
    }
    choices.length = last;
    return 1;
  }

  private choose(kind: number, x: number, y: number, z: number): void {
    const { choices } = this;
    if (choices.length >= CHOICE_SIZE * MAX_CHOICES) this.machine.fail("pattern too complex");
    choices.push(kind, x, y, z);
  }

  private open(place: number, length: number): void {
    if (this.captureCount >= MAX_CAPTURES) this.machine.fail("too many captures");
    this.captureStarts[this.captureCount] = this.at;
    this.captureLengths[this.captureCount] = length;
    this.captureCount++;
    this.choose(OPENED, 0, 0, 0);
    this.place = place;
  }

  private close(): void {
    let index = this.captureCount - 1;
    while (index >= 0 && this.captureLengths[index] !== UNFINISHED) index--;
    if (index < 0) this.machine.fail("invalid pattern capture");
    this.captureLengths[index] = this.at - (this.captureStarts[index] as number);
    this.choose(CLOSED, index, 0, 0);
    this.place++;
  }

  /** %1: the text that was captured, once more. */
  private again(digit: number): number {
    const index = digit - 1;
    const length = this.captureLengths[index];
    if (index < 0 || index >= this.captureCount || length === UNFINISHED) {
      this.machine.fail("invalid capture index");
    }
    const start = this.captureStarts[index] as number;
    // A place that was captured has no text.
    const count = Math.max(0, length as number);
    const wanted = this.text.slice(start, start + count);
    if (length !== POSITION && this.text.startsWith(wanted, this.at)) {
      this.at += count;
      this.place += 2;
    } else {
      this.mode = GO_BACK;
    }
    return 1 + (count >> 4);
  }

  /** %f[set]: where the set begins. */
  private frontier(): number {
    const { text, pattern, at } = this;
    const place = this.place + 2;
    if (pattern.charCodeAt(place) !== BRACKET)
      this.machine.fail("missing '[' after '%f' in pattern");
    const end = this.classEnd(place);
    const before = at === 0 ? 0 : text.charCodeAt(at - 1);
    const here = at < text.length ? text.charCodeAt(at) : 0;
    if (!this.inSet(before, place, end - 1) && this.inSet(here, place, end - 1)) this.place = end;
    else this.mode = GO_BACK;
    return 2 * this.costOf(place, end);
  }

  /** %bxy */
  private beginBalanced(): number {
    const { text, pattern, at, place } = this;
    if (place + 3 >= pattern.length) this.machine.fail("unbalanced pattern");
    if (at < text.length && text.charCodeAt(at) === pattern.charCodeAt(place + 2)) {
      this.level = 1;
      this.scanAt = at + 1;
      this.mode = SCAN_BALANCED;
    } else {
      this.mode = GO_BACK;
    }
    return 1;
  }

  private scanBalanced(most: number): number {
    const { text, pattern, place } = this;
    const [opening, closing] = [pattern.charCodeAt(place + 2), pattern.charCodeAt(place + 3)];
    const from = this.scanAt;
    const stop = Math.min(text.length, from + most);
    for (let at = from; at < stop; at++) {
      const code = text.charCodeAt(at);
      if (code === closing) {
        if (--this.level > 0) continue;
        this.at = at + 1;
        this.place = place + 4;
        this.mode = MATCH;
        return at + 1 - from;
      }
      if (code === opening) this.level++;
    }
    this.scanAt = stop;
    if (stop === text.length) this.mode = GO_BACK;
    return stop - from + 1;
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
    const { pattern } = this;
    const first = pattern.charCodeAt(place);
    switch (first) {
      case DOT:
        return true;
      case ESCAPE:
        return inClass(code, pattern.charCodeAt(place + 1));
      case BRACKET:
        return this.inSet(code, place, end - 1);
      default:
        return first === code;
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
