/** A coroutine: its registers and the calls that are under way in it. */
import { Upvalue, type Closure, type LuaFunction, type LuaValue } from "./values.ts";

/** What becomes of an error in this call, and of its results. */
export type Guard = undefined | { readonly handler: LuaFunction | undefined };

/** A call of a Lua function that is under way. */
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
  /** Its results are those of a call by the host, which waits for them. */
  isEntry: boolean;
}

export type ThreadStatus = "suspended" | "running" | "normal" | "dead";

export class Thread {
  readonly stack: LuaValue[] = [];
  readonly frames: Frame[] = [];
  status: ThreadStatus = "suspended";
  /** Behind the last value of an open list. */
  top = 0;
  /** Who resumed it, and where the results go there. */
  resumer: Thread | undefined = undefined;
  resumeAt = 0;
  /** How many stacks stand below it, each resumed by the one before. */
  depth = 0;
  resumeWanted = 0;
  /** Resumed by a function of coroutine.wrap: errors pass through. */
  isWrapped = false;
  /** Calls by the host on this stack that wait: it cannot yield through them. */
  hostCalls = 0;
  /** What it begins with; undefined once it has. */
  start: Closure | undefined;
  /** Where its last yield wants the values of the next resume. */
  yieldAt = 0;
  yieldWanted = 0;
  /** Captured registers, the highest last. */
  private readonly open: Upvalue[] = [];

  constructor(start?: Closure) {
    this.start = start;
  }

  capture(index: number): Upvalue {
    const { open } = this;
    let place = open.length;
    while (place > 0 && (open[place - 1] as Upvalue).index > index) place--;
    const before = open[place - 1];
    if (before?.index === index) return before;
    const upvalue = new Upvalue(this.stack, index);
    open.splice(place, 0, upvalue);
    return upvalue;
  }

  /** Registers from `index` on go away. */
  close(index: number): void {
    const { open } = this;
    while (open.length > 0 && (open[open.length - 1] as Upvalue).index >= index) {
      (open.pop() as Upvalue).close();
    }
  }

  hasOpen(): boolean {
    return this.open.length > 0;
  }
}
