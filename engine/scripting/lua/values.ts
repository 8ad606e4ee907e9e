/**
 * What a Lua 5.1 variable may hold. Strings are byte strings: JavaScript strings whose characters are all below 256, one a byte.
 * @see https://www.lua.org/manual/5.1/manual.html#2.2
 */
import type { Prototype } from "./prototype.ts";
import type { LuaMachine } from "./machine.ts";
import type { Thread } from "./thread.ts";
import type { LuaTable } from "./table.ts";

/** `undefined` is nil. */
export type LuaValue =
  | undefined
  | boolean
  | number
  | string
  | LuaTable
  | LuaFunction
  | Thread
  | Userdata;

/** A captured local: its register while that lives, a cell of its own afterwards. */
export class Upvalue {
  stack: LuaValue[];
  index: number;

  constructor(stack: LuaValue[], index: number) {
    this.stack = stack;
    this.index = index;
  }

  /** The register goes away: the value moves out. */
  close(): void {
    this.stack = [this.stack[this.index]];
    this.index = 0;
  }
}

/** A function written in Lua, with what it captured. */
export class Closure {
  readonly prototype: Prototype;
  readonly upvalues: readonly Upvalue[];
  /** Where its globals stand. */
  readonly globals: LuaTable;

  constructor(prototype: Prototype, upvalues: readonly Upvalue[], globals: LuaTable) {
    this.prototype = prototype;
    this.upvalues = upvalues;
    this.globals = globals;
  }
}

/** The body of a function of the host. It throws `LuaError` to raise an error. */
export type NativeBody = (args: readonly LuaValue[], machine: LuaMachine) => readonly LuaValue[];

/**
 * Functions that the machine itself carries out: those that change what runs, so that a script may pause inside them; and the steps of pairs
 * and ipairs, which a loop takes without a call.
 */
export type Control = "pcall" | "xpcall" | "resume" | "wrapped" | "yield" | "next" | "ipairs";

/** A function of the host. */
export class Native {
  readonly name: string;
  readonly body: NativeBody;
  readonly control: Control | undefined;
  /** The coroutine that a function made by coroutine.wrap resumes. */
  readonly thread: Thread | undefined;

  constructor(name: string, body: NativeBody, control?: Control, thread?: Thread) {
    this.name = name;
    this.body = body;
    this.control = control;
    this.thread = thread;
  }
}

export type LuaFunction = Closure | Native;

/** A value of the host that scripts may only hand on and compare, such as cjson.null. */
export class Userdata {
  /** What tostring shows behind "userdata: ". */
  readonly shown: string;

  constructor(shown: string) {
    this.shown = shown;
  }
}

/** Everything but nil and false. */
export function isTrue(value: LuaValue): boolean {
  return value !== undefined && value !== false;
}
