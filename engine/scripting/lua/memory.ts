/**
 * What a script holds in memory: a walk from its stacks over all that it reaches. Figures are upper bounds of what V8 takes, so that no
 * script can exhaust the process.
 */
import { flattened } from "../../structures/packedText.ts";
import { TEXT_BYTES } from "../text.ts";
import type { LuaMachine } from "./machine.ts";
import { LuaTable } from "./table.ts";
import { Thread } from "./thread.ts";
import { Closure, Native, Userdata, type LuaValue, type Upvalue } from "./values.ts";

export const CLOSURE_BYTES = 64;
export const UPVALUE_BYTES = 96;
export const THREAD_BYTES = 600;
export const PROXY_BYTES = 64;
/** A register and its share of a frame. */
export const REGISTER_BYTES = 64;
export const VARARG_BYTES = 8;
/** A text of this length and more counts once, however many hold it. */
const SHARED_BYTES = 256;
/** Bytes of equally long texts that are compared with each other, to tell one from two; behind that each counts. */
const MOST_COMPARED_BYTES = 1 << 28;

/** Bytes that a script holds which runs on the machine. What its stacks no longer need is let go. */
export function heldBytes(machine: LuaMachine): number {
  const walk = new Walk(++machine.walks);
  walk.add(machine.globals);
  for (let { thread } = machine; ; thread = thread.resumer) {
    walk.add(thread);
    if (thread.resumer === undefined) break;
  }
  return walk.run();
}

/** What holds others. */
type Held = LuaTable | Closure | Thread | Upvalue | Userdata;

class Walk {
  private readonly number: number;
  private bytes = 0;
  private readonly waiting: Held[] = [];
  /** Long texts that were met, by their length. */
  private readonly texts = new Map<number, string[]>();
  private comparedBytes = 0;
  private last = "";
  readonly add = (value: LuaValue): void => {
    if (typeof value === "string") this.text(value);
    else if (value instanceof Native) this.add(value.thread);
    else if (value instanceof Userdata && value.shown !== undefined) return; // the host's own
    else if (typeof value === "object" && value.metBy !== this.number) this.meet(value);
  };

  constructor(number: number) {
    this.number = number;
  }

  run(): number {
    for (let next = this.waiting.pop(); next !== undefined; next = this.waiting.pop()) {
      if (next instanceof LuaTable) this.table(next);
      else if (next instanceof Closure) this.closure(next);
      else if (next instanceof Thread) this.thread(next);
      else if (next instanceof Userdata) this.userdata(next);
      else this.upvalue(next);
    }
    return this.bytes;
  }

  private meet(value: Held): void {
    value.metBy = this.number;
    this.waiting.push(value);
  }

  private table(table: LuaTable): void {
    this.bytes += table.ownBytes;
    this.add(table.metatable);
    table.visit(this.add);
  }

  private closure(closure: Closure): void {
    this.bytes += CLOSURE_BYTES;
    this.add(closure.globals);
    for (const upvalue of closure.upvalues) {
      if (upvalue.metBy !== this.number) this.meet(upvalue);
    }
  }

  private userdata(userdata: Userdata): void {
    this.bytes += PROXY_BYTES;
    this.add(userdata.metatable);
  }

  private upvalue(upvalue: Upvalue): void {
    this.bytes += UPVALUE_BYTES;
    this.add(upvalue.stack[upvalue.index]);
  }

  private thread(thread: Thread): void {
    thread.forgetUnused();
    this.bytes += THREAD_BYTES + REGISTER_BYTES * thread.stack.length;
    for (const value of thread.stack) this.add(value);
    for (const { closure, varargs } of thread.frames) {
      this.add(closure);
      this.bytes += VARARG_BYTES * varargs.length;
      for (const value of varargs) this.add(value);
    }
    this.add(thread.start);
    this.add(thread.globals);
  }

  private text(text: string): void {
    // The same one in many places, mostly one behind the other.
    if (text.length >= SHARED_BYTES && this.isKnown(text)) return;
    this.bytes += TEXT_BYTES + text.length;
  }

  private isKnown(text: string): boolean {
    if (text.length === this.last.length && text === this.last) return true;
    this.last = flattened(text);
    const equallyLong = this.texts.get(text.length);
    if (equallyLong === undefined) {
      this.texts.set(text.length, [text]);
      return false;
    }
    if (this.comparedBytes > MOST_COMPARED_BYTES) return false;
    this.comparedBytes += text.length * equallyLong.length;
    if (equallyLong.includes(text)) return true;
    equallyLong.push(text);
    return false;
  }
}
