/** A text within another, found piece by piece, so that a script may pause between two of them. */
import type { LuaMachine } from "../machine.ts";
import { started, type LuaValue, type Task, type TaskSteps } from "../values.ts";

/** Up to here a search is done at once. */
const SHORT_BYTES = 16_384;
/** Bytes of the wanted text that are looked for first, and that of the rest which are compared at once. */
const HEAD_BYTES = 256;
const REST_BYTES = 65_536;
/** Bytes that are compared between two pauses, at most and as V8 compares them at worst. */
const WORST_BYTES = 1 << 20;
/** Loops of a script that this takes as long as. */
const PIECE_LOOPS = 2000;

/** First and last place, from 1, of `wanted` behind `start`; nil if it is not there. */
export function find(
  machine: LuaMachine,
  text: string,
  wanted: string,
  start: number,
): readonly LuaValue[] | Task {
  if (text.length > SHORT_BYTES) return started(steps(machine, text, wanted, start));
  const at = text.indexOf(wanted, start);
  return at < 0 ? [undefined] : [at + 1, at + wanted.length];
}

function* steps(machine: LuaMachine, text: string, wanted: string, start: number): TaskSteps {
  const head = wanted.slice(0, HEAD_BYTES);
  // A short one is found by comparing every byte once or twice.
  const width = head.length < 8 ? WORST_BYTES : Math.ceil(WORST_BYTES / head.length);
  const last = text.length - wanted.length;
  let at = start;
  while (at <= last) {
    const stop = Math.min(last + 1, at + width);
    const found = text.slice(at, stop - 1 + head.length).indexOf(head);
    machine.budget -= Math.ceil((PIECE_LOOPS * (found < 0 ? stop - at : found)) / width);
    if (machine.budget < 0) yield undefined;
    if (found < 0) {
      at = stop;
      continue;
    }
    at += found;
    if (yield* standsAt(machine, text, wanted, at)) return [at + 1, at + wanted.length];
    at++;
  }
  return [undefined];
}

/** Whether the wanted text stands there, whose head does. */
function* standsAt(
  machine: LuaMachine,
  text: string,
  wanted: string,
  at: number,
): Generator<undefined, boolean> {
  for (let from = HEAD_BYTES; from < wanted.length; from += REST_BYTES) {
    const piece = wanted.slice(from, from + REST_BYTES);
    if (text.slice(at + from, at + from + piece.length) !== piece) return false;
    if ((machine.budget -= piece.length >> 8) < 0) yield undefined;
  }
  return true;
}
