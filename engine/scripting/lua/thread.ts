/** A coroutine: its registers and the calls that are under way in it. */
import type { LuaTable } from "./table.ts";
import { Upvalue, type Closure, type LuaFunction, type LuaValue, type Task } from "./values.ts";

/** What becomes of the results of a call: they go to registers. */
export const END_CALL = 0;
/** They are those of the call that the host began. */
export const END_ENTRY = 1;
/** They are the value that was given to the handler of xpcall's error: the error goes on with it. */
export const END_HANDLER = 2;
/** From here on calls that the host's code made: those of a metamethod go to registers, */
export const END_HOST = 3;
/** those of a task to it, */
export const END_TASK = 4;
/** and the truth of the first decides about a jump to `resultAt`. */
export const END_JUMP_IF_TRUE = 5;
export const END_JUMP_IF_FALSE = 6;

/** What becomes of an error in this call, and of its results. */
export type Guard = undefined | { readonly handler: LuaFunction | undefined };

/** A call of a Lua function, or a task, that is under way. */
export interface Frame {
  closure: Closure;
  /** Register 0. */
  base: number;
  /** Of the next instruction. */
  pc: number;
  /** Where the results go, and how many; -1 for all. */
  resultAt: number;
  wanted: number;
  varargs: readonly LuaValue[];
  /** Set by pcall and xpcall. */
  guard: Guard;
  /** One of END_CALL, … */
  end: number;
  /** Set in place of a Lua function; `varargs` are the results that it is given next then. */
  task: Task | undefined;
  /** Functions that have called this one as their last deed. */
  tailCalls: number;
}

/** Whether the host's code stands between this call and what called it: nothing can yield through it. */
export function crossesHost(frame: Frame): boolean {
  return frame.end >= END_HOST || frame.guard !== undefined;
}

export type ThreadStatus = "suspended" | "running" | "normal" | "dead";

export class Thread {
  readonly stack: LuaValue[] = [];
  readonly frames: Frame[] = [];
  globals: LuaTable;
  status: ThreadStatus = "suspended";
  /** Behind the last value of an open list. */
  top = 0;
  /** Who resumed it, and where the results go there. */
  resumer: Thread | undefined = undefined;
  resumeAt = 0;
  /** Calls through the host's code below it: on the stacks that resumed it, each resumption one more. */
  hostCallsBelow = 0;
  resumeWanted = 0;
  /** Resumed by a function of coroutine.wrap: errors pass through. */
  isWrapped = false;
  /** Calls through the host's code on this stack that are under way. */
  hostCalls = 0;
  /** What it begins with; undefined once it has. */
  start: Closure | undefined;
  /** Where its last yield wants the values of the next resume. */
  yieldAt = 0;
  yieldWanted = 0;
  /** By which walk over all that a script holds it was met last. */
  metBy = 0;
  /** Captured registers, the highest last. */
  private readonly open: Upvalue[] = [];

  /**
   * @param globals - what chunks that are loaded on it see as theirs
   */
  constructor(globals: LuaTable, start?: Closure) {
    this.globals = globals;
    this.start = start;
  }

  capture(index: number): Upvalue {
    const { open } = this;
    let place = open.length;
    while (place > 0 && (open[place - 1] as Upvalue).index > index) place--;
    const before = open[place - 1];
    if (before?.index === index) return before;
    const upvalue = new Upvalue(this.stack, index);
    if (place === open.length) open.push(upvalue);
    else open.splice(place, 0, upvalue);
    return upvalue;
  }

  /** Registers from `index` on go away. */
  close(index: number): void {
    const { open } = this;
    while (open.length > 0 && (open[open.length - 1] as Upvalue).index >= index) {
      (open.pop() as Upvalue).close();
    }
  }

  /** Lets go of what stands behind the registers that are in use. All frames keep their room. */
  forgetUnused(): void {
    const { stack, frames } = this;
    let [end, room] = [0, 0];
    for (const { base, closure } of frames) {
      end = base + closure.prototype.registerCount;
      room = Math.max(room, end);
    }
    // An open list may reach beyond.
    end = Math.max(end, this.top);
    stack.length = Math.min(stack.length, Math.max(end, room));
    stack.fill(undefined, end);
  }

  hasOpen(): boolean {
    return this.open.length > 0;
  }
}
