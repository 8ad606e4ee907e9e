/** Runs what is begun on a machine: tasks of the host, instructions, and functions of JavaScript made of hot ones. */
import { ENDED, goOnWithTask, NO_ENTRY, PAUSED, unwind } from "./calls.ts";
import { LuaError } from "./errors.ts";
import { interpret } from "./interpreter.ts";
import type { LuaMachine } from "./machine.ts";
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
      machine.leaveHost();
      machine.budget -= ERROR_LOOPS;
      raised.position ??= machine.position();
      const left = unwind(machine, raised);
      if (left !== undefined) throw left;
    }
  }
}

function runInnermost(machine: LuaMachine): number {
  const { thread } = machine;
  const frame = thread.frames[thread.frames.length - 1] as Frame;
  if (frame.task !== undefined) return goOnWithTask(machine, frame);
  const { prototype } = frame.closure;
  if (prototype.heat >= machine.hotAt) {
    const body = (prototype.body ??= bodyOf(prototype));
    const outcome = body === undefined ? NO_ENTRY : body(machine, thread, frame);
    if (outcome !== NO_ENTRY) return outcome;
  }
  return interpret(machine);
}

/** A string that grows too long, or functions of the host that call each other too deeply. */
function outOfRange({ message }: RangeError): LuaError {
  return new LuaError(/length/i.test(message) ? "not enough memory" : "stack overflow");
}
