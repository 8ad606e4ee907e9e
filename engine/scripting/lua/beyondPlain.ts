/** What instructions do where a plain step is not enough: names for errors, metamethods, the beginning of a loop. */
import { callForHost } from "./calls.ts";
import type { LuaMachine } from "./machine.ts";
import * as lua from "./operations.ts";
import { INSTRUCTION_SIZE, type Prototype } from "./prototype.ts";
import { END_HOST, END_JUMP_IF_FALSE, END_JUMP_IF_TRUE, type Frame } from "./thread.ts";
import { HostCall, type LuaValue, type TaskSteps } from "./values.ts";

/** Arithmetic beyond plain numbers. False if a metamethod is called for it. */
// oxlint-disable-next-line max-params -- the operands of an instruction
export function calculated(
  machine: LuaMachine,
  operation: number,
  frame: Frame,
  left: LuaValue,
  right: LuaValue,
  target: number,
): boolean {
  const { prototype } = frame.closure;
  const value = lua.arithmetic(machine, operation, left, right, namesAt(prototype, frame.pc));
  const at = frame.base + target;
  if (value instanceof HostCall) {
    callForHost(machine, value, at, 1, END_HOST);
    return false;
  }
  machine.thread.stack[at] = value;
  return true;
}

/** Jumps if the call comes to this truth. */
export function jumpBy(
  machine: LuaMachine,
  call: HostCall,
  target: number,
  isTaken: boolean,
): void {
  callForHost(machine, call, target, 1, isTaken ? END_JUMP_IF_TRUE : END_JUMP_IF_FALSE);
}

/** What stands left of a call of __concat. */
export function* concatenateRest(
  machine: LuaMachine,
  call: HostCall,
  left: readonly LuaValue[],
): TaskSteps {
  let [value] = yield call;
  for (let index = left.length - 1; index >= 0; index--) {
    const joined = lua.concatenate(machine, left[index], value, [undefined, undefined]);
    value = joined instanceof HostCall ? (yield joined)[0] : joined;
  }
  return [value];
}

export function namesAt(
  prototype: Prototype,
  pc: number,
): readonly [string | undefined, string | undefined] {
  const at = pc - INSTRUCTION_SIZE;
  return [prototype.names.get(at), prototype.rightNames.get(at)];
}

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

export function clear(stack: LuaValue[], from: number, to: number): void {
  for (let at = from; at < to; at++) stack[at] = undefined;
}
