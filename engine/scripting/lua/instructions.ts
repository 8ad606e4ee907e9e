/**
 * What instructions do beyond their plainest case, for both ways of running them: the loop over instructions and the functions of JavaScript that
 * are made of hot ones. The frame's `pc` stands behind the instruction, for errors and for going on. "False" says that another frame runs now.
 */
import {
  callAny,
  callForHost,
  deliver,
  deliverMade,
  endSpecial,
  finish,
  pushTask,
  replaceFrame,
  returnValues,
} from "./calls.ts";
import { RETURNED, TURNED } from "./stops.ts";
import { TEXT_BYTES } from "../text.ts";
import type { LuaMachine } from "./machine.ts";
import { CLOSURE_BYTES, UPVALUE_BYTES } from "./memory.ts";
import * as lua from "./operations.ts";
import { INSTRUCTION_SIZE, type Capture, type Prototype } from "./prototype.ts";
import { LuaTable, TABLE_BYTES } from "./table.ts";
import {
  END_CALL,
  END_HOST,
  END_JUMP_IF_FALSE,
  END_JUMP_IF_TRUE,
  type Frame,
  type Thread,
} from "./thread.ts";
import {
  Closure,
  HostCall,
  listOf,
  Native,
  Task,
  type LuaValue,
  type TaskSteps,
  type Upvalue,
} from "./values.ts";

/** Most values that one call takes or gives (LUAI_MAXCSTACK). */
export const MAX_VALUES = 8000;
/** Functions of JavaScript made of Lua functions that call each other directly: what its stack bears in any case. */
const MOST_NESTED = 60;

/** R[target] = object[key] */
export function indexed(
  machine: LuaMachine,
  frame: Frame,
  object: LuaValue,
  key: LuaValue,
  target: number,
): boolean {
  const found = lua.index(machine, object, key, nameAt(frame));
  return gave(machine, frame, found, target);
}

/** R[target] = value, at once (true) or when the call that gives it has ended. */
function gave(
  machine: LuaMachine,
  frame: Frame,
  value: LuaValue | HostCall,
  target: number,
): boolean {
  const at = frame.base + target;
  if (value instanceof HostCall) {
    callForHost(machine, value, at, 1, END_HOST);
    return false;
  }
  machine.thread.stack[at] = value;
  return true;
}

/** object[key] = value */
export function stored(
  machine: LuaMachine,
  frame: Frame,
  object: LuaValue,
  key: LuaValue,
  value: LuaValue,
): boolean {
  const call = lua.setIndex(machine, object, key, value, nameAt(frame));
  if (call === undefined) return true;
  callForHost(machine, call, 0, 0, END_HOST);
  return false;
}

/** A table to which anything may be written. */
export function isPlainTable(object: LuaValue): object is LuaTable {
  return (
    object instanceof LuaTable &&
    !object.isReadOnly &&
    (object.metatable === undefined || object.metatable.get("__newindex") === undefined)
  );
}

/** R[target] = {} */
export function makeTable(machine: LuaMachine, frame: Frame, target: number): void {
  machine.charge(TABLE_BYTES);
  machine.thread.stack[frame.base + target] = new LuaTable();
}

/** Arithmetic beyond plain numbers. */
// oxlint-disable-next-line max-params -- the operands of an instruction
export function calculated(
  machine: LuaMachine,
  operation: number,
  frame: Frame,
  left: LuaValue,
  right: LuaValue,
  target: number,
): boolean {
  const value = lua.arithmetic(machine, operation, left, right, namesAt(frame));
  return gave(machine, frame, value, target);
}

/** R[target] = #value, where that is neither a string nor a table: a call in any case. */
export function measureByCall(
  machine: LuaMachine,
  frame: Frame,
  value: LuaValue,
  target: number,
): void {
  const call = lua.lengthOf(machine, value, nameAt(frame));
  callForHost(machine, call, frame.base + target, 1, END_HOST);
}

/** R[target] = R[first] .. … .. R[last], from the right, as metamethods expect it. */
export function concatenated(
  machine: LuaMachine,
  frame: Frame,
  target: number,
  first: number,
  last: number,
): boolean {
  const { base } = frame;
  const { stack } = machine.thread;
  let value = stack[base + last];
  for (let register = last - 1; register >= first; register--) {
    const left = stack[base + register];
    const made = lua.concatenate(machine, left, value, namesAt(frame));
    if (made instanceof HostCall) {
      const rest = stack.slice(base + first, base + register);
      const task = new Task(concatenateRest(machine, made, rest));
      pushTask(machine, task, base + target, 1, undefined, END_CALL);
      return false;
    }
    value = made;
  }
  stack[base + target] = value;
  return true;
}

/** left .. right of texts and numbers; undefined if it is more than that, or if the memory is to be measured first. */
export function joined(machine: LuaMachine, left: LuaValue, right: LuaValue): string | undefined {
  const leftText = lua.toText(left);
  const rightText = lua.toText(right);
  if (leftText === undefined || rightText === undefined) return undefined;
  const length = leftText.length + rightText.length;
  if (length > lua.MAX_STRING_BYTES || !machine.takes(TEXT_BYTES + length)) return undefined;
  return leftText + rightText;
}

/** The same of many values. */
export function allJoined(machine: LuaMachine, values: readonly LuaValue[]): string | undefined {
  let text = lua.toText(values[values.length - 1]);
  let bytes = 0;
  for (let place = values.length - 2; place >= 0 && text !== undefined; place--) {
    const left = lua.toText(values[place]);
    if (left === undefined || left.length + text.length > lua.MAX_STRING_BYTES) return undefined;
    text = left + text;
    bytes += TEXT_BYTES + text.length;
  }
  return text !== undefined && machine.takes(bytes) ? text : undefined;
}

/** What stands left of a call of __concat. */
function* concatenateRest(
  machine: LuaMachine,
  call: HostCall,
  left: readonly LuaValue[],
): TaskSteps {
  let [value] = yield call;
  for (let index = left.length - 1; index >= 0; index--) {
    const made = lua.concatenate(machine, left[index], value, [undefined, undefined]);
    value = made instanceof HostCall ? (yield made)[0] : made;
  }
  return [value];
}

/**
 * Whether two values that are not the same are equal.
 * @param target - where a call that decides it jumps if it comes to `when`; undefined is returned then
 */
// oxlint-disable-next-line max-params -- the operands of an instruction
export function equalByCall(
  machine: LuaMachine,
  left: LuaValue,
  right: LuaValue,
  target: number,
  when: boolean,
): boolean | undefined {
  const same = lua.equals(left, right);
  return same instanceof HostCall ? jumpBy(machine, same, target, when) : same;
}

/** The same of left < right, where one of them is no number. */
export function lessByCall(
  machine: LuaMachine,
  left: LuaValue,
  right: LuaValue,
  target: number,
  when: boolean,
): boolean | undefined {
  const less = lua.isLess(machine, left, right);
  return less instanceof HostCall ? jumpBy(machine, less, target, when) : less;
}

/** The same of left <= right. */
export function lessOrEqualByCall(
  machine: LuaMachine,
  left: LuaValue,
  right: LuaValue,
  target: number,
  when: boolean,
): boolean | undefined {
  const less = lua.isLessOrEqual(machine, left, right);
  if (typeof less === "boolean") return less;
  return less instanceof HostCall
    ? jumpBy(machine, less, target, when)
    : jumpBy(machine, less[1], target, !when);
}

/** Jumps if the call comes to this truth. */
function jumpBy(machine: LuaMachine, call: HostCall, target: number, when: boolean): undefined {
  callForHost(machine, call, target, 1, when ? END_JUMP_IF_TRUE : END_JUMP_IF_FALSE);
}

/** R[at] index, limit and step of a loop. */
export function prepareFor(machine: LuaMachine, stack: LuaValue[], at: number): void {
  const names = ["initial", "limit", "step"];
  const values = names.map((name, index) => {
    const value = lua.toNumber(stack[at + index]);
    if (value !== undefined) return value;
    return machine.raise(
      name === "initial"
        ? "'for' initial value must be a number"
        : `'for' ${name} must be a number`,
    );
  });
  const [start = 0, limit, step = 1] = values;
  stack[at] = start - step;
  stack[at + 1] = limit;
  stack[at + 2] = step;
}

/** The values behind it, `count` of them or all up to the top, into the table in R[register]. */
export function setList(
  machine: LuaMachine,
  frame: Frame,
  register: number,
  count: number,
  offset: number,
): void {
  const { stack, top } = machine.thread;
  const at = frame.base + register;
  const table = stack[at] as LuaTable;
  const end = count < 0 ? top : at + 1 + count;
  machine.charge(table.setList(offset, stack.slice(at + 1, end)));
}

/** R[target] = function of the prototype with this number */
export function makeClosure(
  machine: LuaMachine,
  frame: Frame,
  target: number,
  number: number,
): void {
  machine.charge(closureBytes(frame.closure.prototype, number));
  machine.thread.stack[frame.base + target] = newClosure(machine.thread, frame, number);
}

/** What it counts for. */
export function closureBytes({ prototypes }: Prototype, number: number): number {
  const { captures } = prototypes[number] as Prototype;
  return CLOSURE_BYTES + UPVALUE_BYTES * captures.length;
}

export function newClosure(thread: Thread, { closure, base }: Frame, number: number): Closure {
  const inner = closure.prototype.prototypes[number] as Prototype;
  const upvalues: Upvalue[] = [];
  for (let at = 0; at < inner.captures.length; at++) {
    const { isRegister, index } = inner.captures[at] as Capture;
    upvalues.push(isRegister ? thread.capture(base + index) : (closure.upvalues[index] as Upvalue));
  }
  return new Closure(inner, upvalues, closure.globals);
}

/** The values of "..." from R[target] on. */
export function spread(machine: LuaMachine, frame: Frame, target: number, wanted: number): void {
  const { varargs, base } = frame;
  if (varargs.length > MAX_VALUES) machine.raise("stack overflow");
  deliver(machine.thread, base + target, wanted, varargs);
}

/** The next key and value of a loop over an iterator, if that is one of pairs or ipairs which needs no call, to `into[at]` and behind. */
export function iterated(
  iterator: LuaValue,
  table: LuaValue,
  key: LuaValue,
  into: LuaValue[],
  at: number,
): boolean {
  if (!(iterator instanceof Native) || !(table instanceof LuaTable)) return false;
  if (iterator.control === "ipairs" && typeof key === "number") {
    const value = table.get(key + 1);
    into[at] = value === undefined ? undefined : key + 1;
    into[at + 1] = value;
    return true;
  }
  if (iterator.control !== "next" || !table.knows(key)) return false;
  table.next(key, into, at);
  return true;
}

/** Puts an iterator, and what it is called with, behind the three registers that keep it. */
export function copyIterator(stack: LuaValue[], at: number): void {
  stack[at + 3] = stack[at];
  stack[at + 4] = stack[at + 1];
  stack[at + 5] = stack[at + 2];
}

/**
 * Calls what stands at `at` with `count` values behind it. A Lua function that has become one of JavaScript runs at once.
 * @returns RETURNED if the results stand where they belong and the frame goes on, else why it does not
 */
// oxlint-disable-next-line max-params -- on the path of every call: no object is made for it
export function called(
  machine: LuaMachine,
  thread: Thread,
  frame: Frame,
  at: number,
  count: number,
  wanted: number,
): number {
  const callee = thread.stack[at];
  if (callee instanceof Closure) {
    const entered = machine.enter(thread, callee, at + 1, count, at, wanted, undefined, END_CALL);
    return runEntered(machine, thread, entered);
  }
  if (callee instanceof Native && callee.control === undefined) {
    return calledNative(machine, thread, callee, at, count, wanted) ? RETURNED : TURNED;
  }
  callAny(machine, thread, callee, at, count, wanted, nameAt(frame));
  return TURNED;
}

/** A tail call of what stands at `at`, a Lua function. */
// oxlint-disable-next-line max-params -- on the path of every call: no object is made for it
export function tailCalled(
  machine: LuaMachine,
  thread: Thread,
  frame: Frame,
  callee: Closure,
  at: number,
  count: number,
): number {
  return runEntered(machine, thread, replaceFrame(machine, thread, frame, callee, at, count));
}

/** Runs the frame that was pushed last, if its function has become one of JavaScript. */
function runEntered(machine: LuaMachine, thread: Thread, entered: Frame): number {
  const { body } = entered.closure.prototype;
  if (body === undefined || machine.nested >= MOST_NESTED) return TURNED;
  machine.nested++;
  const outcome = body(machine, thread, entered, 0);
  machine.nested--;
  return outcome;
}

/** Calls a plain function of the host. */
// oxlint-disable-next-line max-params -- on the path of every call: no object is made for it
export function calledNative(
  machine: LuaMachine,
  thread: Thread,
  callee: Native,
  at: number,
  count: number,
  wanted: number,
): boolean {
  const args = thread.stack.slice(at + 1, at + 1 + count);
  machine.isInHost = true;
  const results = callee.body(args, machine);
  machine.isInHost = false;
  if (results instanceof Task) {
    pushTask(machine, results, at, wanted, undefined, END_CALL);
    return false;
  }
  // Mostly it is one value.
  if (wanted === 1 && !Array.isArray(results)) {
    if (typeof results === "string") machine.charge(TEXT_BYTES + results.length);
    thread.stack[at] = results as LuaValue;
    return true;
  }
  deliverMade(machine, thread, at, wanted, listOf(results));
  return true;
}

/**
 * The frame has ended with `count` values from `first` on.
 * @returns RETURNED if its caller's frame goes on
 */
export function returned(
  machine: LuaMachine,
  thread: Thread,
  frame: Frame,
  first: number,
  count: number,
): number {
  const { stack, frames } = thread;
  if (thread.hasOpen()) thread.close(frame.base);
  frames.pop();
  if (frame.end !== END_CALL || frame.guard !== undefined) {
    return endSpecial(machine, frame, stack.slice(first, first + count));
  }
  if (frames.length > 0) {
    returnValues(thread, frame, first, count);
    return RETURNED;
  }
  const values = stack.slice(first, first + count);
  finish(machine, thread);
  const results = thread.isWrapped ? values : [true, ...values];
  deliver(machine.thread, thread.resumeAt, thread.resumeWanted, results);
  return TURNED;
}

function nameAt(frame: Frame): string | undefined {
  return frame.closure.prototype.names.get(frame.pc - INSTRUCTION_SIZE);
}

function namesAt(frame: Frame): readonly [string | undefined, string | undefined] {
  const { names, rightNames } = frame.closure.prototype;
  const at = frame.pc - INSTRUCTION_SIZE;
  return [names.get(at), rightNames.get(at)];
}
