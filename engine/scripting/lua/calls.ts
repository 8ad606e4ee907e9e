/** Calls and returns, pcall and coroutines: everything by which the machine turns from one frame to another. */
import { LuaError, ScriptStopped } from "./errors.ts";
import type { LuaMachine } from "./machine.ts";
import * as lua from "./operations.ts";
import { Thread, type Frame } from "./thread.ts";
import { Closure, Native, type LuaFunction, type LuaValue } from "./values.ts";

/** Coroutines that resume each other (LUAI_MAXCCALLS). */
const MAX_COROUTINES = 200;

/** Gives the error to the innermost pcall or resume. Returns what is raised instead if a call of the host stands before them. */
export function unwind(machine: LuaMachine, error: LuaError): LuaError | undefined {
  let raised = error;
  for (;;) {
    const { thread } = machine;
    const { frames } = thread;
    let at = frames.length - 1;
    while (at >= 0 && frames[at]?.isEntry === false && frames[at]?.guard === undefined) at--;
    const frame = frames[at];
    if (frame === undefined) {
      finish(machine, thread);
      if (thread.isWrapped) continue;
      deliver(machine.thread, thread.resumeAt, thread.resumeWanted, [false, raised.value]);
      return undefined;
    }
    // A handler sees the stack as it is at the error.
    if (frame.guard?.handler !== undefined) raised = handled(machine, frame.guard.handler, raised);
    frames.length = at;
    thread.close(frame.base);
    if (frame.guard === undefined) return raised;
    const caught = frame.guard.handler === undefined ? machine.caught(raised.value) : raised.value;
    deliver(thread, frame.resultAt, frame.wanted, [false, caught]);
    return undefined;
  }
}

function handled(machine: LuaMachine, handler: LuaFunction, error: LuaError): LuaError {
  try {
    return new LuaError(machine.call(handler, [error.value])[0]);
  } catch (second) {
    if (second instanceof ScriptStopped) throw second;
    return new LuaError("error in error handling");
  }
}

/** The coroutine has ended: its resumer runs. */
export function finish(machine: LuaMachine, thread: Thread): void {
  thread.frames.length = 0;
  thread.close(0);
  thread.status = "dead";
  leave(machine, thread);
}

function leave(machine: LuaMachine, thread: Thread): void {
  const { resumer } = thread;
  if (resumer === undefined) throw new Error("a stack without a resumer has ended");
  thread.resumer = undefined;
  machine.thread = resumer;
  resumer.status = "running";
}

/** Values of a call that has ended, where its caller wants them. */
export function deliver(
  thread: Thread,
  at: number,
  wanted: number,
  values: readonly LuaValue[],
): void {
  const { stack } = thread;
  const count = wanted < 0 ? values.length : wanted;
  for (let index = 0; index < count; index++) stack[at + index] = values[index];
  if (wanted < 0) thread.top = at + count;
}

export function returnValues(thread: Thread, frame: Frame, first: number, count: number): void {
  const { stack } = thread;
  let at = frame.resultAt;
  if (frame.guard !== undefined) stack[at++] = true;
  const { wanted } = frame;
  if (wanted < 0) {
    for (let index = 0; index < count; index++) stack[at + index] = stack[first + index];
    thread.top = at + count;
    return;
  }
  const end = frame.resultAt + wanted;
  for (let index = 0; at < end; index++)
    stack[at++] = index < count ? stack[first + index] : undefined;
}

/** A tail call: the frame that calls is no longer needed. */
export function replaceFrame(
  machine: LuaMachine,
  thread: Thread,
  frame: Frame,
  callee: Closure,
  at: number,
  count: number,
): void {
  const { stack } = thread;
  thread.close(frame.base);
  for (let index = 0; index < count; index++) stack[frame.base + index] = stack[at + 1 + index];
  thread.frames.pop();
  machine.enter(
    thread,
    callee,
    frame.base,
    count,
    frame.resultAt,
    frame.wanted,
    frame.guard,
    frame.isEntry,
  );
}

/** Calls whatever stands at `at`, with `count` arguments behind it. */
// oxlint-disable-next-line max-params -- on the path of every call: no object is made for it
export function callAny(
  machine: LuaMachine,
  thread: Thread,
  callee: LuaValue,
  at: number,
  count: number,
  wanted: number,
  name: string | undefined,
): void {
  const { stack } = thread;
  if (callee instanceof Closure)
    return machine.enter(thread, callee, at + 1, count, at, wanted, undefined, false);
  const args = stack.slice(at + 1, at + 1 + count);
  if (!(callee instanceof Native)) {
    const handler = lua.metamethod(machine, callee, "__call");
    if (!lua.isFunction(handler)) machine.raise(`attempt to call ${lua.named(callee, name)}`);
    // The called value is the first argument.
    args.unshift(callee);
    stack[at] = handler;
    args.forEach((value, index) => (stack[at + 1 + index] = value));
    return callAny(machine, thread, handler, at, args.length, wanted, name);
  }
  switch (callee.control) {
    case "pcall":
    case "xpcall": {
      const least = callee.control === "pcall" ? 1 : 2;
      if (args.length < least) {
        machine.fail(`bad argument #${least} to '${callee.name}' (value expected)`);
      }
      return protectedCall(machine, thread, callee.control, args, at, wanted);
    }
    case "yield":
      return yieldValues(machine, thread, args, at, wanted);
    case "resume": {
      const target = args[0];
      if (!(target instanceof Thread))
        machine.fail("bad argument #1 to 'resume' (coroutine expected)");
      return resume(machine, thread, target, args.slice(1), at, wanted, false);
    }
    case "wrapped":
      return resume(machine, thread, callee.thread as Thread, args, at, wanted, true);
    case "next":
    case "ipairs":
    case undefined: {
      machine.isInHost = true;
      const results = callee.body(args, machine);
      machine.isInHost = false;
      deliver(thread, at, wanted, results);
    }
  }
}

function protectedCall(
  machine: LuaMachine,
  thread: Thread,
  control: "pcall" | "xpcall",
  args: readonly LuaValue[],
  at: number,
  wanted: number,
): void {
  const [callee] = args;
  const handler = control === "xpcall" && lua.isFunction(args[1]) ? args[1] : undefined;
  const passed = control === "xpcall" ? [] : args.slice(1);
  if (callee instanceof Closure) {
    machine.enter(thread, callee, at + 2, passed.length, at, wanted, { handler }, false);
    return;
  }
  let results: readonly LuaValue[];
  const { isCalledByHost } = machine;
  try {
    machine.isCalledByHost = true;
    machine.isInHost = true;
    results = [true, ...machine.call(callee, passed)];
  } catch (error) {
    if (!(error instanceof LuaError)) throw error;
    results = [
      false,
      handler === undefined ? machine.caught(error.value) : handled(machine, handler, error).value,
    ];
  } finally {
    machine.isCalledByHost = isCalledByHost;
    machine.isInHost = false;
  }
  deliver(thread, at, wanted, results);
}

function yieldValues(
  machine: LuaMachine,
  thread: Thread,
  values: readonly LuaValue[],
  at: number,
  wanted: number,
): void {
  if (thread.resumer === undefined || thread.hostCalls > 0) {
    throw new LuaError("attempt to yield across metamethod/C-call boundary");
  }
  thread.yieldAt = at;
  thread.yieldWanted = wanted;
  thread.status = "suspended";
  leave(machine, thread);
  const results = thread.isWrapped ? values : [true, ...values];
  deliver(machine.thread, thread.resumeAt, thread.resumeWanted, results);
}

// oxlint-disable-next-line max-params -- on the path of every call: no object is made for it
function resume(
  machine: LuaMachine,
  thread: Thread,
  target: Thread,
  args: readonly LuaValue[],
  at: number,
  wanted: number,
  isWrapped: boolean,
): void {
  if (target.status !== "suspended") {
    const message = `cannot resume ${target.status === "dead" ? "dead" : "non-suspended"} coroutine`;
    if (isWrapped) machine.fail(message);
    return deliver(thread, at, wanted, [false, message]);
  }
  target.depth = thread.depth + 1;
  if (target.depth > MAX_COROUTINES) {
    if (isWrapped) throw new LuaError("C stack overflow");
    return deliver(thread, at, wanted, [false, "C stack overflow"]);
  }
  thread.status = "normal";
  target.status = "running";
  target.resumer = thread;
  target.resumeAt = at;
  target.resumeWanted = wanted;
  target.isWrapped = isWrapped;
  machine.thread = target;
  const { start } = target;
  if (start === undefined) return deliver(target, target.yieldAt, target.yieldWanted, args);
  target.start = undefined;
  args.forEach((value, index) => (target.stack[index] = value));
  machine.enter(target, start, 0, args.length, 0, -1, undefined, false);
}
