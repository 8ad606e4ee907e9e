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
  /** By which walk over all that a script holds it was met last. */
  metBy = 0;

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
  /** Where its globals stand: those of the function that made it, unless setfenv has given it others. */
  globals: LuaTable;
  /** By which walk over all that a script holds it was met last. */
  metBy = 0;

  constructor(prototype: Prototype, upvalues: readonly Upvalue[], globals: LuaTable) {
    this.prototype = prototype;
    this.upvalues = upvalues;
    this.globals = globals;
  }
}

/** A call that code of the host needs: of a metamethod, of the comparison of table.sort, … The machine makes it. */
export class HostCall {
  readonly callee: LuaValue;
  readonly args: readonly LuaValue[];

  constructor(callee: LuaValue, args: readonly LuaValue[]) {
    this.callee = callee;
    this.args = args;
  }
}

/** Yields a call and is given its results; yields nothing where the script may pause. Returns the results of the function. */
export type TaskSteps = Generator<HostCall | undefined, readonly LuaValue[], readonly LuaValue[]>;

/** A function of the host that is under way: it may take long, or calls other functions. */
export class Task {
  readonly steps: TaskSteps;
  /** The call that it waits for. */
  waitsFor: HostCall | undefined;

  constructor(steps: TaskSteps, waitsFor?: HostCall) {
    this.steps = steps;
    this.waitsFor = waitsFor;
  }
}

/** Runs the steps up to their first call or pause. Returns their results if they ended without one. */
export function started(steps: TaskSteps): readonly LuaValue[] | Task {
  const first = steps.next([]);
  return first.done === true ? first.value : new Task(steps, first.value);
}

/** The values that a function of the host gives back: one, several as a list, or none; or what comes to them. */
export type Results = LuaValue | readonly LuaValue[] | Task;

/** The body of a function of the host. It throws `LuaError` to raise an error. */
export type NativeBody = (args: readonly LuaValue[], machine: LuaMachine) => Results;

export function listOf(results: LuaValue | readonly LuaValue[]): readonly LuaValue[] {
  return Array.isArray(results) ? (results as readonly LuaValue[]) : [results as LuaValue];
}

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
  /** Its body does what it does. */
  readonly isPlain: boolean;

  constructor(name: string, body: NativeBody, control?: Control, thread?: Thread) {
    this.isPlain = control === undefined || control === "next" || control === "ipairs";
    this.name = name;
    this.body = body;
    this.control = control;
    this.thread = thread;
  }
}

export type LuaFunction = Closure | Native;

/** A value of the host that scripts may only hand on and compare, such as cjson.null; what newproxy makes may have a metatable. */
export class Userdata {
  /** What tostring shows behind "userdata: "; undefined for a number of its own. */
  readonly shown: string | undefined;
  readonly metatable: LuaTable | undefined;
  /** By which walk over all that a script holds it was met last. */
  metBy = 0;

  constructor(shown: string | undefined, metatable?: LuaTable) {
    this.shown = shown;
    this.metatable = metatable;
  }
}

/** Everything but nil and false. */
export function isTrue(value: LuaValue): boolean {
  return value !== undefined && value !== false;
}
