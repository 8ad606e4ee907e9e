/** What a debugger finds on the stack of a script that stands still. */
import type { LuaMachine } from "../lua/machine.ts";
import { FOR_EACH, INSTRUCTION_SIZE, lineBefore } from "../lua/prototype.ts";
import { END_CALL, type Frame } from "../lua/thread.ts";
import type { LuaValue } from "../lua/values.ts";

export interface Local {
  readonly name: string;
  readonly value: LuaValue;
}

/** A Lua function that is under way. */
export interface Level {
  readonly chunkName: string;
  readonly line: number;
  /** How its caller names it; undefined if that is not known. */
  readonly name: string | undefined;
  readonly frame: Frame;
}

/** The functions of the stack that runs, the innermost first. */
export function levelsOf(machine: LuaMachine): readonly Level[] {
  const { frames } = machine.thread;
  const levels: Level[] = [];
  frames.forEach((frame, index) => {
    if (frame.task !== undefined) return;
    const { prototype } = frame.closure;
    levels.unshift({
      chunkName: prototype.chunkName,
      line: lineBefore(prototype, frame.pc),
      name: nameOf(frame, frames[index - 1]),
      frame,
    });
  });
  return levels;
}

function nameOf(frame: Frame, caller: Frame | undefined): string | undefined {
  const isCalled = frame.end === END_CALL && frame.guard === undefined && frame.tailCalls === 0;
  if (!isCalled || caller === undefined || caller.task !== undefined) return undefined;
  const { prototype } = caller.closure;
  const at = caller.pc - INSTRUCTION_SIZE;
  if (prototype.code[at] === FOR_EACH) return "(for generator)";
  // "global 'x'"
  return prototype.names.get(at)?.split("'")[1];
}

/** The locals of a function that can be seen where it stands, in the order of their declaration. */
export function localsOf(machine: LuaMachine, frame: Frame): readonly Local[] {
  const at = frame.pc - INSTRUCTION_SIZE;
  const seen = frame.closure.prototype.scopes.filter(({ from, to }) => from <= at && at < to);
  return seen.map(({ name, register }) => ({
    name,
    value: machine.thread.stack[frame.base + register],
  }));
}
