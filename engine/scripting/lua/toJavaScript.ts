/**
 * Hot functions as functions of JavaScript, which V8 compiles for what it sees in them alone. They do what is plain: numbers, texts, tables, calls.
 * With anything else they stop before the instruction, and leave it to the loop over instructions. They pause at the same instructions,
 * with the same budget and memory, so nothing tells how a script was run.
 *
 * Their source is made of numbers and of names that stand here: no text of a script comes into it.
 */
import * as instructions from "./instructions.ts";
import { found, mayEqual, modulo, NEEDS_CALL, power, reckoned } from "./operations.ts";
import type { Body, Prototype, Range } from "./prototype.ts";
import { LuaTable } from "./table.ts";
import { Translation } from "./translation.ts";
import { Closure } from "./values.ts";

/** Instructions above which V8 would not compile what is made of them. */
const MOST_INSTRUCTIONS = 1500;
const MOST_REGISTERS = 250;
/** Calls and loops until one that cannot be translated is looked at again. */
const NEVER = -1_000_000_000;

/** What the made functions may use, by the names that stand in their source. */
const SCOPE = {
  ...instructions,
  found,
  mayEqual,
  modulo,
  power,
  reckoned,
  NEEDS_CALL,
  LuaTable,
  Closure,
};
const NAMES: readonly string[] = Object.keys(SCOPE).sort();

type Factory = (scope: typeof SCOPE, constants: readonly unknown[], entries: Int16Array) => Body;

/** The part as a function. Undefined if it is too large, or the page around the engine forbids code that is made. */
export function bodyOf(prototype: Prototype, part: Range): Body | undefined {
  if (part.to - part.from <= MOST_INSTRUCTIONS && prototype.registerCount <= MOST_REGISTERS) {
    const translation = new Translation(prototype, part, NAMES);
    const source = translation.source();
    try {
      // oxlint-disable-next-line no-implied-eval, no-new-func -- see above: it holds nothing that a script wrote
      const factory = new Function("scope", "constants", "entries", source) as Factory;
      return factory(SCOPE, prototype.constants, translation.layout.entries);
    } catch (error) {
      // A page's policy may forbid it.
      if (!(error instanceof EvalError)) throw error;
    }
  }
  prototype.heat = NEVER;
  return undefined;
}
