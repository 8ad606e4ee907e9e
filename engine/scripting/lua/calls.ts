/** Calls and returns, pcall and coroutines: everything by which the machine turns from one frame to another. */
import { TEXT_BYTES } from "../text.ts";
import { LuaError } from "./errors.ts";
import type { LuaMachine } from "./machine.ts";
import * as lua from "./operations.ts";
import { ENDED, PAUSED, TURNED } from "./stops.ts";
import {
  crossesHost,
  END_CALL,
  END_ENTRY,
  END_HANDLER,
  END_HOST,
  END_JUMP_IF_FALSE,
  END_JUMP_IF_TRUE,
  END_TASK,
  Thread,
  type Frame,
} from "./thread.ts";
import { Closure, HostCall, isTrue, listOf, Native, Task, type LuaValue } from "./values.ts";

/** Calls through the host's code within each other, and coroutines that resume each other (LUAI_MAXCCALLS). */
const MAX_HOST_CALLS = 200;

/** Gives the error to the innermost pcall or resume. Returns what is raised instead if nothing on any stack catches it. */
export function unwind(machine: LuaMachine, error: LuaError): LuaError | undefined {
  let raised = error;
  let isHandled = false;
  for (;;) {
    const { thread } = machine;
    const { frames } = thread;
    let at = frames.length - 1;
    for (; at >= 0; at--) {
      const frame = frames[at] as Frame;
      if (frame.end === END_HANDLER || (frame.guard?.handler === NO_HANDLER && !isHandled)) {
        raised = new LuaError("error in error handling");
        isHandled = true;
      }
      if (frame.end === END_ENTRY || frame.guard !== undefined) break;
    }
    const frame = frames[at];
    if (frame === undefined) {
      finish(machine, thread);
      if (thread.isWrapped) {
        raised = machine.raisedAgain(raised.value);
        continue;
      }
      deliver(machine.thread, thread.resumeAt, thread.resumeWanted, [false, raised.value]);
      return undefined;
    }
    // A handler sees the stack as it is at the error.
    if (frame.guard?.handler !== undefined && !isHandled) {
      callForHost(machine, new HostCall(frame.guard.handler, [raised.value]), 0, 1, END_HANDLER);
      return undefined;
    }
    if (frame.guard === undefined) {
      cutFrames(thread, at);
      return raised;
    }
    const { handler } = frame.guard;
    caught(machine, at, handler === undefined ? machine.caught(raised.value) : [raised.value]);
    return undefined;
  }
}

/** The call at this place has failed: its pcall answers. */
function caught(machine: LuaMachine, at: number, told: readonly LuaValue[]): void {
  const { thread } = machine;
  const frame = thread.frames[at] as Frame;
  cutFrames(thread, at);
  settle(machine, thread, frame.end, frame.resultAt, frame.wanted, [false, ...told]);
}

/** Takes the frames from this place on away. */
function cutFrames(thread: Thread, at: number): void {
  const { frames } = thread;
  const { base } = frames[at] as Frame;
  while (frames.length > at) {
    if (crossesHost(frames.pop() as Frame)) thread.hostCalls--;
  }
  thread.close(base);
}

/** The coroutine has ended: its resumer runs. */
export function finish(machine: LuaMachine, thread: Thread): void {
  thread.frames.length = 0;
  thread.hostCalls = 0;
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

/** The same of a function of the host, which may have made them. */
export function deliverMade(
  machine: LuaMachine,
  thread: Thread,
  at: number,
  wanted: number,
  values: readonly LuaValue[],
): void {
  if (wanted === 1 && values.length === 1) {
    const [value] = values;
    if (typeof value === "string") machine.charge(TEXT_BYTES + value.length);
    thread.stack[at] = value;
    return;
  }
  chargeTexts(machine, values);
  deliver(thread, at, wanted, values);
}

function chargeTexts(machine: LuaMachine, values: readonly LuaValue[]): void {
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (typeof value === "string") machine.charge(TEXT_BYTES + value.length);
  }
}

export function returnValues(thread: Thread, frame: Frame, first: number, count: number): void {
  const { stack } = thread;
  const at = frame.resultAt;
  const { wanted } = frame;
  if (wanted === 1 && count === 1) {
    stack[at] = stack[first];
    return;
  }
  if (wanted < 0) {
    for (let index = 0; index < count; index++) stack[at + index] = stack[first + index];
    thread.top = at + count;
    return;
  }
  for (let index = 0; index < wanted; index++)
    stack[at + index] = index < count ? stack[first + index] : undefined;
}

/** A frame that stands for more than a plain call has been popped, with these results. */
export function endSpecial(machine: LuaMachine, frame: Frame, values: readonly LuaValue[]): number {
  const { thread } = machine;
  if (crossesHost(frame)) thread.hostCalls--;
  const results = frame.guard === undefined ? values : [true, ...values];
  return settle(machine, thread, frame.end, frame.resultAt, frame.wanted, results);
}

/** Results of a call that has ended, where they belong. */
// oxlint-disable-next-line max-params -- on the path of every metamethod: no object is made for it
function settle(
  machine: LuaMachine,
  thread: Thread,
  end: number,
  resultAt: number,
  wanted: number,
  values: readonly LuaValue[],
): number {
  const frame = thread.frames[thread.frames.length - 1];
  switch (end) {
    case END_ENTRY:
      machine.results = values;
      return ENDED;
    case END_HANDLER: {
      const at = thread.frames.findLastIndex(({ guard }) => guard !== undefined);
      caught(machine, at, [values[0]]);
      return TURNED;
    }
    case END_TASK:
      (frame as Frame).varargs = values;
      return TURNED;
    case END_JUMP_IF_TRUE:
    case END_JUMP_IF_FALSE:
      if (isTrue(values[0]) === (end === END_JUMP_IF_TRUE)) (frame as Frame).pc = resultAt;
      return TURNED;
    default:
      deliver(thread, resultAt, wanted, values);
      return TURNED;
  }
}

/** A tail call: the frame that calls is no longer needed. */
export function replaceFrame(
  machine: LuaMachine,
  thread: Thread,
  frame: Frame,
  callee: Closure,
  at: number,
  count: number,
): Frame {
  const { stack } = thread;
  if (thread.hasOpen()) thread.close(frame.base);
  for (let index = 0; index < count; index++) stack[frame.base + index] = stack[at + 1 + index];
  thread.frames.pop();
  if (crossesHost(frame)) thread.hostCalls--;
  const entered = machine.enter(
    thread,
    callee,
    frame.base,
    count,
    frame.resultAt,
    frame.wanted,
    frame.guard,
    frame.end,
  );
  entered.tailCalls = frame.tailCalls + 1;
  return entered;
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
  if (callee instanceof Closure) {
    machine.enter(thread, callee, at + 1, count, at, wanted, undefined, END_CALL);
    return;
  }
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
      if (callee.control === "xpcall" && args.length < 2) {
        machine.refuseArgument(2, "value expected");
      }
      // Redis's pcall puts its own answer before its arguments, and calls that where there are none.
      if (args.length === 0) {
        return deliver(thread, at, wanted, [false, "attempt to call a boolean value"]);
      }
      return protectedCall(machine, thread, callee.control, args, at, wanted);
    }
    case "yield":
      return yieldValues(machine, thread, args, at, wanted);
    case "resume": {
      const target = args[0];
      if (!(target instanceof Thread)) machine.refuseArgument(1, "coroutine expected");
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
      if (results instanceof Task) pushTask(machine, results, at, wanted, undefined, END_CALL);
      else deliverMade(machine, thread, at, wanted, listOf(results));
    }
  }
}

/** A function of the host goes on in a frame of its own. */
// oxlint-disable-next-line max-params -- the fields of a frame
export function pushTask(
  machine: LuaMachine,
  task: Task,
  resultAt: number,
  wanted: number,
  guard: Frame["guard"],
  end: number,
): void {
  const { thread } = machine;
  const base = topOf(thread);
  const frame = machine.enter(thread, machine.hostCode, base, 0, resultAt, wanted, guard, end);
  frame.task = task;
}

/** Behind the registers of the innermost frame. */
function topOf(thread: Thread): number {
  const frame = thread.frames[thread.frames.length - 1];
  return frame === undefined ? 0 : frame.base + frame.closure.prototype.registerCount;
}

/** A call that the host's code makes; it goes on when that has ended. */
export function callForHost(
  machine: LuaMachine,
  { callee, args }: HostCall,
  resultAt: number,
  wanted: number,
  end: number,
): void {
  const { thread } = machine;
  if (end >= END_HOST && thread.hostCallsBelow + thread.hostCalls >= MAX_HOST_CALLS) {
    machine.raise("C stack overflow");
  }
  if (callee instanceof Native && callee.isPlain) {
    machine.isInHost = true;
    machine.isCalledByHost = end === END_TASK;
    const results = callee.body(args, machine);
    machine.isInHost = false;
    machine.isCalledByHost = false;
    if (results instanceof Task) {
      pushTask(machine, results, resultAt, wanted, undefined, end);
    } else {
      const values = listOf(results);
      chargeTexts(machine, values);
      settle(machine, thread, end, resultAt, wanted, values);
    }
    return;
  }
  const closure = callee instanceof Closure ? callee : machine.wrapped(callee);
  enterWith(machine, closure, args, resultAt, wanted, undefined, end);
}

/** Pushes a frame behind all registers that are in use. */
// oxlint-disable-next-line max-params -- the fields of a frame
export function enterWith(
  machine: LuaMachine,
  closure: Closure,
  args: readonly LuaValue[],
  resultAt: number,
  wanted: number,
  guard: Frame["guard"],
  end: number,
): void {
  const { thread } = machine;
  const at = topOf(thread);
  while (thread.stack.length < at) thread.stack.push(undefined);
  for (let index = 0; index < args.length; index++) thread.stack[at + index] = args[index];
  machine.enter(thread, closure, at, args.length, resultAt, wanted, guard, end);
}

/** Lets the innermost frame's task go on until it has ended, calls a Lua function, or is to pause. */
export function goOnWithTask(machine: LuaMachine, frame: Frame): number {
  const { thread } = machine;
  const task = frame.task as Task;
  for (;;) {
    if (machine.budget < 0) return PAUSED;
    let call = task.waitsFor;
    task.waitsFor = undefined;
    if (call === undefined) {
      machine.isInHost = true;
      machine.isInTask = true;
      const step = task.steps.next(frame.varargs);
      machine.leaveHost();
      if (step.done === true) {
        chargeTexts(machine, step.value);
        thread.frames.pop();
        return endSpecial(machine, frame, step.value);
      }
      call = step.value;
      if (call === undefined) continue;
    }
    machine.budget--;
    callForHost(machine, call, 0, -1, END_TASK);
    const entered = thread.frames[thread.frames.length - 1] as Frame;
    if (entered === frame) continue;
    // A comparison of table.sort, a replacement of gsub: mostly it ends at once.
    const body = entered.task === undefined ? entered.closure.prototype.body : undefined;
    if (body === undefined) return TURNED;
    const outcome = body(machine, thread, entered, 0);
    const isBack = machine.thread === thread && thread.frames[thread.frames.length - 1] === frame;
    if (outcome !== TURNED || !isBack) return outcome;
  }
}

/** In the place of a handler that is no function, and so cannot be called. */
const NO_HANDLER: Native = new Native("handler", () => []);

function protectedCall(
  machine: LuaMachine,
  thread: Thread,
  control: "pcall" | "xpcall",
  args: readonly LuaValue[],
  at: number,
  wanted: number,
): void {
  const [callee] = args;
  const given = lua.isFunction(args[1]) ? args[1] : NO_HANDLER;
  const handler = control === "xpcall" ? given : undefined;
  const passed = control === "xpcall" ? [] : args.slice(1);
  const guard = { handler };
  if (thread.hostCallsBelow + thread.hostCalls >= MAX_HOST_CALLS) {
    return deliver(thread, at, wanted, [false, "C stack overflow"]);
  }
  if (callee instanceof Closure) {
    machine.enter(
      thread,
      callee,
      control === "xpcall" ? at + 3 : at + 2,
      passed.length,
      at,
      wanted,
      guard,
      END_CALL,
    );
    return;
  }
  // What fails before it is called fails inside of pcall.
  enterWith(machine, machine.hostCode, [], at, wanted, guard, END_CALL);
  machine.isCalledByHost = true;
  machine.isInHost = true;
  const callable = callee instanceof Native && callee.isPlain ? callee : machine.wrapped(callee);
  const results = callable instanceof Native ? callable.body(passed, machine) : undefined;
  machine.isCalledByHost = false;
  machine.isInHost = false;
  const frame = thread.frames[thread.frames.length - 1] as Frame;
  if (results instanceof Task) {
    frame.task = results;
    return;
  }
  thread.frames.pop();
  if (callable instanceof Native) {
    const values = listOf(results);
    chargeTexts(machine, values);
    endSpecial(machine, frame, values);
  } else {
    thread.hostCalls--;
    enterWith(machine, callable, passed, at, wanted, guard, END_CALL);
  }
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
  target.hostCallsBelow = thread.hostCallsBelow + thread.hostCalls + 1;
  if (target.hostCallsBelow > MAX_HOST_CALLS) {
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
  machine.enter(target, start, 0, args.length, 0, -1, undefined, END_CALL);
}
