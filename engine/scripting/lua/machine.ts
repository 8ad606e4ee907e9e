/**
 * Runs compiled Lua 5.1. It holds its own stack: a script may pause after any count of instructions and go on later, with its coroutines,
 * pcalls and metamethods, and inside functions of the host that are long.
 *
 * Nothing here depends on time, chance or memory addresses: the same script makes the same steps everywhere.
 * @see https://www.lua.org/manual/5.1/manual.html
 */
import { must } from "../../assert.ts";
import { enterWith } from "./calls.ts";
import { heldBytes, REGISTER_BYTES, VARARG_BYTES } from "./memory.ts";
import { compileChunk } from "./compiler.ts";
import { LuaError, type Position } from "./errors.ts";
import { runUntilDone } from "./run.ts";
import { named } from "./operations.ts";
import {
  CALL,
  FOR_EACH,
  INSTRUCTION_SIZE,
  lineBefore,
  TAIL_CALL,
  type Prototype,
} from "./prototype.ts";
import { LuaTable } from "./table.ts";
import { END_CALL, END_ENTRY, END_HOST, Thread, type Frame, type Guard } from "./thread.ts";
import { Closure, Native, Userdata, type LuaFunction, type LuaValue } from "./values.ts";

/** Calls on one stack (LUAI_MAXCALLS). */
const MAX_CALLS = 20_000;
/** What a script may hold in memory, its texts and tables: the process has some GiB for everything. */
const MOST_BYTES = 512 << 20;
/** Parts of that which a script takes before it is measured what it holds: usually, and where it holds nearly all that it may. */
const USUAL_GROWTH = 1 / 4;
const LEAST_GROWTH = 1 / 512;
/** Bytes that are measured in the time of a loop of a script. */
const BYTES_OF_LOOP = 1024;

/** A debugger, which is shown each line of Lua code that was compiled for it. */
export interface Tracer {
  /** A line is about to run: `frame.pc` stands behind its LINE. True if the machine is to pause before it. */
  stopsAt(frame: Frame): boolean;
}

/** Making the function of JavaScript takes as long as some hundred loops over instructions. */
const HOT_AT = 200;

export class LuaMachine {
  readonly globals: LuaTable = new LuaTable();
  /** What a script may hold. */
  mostBytes: number = MOST_BYTES;
  /** What strings index: the library "string". */
  stringMetatable: LuaTable | undefined = undefined;
  /** Loops and calls left before the script pauses. */
  budget = 0;
  /** Calls and loops after which a Lua function becomes one of JavaScript. */
  hotAt: number = HOT_AT;
  /** Who is shown the lines of what is loaded from now on. Code that is debugged never becomes a function of JavaScript. */
  tracer: Tracer | undefined = undefined;
  /** Functions of JavaScript that have called each other directly. */
  nested = 0;
  /** Bytes by which a table has grown, if nobody has counted them yet. */
  growth = 0;
  /** A function of the host runs. */
  isInHost = false;
  /** Stands in the frame of a task. The machine's own, as walks over what it holds leave their mark in it. */
  readonly hostCode: Closure = new Closure(NO_CODE, [], new LuaTable());
  /** What pcall gives back of an error behind false; the host may show its own errors otherwise. */
  caught: (value: LuaValue) => readonly LuaValue[] = (value) => [value];
  /** Results of the call that ended last. */
  results: readonly LuaValue[] = [];
  /** The stack that runs. */
  thread: Thread = new Thread(this.globals);
  /** Set while pcall or a task calls a function of the host: no Lua function has called that. */
  isCalledByHost = false;
  /** The innermost frame is that of the function of the host that runs. */
  isInTask = false;
  /** The stack that stands still while another call runs. */
  private standing: Thread | undefined = undefined;
  /** Walks over what it holds. */
  walks = 0;
  /** Bytes that were held when they were measured last, and all that was taken since. */
  private chargedBytes = 0;
  private measureAtBytes = 0;
  private readonly addresses = new WeakMap<object, string>();
  private addressCount = 0;

  /** @throws LuaSyntaxError */
  load(source: string, chunkName: string, globals: LuaTable = this.globals): Closure {
    const isTraced = this.tracer !== undefined;
    return new Closure(compileChunk(source, chunkName, isTraced), [], globals);
  }

  /** Begins a call on a fresh stack, for `run` to carry out. */
  begin(callee: LuaFunction, args: readonly LuaValue[]): void {
    this.chargedBytes = 0;
    this.measureAtBytes = USUAL_GROWTH * this.mostBytes;
    this.enterFresh(callee, args);
  }

  private enterFresh(callee: LuaFunction, args: readonly LuaValue[]): void {
    this.thread = new Thread(this.globals);
    this.thread.status = "running";
    this.leaveHost();
    const closure = callee instanceof Closure ? callee : this.wrapped(callee);
    enterWith(this, closure, args, 0, -1, undefined, END_ENTRY);
  }

  /** Begins another call, on a stack of its own, while what runs stands still up to `endAside`. */
  beginAside(callee: LuaFunction, args: readonly LuaValue[]): void {
    this.standing = this.thread;
    this.enterFresh(callee, args);
  }

  endAside(): void {
    this.thread = must(this.standing, "a call aside");
    this.standing = undefined;
  }

  /**
   * Goes on for about `budget` loops and calls. Returns whether the call has ended; its values are `results` then.
   * @throws LuaError of the script
   */
  run(budget: number): boolean {
    this.budget = budget;
    return runUntilDone(this);
  }

  /**
   * Counts memory that the script takes: of a text or a table that was made, or by which one grew.
   * @param besideBytes - what a function of the host holds, where nobody sees it
   * @throws LuaError if it is more than a script may have
   */
  charge(bytes: number, besideBytes = 0): void {
    this.chargedBytes += bytes;
    if (this.chargedBytes > this.measureAtBytes) this.measure(bytes + besideBytes);
  }

  /** The same, where nothing can be measured: returns whether that must be done first, and has counted nothing then. */
  takes(bytes: number): boolean {
    const taken = this.chargedBytes + bytes;
    if (taken > this.measureAtBytes) return false;
    this.chargedBytes = taken;
    return true;
  }

  /** What the script really holds. */
  private measure(besideBytes: number): void {
    const liveBytes = besideBytes + heldBytes(this);
    this.chargedBytes = liveBytes;
    const { mostBytes } = this;
    this.measureAtBytes = Math.max(
      liveBytes + LEAST_GROWTH * mostBytes,
      Math.min(liveBytes + USUAL_GROWTH * mostBytes, mostBytes),
    );
    // It took its time.
    this.budget -= Math.round(liveBytes / BYTES_OF_LOOP);
    if (liveBytes > mostBytes) throw new LuaError("not enough memory");
  }

  /** No function of the host runs. */
  leaveHost(): void {
    this.isCalledByHost = false;
    this.isInHost = false;
    this.isInTask = false;
  }

  /** An error of an instruction, with its place; of the same deed of the host's code it has none. */
  raise(message: string): never {
    throw new LuaError(this.isInHost ? message : this.where() + message);
  }

  /** A coroutine's error goes on where the function of coroutine.wrap was called, which its text tells. */
  raisedAgain(value: LuaValue): LuaError {
    const raised = new LuaError(typeof value === "string" ? this.where() + value : value);
    raised.position = this.position();
    return raised;
  }

  /** An error of a function of the host, with the place of its caller. */
  fail(message: string): never {
    throw new LuaError(this.where() + message);
  }

  /** An error about an argument. The function is called as the call of it names it: nobody knows another name of it. */
  refuseArgument(place: number, why: string): never {
    const [, kind, name = "?"] = /^(\S+) '(.*)'$/s.exec(this.calledAs() ?? "") ?? [];
    if (kind !== "method") this.fail(`bad argument #${place} to '${name}' (${why})`);
    if (place === 1) this.fail(`calling '${name}' on bad self (${why})`);
    return this.fail(`bad argument #${place - 1} to '${name}' (${why})`);
  }

  /** "method 'rep'"; undefined if what runs was called without a name, or by no Lua function. */
  private calledAs(): string | undefined {
    const { frames } = this.thread;
    const innermost = frames[frames.length - 1];
    const isPaused = this.isInTask && innermost?.end === END_CALL;
    const caller = isPaused ? frames[frames.length - 2] : innermost;
    if (this.isCalledByHost || caller === undefined || caller.task !== undefined) return undefined;
    const { prototype } = caller.closure;
    if (STAND_INS.includes(prototype)) return undefined;
    const at = caller.pc - INSTRUCTION_SIZE;
    const operation = prototype.code[at];
    if (operation === FOR_EACH) return "local '(for generator)'";
    return operation === CALL || operation === TAIL_CALL ? prototype.names.get(at) : undefined;
  }

  /** "user_script:3: ", or nothing when no Lua function stands at this level; 1 is the one that runs, or called what runs. */
  where(level = 1): string {
    const found = this.atLevel(level);
    return typeof found === "object" ? shownPosition(found) : "";
  }

  /**
   * What runs at this level: 0 is the function of the host that asks, 1 what has called it, and so on. A tail call is a level in place of what has
   * made it; undefined behind the last level.
   */
  atLevel(level: number): Frame | "host" | "tail call" | undefined {
    if (level === 0) return "host";
    let left = level - 1;
    const { frames } = this.thread;
    for (let at = frames.length - 1; at >= 0; at--) {
      const frame = frames[at] as Frame;
      const isHost = frame.task !== undefined;
      // A task that asks is level 0.
      const isCounted = isHost
        ? !this.isInTask || at < frames.length - 1
        : !STAND_INS.includes(frame.closure.prototype);
      if (isCounted && left-- === 0) return isHost ? "host" : frame;
      if (left < frame.tailCalls) return "tail call";
      left -= frame.tailCalls;
      // pcall is a level of its own.
      if (frame.guard !== undefined && left-- === 0) return "host";
    }
    return undefined;
  }

  /** Where the innermost Lua function stands. */
  position(): Position | undefined {
    const frame = this.thread.frames.findLast(({ task }) => task === undefined);
    if (frame === undefined) return undefined;
    const { prototype } = frame.closure;
    return { chunkName: prototype.chunkName, line: lineBefore(prototype, frame.pc) };
  }

  metatableOf(value: LuaValue): LuaTable | undefined {
    if (value instanceof LuaTable || value instanceof Userdata) return value.metatable;
    return typeof value === "string" ? this.stringMetatable : undefined;
  }

  /** A name for an object that has none, counted instead of its place in memory. */
  addressOf(value: LuaTable | LuaFunction | Thread | Userdata): string {
    let address = this.addresses.get(value);
    if (address === undefined) {
      address = `0x${(++this.addressCount).toString(16).padStart(8, "0")}`;
      this.addresses.set(value, address);
    }
    return address;
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
    end: number,
  ): Frame {
    const { prototype } = closure;
    const { stack, frames } = thread;
    if (frames.length >= MAX_CALLS) this.raise("stack overflow");
    prototype.heat++;
    prototype.calls++;
    for (let parameter = count; parameter < prototype.parameterCount; parameter++) {
      stack[argumentAt + parameter] = undefined;
    }
    const varargs =
      prototype.isVararg && count > prototype.parameterCount
        ? stack.slice(argumentAt + prototype.parameterCount, argumentAt + count)
        : NO_VALUES;
    // A far write would turn the array into a hash.
    if (varargs.length > 0) this.charge(VARARG_BYTES * varargs.length);
    const room = argumentAt + prototype.registerCount - stack.length;
    if (room > 0) {
      this.charge(REGISTER_BYTES * room);
      for (let pushed = 0; pushed < room; pushed++) stack.push(undefined);
    }
    if (end >= END_HOST || guard !== undefined) thread.hostCalls++;
    const frame: Frame = {
      closure,
      base: argumentAt,
      pc: 0,
      resultAt,
      wanted,
      varargs,
      guard,
      end,
      task: undefined,
      tailCalls: 0,
    };
    frames.push(frame);
    return frame;
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

function shownPosition({ closure, pc }: Frame): string {
  return `${closure.prototype.chunkName}:${lineBefore(closure.prototype, pc)}: `;
}

const NO_VALUES: readonly LuaValue[] = [];
const NO_CODE = compileChunk("", "=?");
const TRAMPOLINE = compileChunk("return f(...)", "=?");
/** No level: they stand where functions of the host call. */
const STAND_INS: readonly Prototype[] = [NO_CODE, TRAMPOLINE];
