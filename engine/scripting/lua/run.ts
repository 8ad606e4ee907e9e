/** Runs what is begun on a machine: tasks of the host, instructions, and functions of JavaScript made of hot ones. */
import { goOnWithTask, unwind } from "./calls.ts";
import { ENDED, GROWN, PAUSED, STEPPED, TURNED } from "./stops.ts";
import { LuaError } from "./errors.ts";
import { interpret } from "./interpreter.ts";
import type { LuaMachine } from "./machine.ts";
import { partsOf } from "./layout.ts";
import { INSTRUCTION_SIZE, type Body, type HotPart } from "./prototype.ts";
import type { Frame } from "./thread.ts";
import { bodyOf } from "./toJavaScript.ts";

/** An error counts as so many loops. */
const ERROR_LOOPS = 50;

/** Goes on until the call that the host began has ended (true) or the budget is used up (false). */
export function runUntilDone(machine: LuaMachine): boolean {
  for (;;) {
    try {
      machine.nested = 0;
      for (;;) {
        const outcome = runInnermost(machine);
        if (outcome === ENDED) return true;
        if (outcome === PAUSED) return false;
      }
    } catch (error) {
      const raised = error instanceof RangeError ? outOfRange(error) : error;
      if (!(raised instanceof LuaError)) throw raised;
      raiseHere(machine, raised);
    }
  }
}

/**
 * Raises an error where the script stands; it goes on behind the pcall that catches it.
 * @throws LuaError if none does
 */
export function raiseHere(machine: LuaMachine, error: LuaError): void {
  machine.leaveHost();
  machine.budget -= ERROR_LOOPS;
  error.position ??= machine.position();
  const left = unwind(machine, error);
  if (left !== undefined) throw left;
}

function runInnermost(machine: LuaMachine): number {
  const { thread } = machine;
  const frame = thread.frames[thread.frames.length - 1] as Frame;
  if (frame.task !== undefined) return wentOn(machine, goOnWithTask(machine, frame));
  const part = hotPart(machine, frame);
  return part?.body === undefined ? interpret(machine) : runPart(machine, frame, part, part.body);
}

/** What goes on there as a function of JavaScript. */
function hotPart({ hotAt }: LuaMachine, { closure, pc }: Frame): HotPart | undefined {
  const { prototype } = closure;
  if (prototype.heat < hotAt) return undefined;
  const isWhole = 2 * prototype.calls >= hotAt;
  if (prototype.parts === undefined || isWhole !== prototype.isWhole) {
    prototype.isWhole = isWhole;
    prototype.parts = partsOf(prototype.code, isWhole);
  }
  const number = pc / INSTRUCTION_SIZE;
  for (const part of prototype.parts) {
    if (number < part.from || number >= part.to) continue;
    part.body ??= bodyOf(prototype, part);
    if (isWhole) prototype.body = part.body;
    return part;
  }
  return undefined;
}

function runPart(machine: LuaMachine, frame: Frame, part: HotPart, body: Body): number {
  // V8 compiles what it has seen: the way out, too, if it is taken early.
  const kept = Math.max(0, machine.budget - part.trialLoops);
  if (kept > 0) part.trialLoops *= 2;
  return wentOn(machine, body(machine, machine.thread, frame, kept));
}

/** What is to be done where a function of JavaScript was left. */
function wentOn(machine: LuaMachine, outcome: number): number {
  if (outcome === STEPPED) return interpret(machine);
  if (outcome === GROWN) {
    machine.charge(machine.growth);
    return TURNED;
  }
  return outcome === PAUSED && machine.budget >= 0 ? TURNED : outcome;
}

/** A string that grows too long, or functions of the host that call each other too deeply. */
function outOfRange({ message }: RangeError): LuaError {
  return new LuaError(/length/i.test(message) ? "not enough memory" : "stack overflow");
}
