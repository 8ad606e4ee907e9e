/** Runs what is begun on a machine: tasks of the host, instructions, and functions of JavaScript made of hot ones. */
import { ENDED, goOnWithTask, GROWN, PAUSED, STEPPED, TURNED, unwind } from "./calls.ts";
import { LuaError } from "./errors.ts";
import { interpret } from "./interpreter.ts";
import type { LuaMachine } from "./machine.ts";
import type { Body, Prototype } from "./prototype.ts";
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
  if (frame.task !== undefined) return goOnWithTask(machine, frame);
  const body = hotBody(machine, frame.closure.prototype);
  return body === undefined ? interpret(machine) : runBody(machine, frame, body);
}

/** The function of JavaScript that the prototype has become, or becomes now. */
function hotBody({ hotAt }: LuaMachine, prototype: Prototype): Body | undefined {
  if (prototype.heat < hotAt) return undefined;
  const isMissing =
    prototype.body === undefined || (!prototype.isWhole && prototype.calls >= hotAt);
  if (isMissing) {
    prototype.isWhole = 2 * prototype.calls >= hotAt;
    prototype.body = bodyOf(prototype, prototype.isWhole);
  }
  return prototype.body;
}

function runBody(machine: LuaMachine, frame: Frame, body: Body): number {
  const { prototype } = frame.closure;
  // V8 compiles what it has seen: the way out, too, if it is taken early.
  const kept = Math.max(0, machine.budget - prototype.trialLoops);
  if (kept > 0) prototype.trialLoops *= 2;
  const outcome = body(machine, machine.thread, frame, kept);
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
