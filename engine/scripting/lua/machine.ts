/**
 * Runs compiled Lua 5.1. It holds its own stack: a script may pause after any count of instructions and go on later, its coroutines and
 * pcalls included. Only calls that the host makes itself (metamethods, the comparison of table.sort, …) run to their end at once.
 *
 * Nothing here depends on time, chance or memory addresses: the same script makes the same steps everywhere.
 * @see https://www.lua.org/manual/5.1/manual.html
 */
import { compileChunk } from "./compiler.ts";
import { LuaError, ScriptStopped, type Position } from "./errors.ts";
import { interpretUntilDone } from "./interpreter.ts";
import { named } from "./operations.ts";
import { lineBefore } from "./prototype.ts";
import { LuaTable } from "./table.ts";
import { Thread, type Guard } from "./thread.ts";
import { Closure, Native, type LuaFunction, type LuaValue } from "./values.ts";

/** Calls on one stack (LUAI_MAXCALLS). */
const MAX_CALLS = 20_000;
/** Calls of the host within each other (LUAI_MAXCCALLS). */
const MAX_HOST_CALLS = 200;
/** Loops and calls that a call of the host may take beyond the budget, since it cannot pause. */
const HOST_CALL_BUDGET = 10_000_000;

export class LuaMachine {
  readonly globals: LuaTable = new LuaTable();
  /** What strings index: the library "string". */
  stringMetatable: LuaTable | undefined = undefined;
  /** Loops and calls left before the script pauses. */
  budget = 0;
  /** A function of the host runs. */
  isInHost = false;
  /** What pcall gives back of an error; the host may show its own errors otherwise. */
  caught: (value: LuaValue) => LuaValue = (value) => value;
  /** Results of the call that ended last. */
  results: readonly LuaValue[] = [];
  /** The stack that runs. */
  thread: Thread = new Thread();
  /** Set while pcall calls a function of the host: no Lua function has called that. */
  isCalledByHost = false;
  private hostDepth = 0;
  private readonly addresses = new WeakMap<object, string>();
  private addressCount = 0;

  /** @throws LuaSyntaxError */
  load(source: string, chunkName: string, globals: LuaTable = this.globals): Closure {
    return new Closure(compileChunk(source, chunkName), [], globals);
  }

  /** Begins a call on a fresh stack, for `run` to carry out. */
  begin(callee: LuaFunction, args: readonly LuaValue[]): void {
    this.thread = new Thread();
    this.thread.status = "running";
    this.hostDepth = 0;
    this.isCalledByHost = false;
    this.isInHost = false;
    const closure = callee instanceof Closure ? callee : this.wrapped(callee);
    this.pushEntry(this.thread, closure, args);
  }

  /**
   * Goes on for about `budget` loops and calls. Returns whether the call has ended; its values are `results` then.
   * @throws LuaError of the script
   * @throws ScriptStopped if a call of the host goes on far too long
   */
  run(budget: number): boolean {
    this.budget = budget;
    return interpretUntilDone(this);
  }

  /** A call by the host, to its end. @throws LuaError */
  call(callee: LuaValue, args: readonly LuaValue[]): readonly LuaValue[] {
    if (callee instanceof Native && !needsMachine(callee)) return callee.body(args, this);
    const { thread } = this;
    if (this.hostDepth >= MAX_HOST_CALLS) this.raise("C stack overflow");
    const { isCalledByHost, isInHost } = this;
    this.isCalledByHost = false;
    this.isInHost = false;
    this.hostDepth++;
    thread.hostCalls++;
    try {
      if (callee instanceof Closure) this.pushEntry(thread, callee, args);
      else this.pushEntry(thread, this.wrapped(callee), args);
      interpretUntilDone(this);
      return this.results;
    } finally {
      this.hostDepth--;
      thread.hostCalls--;
      this.isCalledByHost = isCalledByHost;
      this.isInHost = isInHost;
    }
  }

  /** An error of an instruction, with its place; of the same deed of the host's code it has none. */
  raise(message: string): never {
    throw new LuaError(this.isInHost ? message : this.where() + message);
  }

  /** An error of a function of the host, with the place of its caller. */
  fail(message: string): never {
    throw new LuaError(this.where() + message);
  }

  /** "user_script:3: ", or nothing when no Lua function runs. */
  where(level = 1): string {
    if (this.isCalledByHost && level === 1) return "";
    const position = this.position(level);
    return position === undefined ? "" : `${position.chunkName}:${position.line}: `;
  }

  /** Where the Lua function at this level stands; 1 is the one that runs. */
  position(level = 1): Position | undefined {
    const frame = this.thread.frames[this.thread.frames.length - level];
    if (frame === undefined) return undefined;
    const { prototype } = frame.closure;
    return { chunkName: prototype.chunkName, line: lineBefore(prototype, frame.pc) };
  }

  metatableOf(value: LuaValue): LuaTable | undefined {
    if (value instanceof LuaTable) return value.metatable;
    return typeof value === "string" ? this.stringMetatable : undefined;
  }

  /** A name for an object that has none, counted instead of its place in memory. */
  addressOf(value: LuaTable | LuaFunction | Thread): string {
    let address = this.addresses.get(value);
    if (address === undefined) {
      address = `0x${(++this.addressCount).toString(16).padStart(8, "0")}`;
      this.addresses.set(value, address);
    }
    return address;
  }

  /** Counts a loop or a call down. Returns whether to pause now. */
  pausesNow(): boolean {
    if (this.hostDepth === 0) return true;
    if (this.budget < -HOST_CALL_BUDGET) {
      throw new ScriptStopped(
        "the script runs too long inside a function that cannot be interrupted",
      );
    }
    return false;
  }

  /** Pushes a frame for a call whose arguments stand from `argumentAt` on. */
  // oxlint-disable-next-line max-params -- on the path of every call: no object is made for it
  enter(
    thread: Thread,
    closure: Closure,
    argumentAt: number,
    count: number,
    resultAt: number,
    wanted: number,
    guard: Guard,
    isEntry: boolean,
  ): void {
    const { prototype } = closure;
    const { stack, frames } = thread;
    if (frames.length >= MAX_CALLS) this.raise("stack overflow");
    for (let parameter = count; parameter < prototype.parameterCount; parameter++) {
      stack[argumentAt + parameter] = undefined;
    }
    const varargs =
      prototype.isVararg && count > prototype.parameterCount
        ? stack.slice(argumentAt + prototype.parameterCount, argumentAt + count)
        : NO_VALUES;
    // A far write would turn the array into a hash.
    while (stack.length < argumentAt + prototype.registerCount) stack.push(undefined);
    frames.push({ closure, base: argumentAt, pc: 0, resultAt, wanted, varargs, guard, isEntry });
  }

  private pushEntry(thread: Thread, closure: Closure, args: readonly LuaValue[]): void {
    const frame = thread.frames.at(-1);
    const at = frame === undefined ? 0 : frame.base + frame.closure.prototype.registerCount;
    while (thread.stack.length < at) thread.stack.push(undefined);
    for (let index = 0; index < args.length; index++) thread.stack[at + index] = args[index];
    this.enter(thread, closure, at, args.length, at, -1, undefined, true);
  }

  /** A Lua function that calls what is none: for values with __call, and for functions that control what runs. */
  wrapped(callee: LuaValue): Closure {
    if (!(callee instanceof Native) && this.metatableOf(callee)?.get("__call") === undefined) {
      this.raise(`attempt to call ${named(callee, undefined)}`);
    }
    const globals = new LuaTable();
    globals.set("f", callee);
    return new Closure(TRAMPOLINE, [], globals);
  }
}

/** Whether the machine must run to carry it out. */
function needsMachine({ control }: Native): boolean {
  return control !== undefined && control !== "next" && control !== "ipairs";
}

const NO_VALUES: readonly LuaValue[] = [];
const TRAMPOLINE = compileChunk("return f(...)", "=?");
