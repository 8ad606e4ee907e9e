/**
 * The loop over instructions. One switch, kept in one place on purpose: a call for each instruction would cost more than the
 * instruction. That is why it is over 500 lines.
 */
import { calculated, clear, concatenateRest, jumpBy, namesAt, prepareFor } from "./beyondPlain.ts";
import {
  callAny,
  callForHost,
  deliver,
  deliverMade,
  ENDED,
  endSpecial,
  finish,
  goOnWithTask,
  PAUSED,
  pushTask,
  replaceFrame,
  returnValues,
  TURNED,
  unwind,
} from "./calls.ts";
import { LuaError } from "./errors.ts";
import type { LuaMachine } from "./machine.ts";
import * as lua from "./operations.ts";
import * as op from "./prototype.ts";
import { INSTRUCTION_SIZE, type Prototype } from "./prototype.ts";
import { CLOSURE_BYTES, UPVALUE_BYTES } from "./memory.ts";
import { LuaTable, TABLE_BYTES } from "./table.ts";
import { END_CALL, END_HOST, type Frame } from "./thread.ts";
import { Closure, HostCall, Native, Task, isTrue, type Upvalue } from "./values.ts";

/** Most values that one call takes or gives (LUAI_MAXCSTACK). */
export const MAX_VALUES = 8000;

/** An error counts as so many loops. */
const ERROR_LOOPS = 50;

/** Goes on until the call that the host began has ended (true) or the budget is used up (false). */
export function interpretUntilDone(machine: LuaMachine): boolean {
  for (;;) {
    try {
      for (;;) {
        const { frames } = machine.thread;
        const frame = frames[frames.length - 1] as Frame;
        const outcome =
          frame.task === undefined ? interpret(machine) : goOnWithTask(machine, frame);
        if (outcome !== TURNED) return outcome === ENDED;
      }
    } catch (error) {
      const raised = error instanceof RangeError ? outOfRange(error) : error;
      if (!(raised instanceof LuaError)) throw raised;
      machine.leaveHost();
      machine.budget -= ERROR_LOOPS;
      raised.position ??= machine.position();
      const left = unwind(machine, raised);
      if (left !== undefined) throw left;
    }
  }
}

/** A string that grows too long, or functions of the host that call each other too deeply. */
function outOfRange({ message }: RangeError): LuaError {
  return new LuaError(/length/i.test(message) ? "not enough memory" : "stack overflow");
}

// oxlint-disable-next-line complexity, max-lines-per-function -- one case an instruction
function interpret(machine: LuaMachine): number {
  let { thread } = machine;
  let frame = thread.frames[thread.frames.length - 1] as Frame;
  let { stack } = thread;
  let { closure, base, pc } = frame;
  let { prototype } = closure;
  let { code, constants } = prototype;

  for (;;) {
    const operation = code[pc] as number;
    const a = code[pc + 1] as number;
    const b = code[pc + 2] as number;
    const c = code[pc + 3] as number;
    pc += INSTRUCTION_SIZE;
    switch (operation) {
      case op.MOVE:
        stack[base + a] = stack[base + b];
        break;
      case op.LOAD_CONSTANT:
        stack[base + a] = constants[b];
        break;
      case op.LOAD_BOOLEAN:
        stack[base + a] = b === 1;
        break;
      case op.LOAD_NIL:
        for (let register = a; register <= b; register++) stack[base + register] = undefined;
        break;
      case op.GET_UPVALUE: {
        const upvalue = closure.upvalues[b] as Upvalue;
        stack[base + a] = upvalue.stack[upvalue.index];
        break;
      }
      case op.SET_UPVALUE: {
        const upvalue = closure.upvalues[a] as Upvalue;
        upvalue.stack[upvalue.index] = b < 0 ? constants[~b] : stack[base + b];
        break;
      }
      case op.GET_GLOBAL: {
        const { globals } = closure;
        const value = globals.get(constants[b]);
        if (value !== undefined || globals.metatable === undefined) {
          stack[base + a] = value;
        } else {
          frame.pc = pc;
          const found = lua.index(machine, globals, constants[b]);
          if (found instanceof HostCall) {
            callForHost(machine, found, base + a, 1, END_HOST);
            return TURNED;
          }
          stack[base + a] = found;
        }
        break;
      }
      case op.SET_GLOBAL: {
        frame.pc = pc;
        const value = b < 0 ? constants[~b] : stack[base + b];
        const call = lua.setIndex(machine, closure.globals, constants[a], value);
        if (call === undefined) break;
        callForHost(machine, call, 0, 0, END_HOST);
        return TURNED;
      }
      case op.GET_TABLE: {
        const object = stack[base + b];
        const key = c < 0 ? constants[~c] : stack[base + c];
        if (object instanceof LuaTable) {
          const value = object.get(key);
          if (value !== undefined || object.metatable === undefined) {
            stack[base + a] = value;
            break;
          }
        }
        frame.pc = pc;
        const found = lua.index(machine, object, key, prototype.names.get(pc - INSTRUCTION_SIZE));
        if (found instanceof HostCall) {
          callForHost(machine, found, base + a, 1, END_HOST);
          return TURNED;
        }
        stack[base + a] = found;
        break;
      }
      case op.SET_TABLE: {
        const object = stack[base + a];
        const key = b < 0 ? constants[~b] : stack[base + b];
        const value = c < 0 ? constants[~c] : stack[base + c];
        if (
          object instanceof LuaTable &&
          object.metatable === undefined &&
          !object.isReadOnly &&
          (typeof key === "string" || (typeof key === "number" && key === key))
        ) {
          const grown = object.set(key, value);
          if (grown > 0) {
            frame.pc = pc;
            machine.charge(grown);
          }
          break;
        }
        frame.pc = pc;
        const name = prototype.names.get(pc - INSTRUCTION_SIZE);
        const call = lua.setIndex(machine, object, key, value, name);
        if (call === undefined) break;
        callForHost(machine, call, 0, 0, END_HOST);
        return TURNED;
      }
      case op.NEW_TABLE:
        frame.pc = pc;
        machine.charge(TABLE_BYTES);
        stack[base + a] = new LuaTable();
        break;
      case op.SELF: {
        const object = stack[base + b];
        frame.pc = pc;
        const key = constants[~c];
        const found = lua.index(machine, object, key, prototype.names.get(pc - INSTRUCTION_SIZE));
        stack[base + a + 1] = object;
        if (found instanceof HostCall) {
          callForHost(machine, found, base + a, 1, END_HOST);
          return TURNED;
        }
        stack[base + a] = found;
        break;
      }
      case op.ADD: {
        const left = b < 0 ? constants[~b] : stack[base + b];
        const right = c < 0 ? constants[~c] : stack[base + c];
        if (typeof left === "number" && typeof right === "number") {
          stack[base + a] = left + right;
          break;
        }
        frame.pc = pc;
        if (calculated(machine, op.ADD, frame, left, right, a)) break;
        return TURNED;
      }
      case op.SUBTRACT: {
        const left = b < 0 ? constants[~b] : stack[base + b];
        const right = c < 0 ? constants[~c] : stack[base + c];
        if (typeof left === "number" && typeof right === "number") {
          stack[base + a] = left - right;
          break;
        }
        frame.pc = pc;
        if (calculated(machine, op.SUBTRACT, frame, left, right, a)) break;
        return TURNED;
      }
      case op.MULTIPLY: {
        const left = b < 0 ? constants[~b] : stack[base + b];
        const right = c < 0 ? constants[~c] : stack[base + c];
        if (typeof left === "number" && typeof right === "number") {
          stack[base + a] = left * right;
          break;
        }
        frame.pc = pc;
        if (calculated(machine, op.MULTIPLY, frame, left, right, a)) break;
        return TURNED;
      }
      case op.MODULO: {
        const left = b < 0 ? constants[~b] : stack[base + b];
        const right = c < 0 ? constants[~c] : stack[base + c];
        if (typeof left === "number" && typeof right === "number") {
          // Small integers stay such.
          if (left >= 0 && right > 0 && left === (left | 0) && right === (right | 0)) {
            stack[base + a] = left % right;
          } else {
            stack[base + a] = lua.calculate(op.MODULO, left, right);
          }
          break;
        }
        frame.pc = pc;
        if (calculated(machine, op.MODULO, frame, left, right, a)) break;
        return TURNED;
      }
      case op.DIVIDE:
      case op.POWER: {
        const left = b < 0 ? constants[~b] : stack[base + b];
        const right = c < 0 ? constants[~c] : stack[base + c];
        if (typeof left === "number" && typeof right === "number") {
          stack[base + a] = lua.calculate(operation, left, right);
          break;
        }
        frame.pc = pc;
        if (calculated(machine, operation, frame, left, right, a)) break;
        return TURNED;
      }
      case op.NEGATE: {
        const value = stack[base + b];
        if (typeof value === "number") {
          stack[base + a] = -value;
          break;
        }
        frame.pc = pc;
        if (calculated(machine, op.NEGATE, frame, value, value, a)) break;
        return TURNED;
      }
      case op.NOT:
        stack[base + a] = !isTrue(stack[base + b]);
        break;
      case op.LENGTH: {
        const value = stack[base + b];
        if (value instanceof LuaTable || typeof value === "string") {
          stack[base + a] = value.length;
          break;
        }
        frame.pc = pc;
        callForHost(
          machine,
          lua.lengthOf(machine, value, prototype.names.get(pc - INSTRUCTION_SIZE)),
          base + a,
          1,
          END_HOST,
        );
        return TURNED;
      }
      case op.CONCATENATE: {
        // From the right, as metamethods expect it.
        let value = stack[base + c];
        frame.pc = pc;
        for (let register = c - 1; register >= b; register--) {
          const left = stack[base + register];
          const joined = lua.concatenate(machine, left, value, namesAt(prototype, pc));
          if (joined instanceof HostCall) {
            const rest = stack.slice(base + b, base + register);
            const task = new Task(concatenateRest(machine, joined, rest));
            pushTask(machine, task, base + a, 1, undefined, END_CALL);
            return TURNED;
          }
          value = joined;
        }
        stack[base + a] = value;
        break;
      }
      case op.JUMP:
        if (a < pc && --machine.budget < 0) {
          frame.pc = a;
          return PAUSED;
        }
        pc = a;
        break;
      case op.JUMP_EQUAL:
      case op.JUMP_UNEQUAL: {
        const left = b < 0 ? constants[~b] : stack[base + b];
        const right = c < 0 ? constants[~c] : stack[base + c];
        let equal = left === right;
        if (!equal && left instanceof LuaTable && left.metatable !== undefined) {
          const same = lua.equals(left, right);
          if (same instanceof HostCall) {
            frame.pc = pc;
            jumpBy(machine, same, a, operation === op.JUMP_EQUAL);
            return TURNED;
          }
          equal = same;
        }
        if (equal === (operation === op.JUMP_EQUAL)) pc = a;
        break;
      }
      case op.JUMP_LESS:
      case op.JUMP_NOT_LESS: {
        const left = b < 0 ? constants[~b] : stack[base + b];
        const right = c < 0 ? constants[~c] : stack[base + c];
        if (typeof left === "number" && typeof right === "number") {
          if (left < right === (operation === op.JUMP_LESS)) pc = a;
          break;
        }
        frame.pc = pc;
        const less = lua.isLess(machine, left, right);
        if (less instanceof HostCall) {
          jumpBy(machine, less, a, operation === op.JUMP_LESS);
          return TURNED;
        }
        if (less === (operation === op.JUMP_LESS)) pc = a;
        break;
      }
      case op.JUMP_LESS_EQUAL:
      case op.JUMP_NOT_LESS_EQUAL: {
        const left = b < 0 ? constants[~b] : stack[base + b];
        const right = c < 0 ? constants[~c] : stack[base + c];
        if (typeof left === "number" && typeof right === "number") {
          if (left <= right === (operation === op.JUMP_LESS_EQUAL)) pc = a;
          break;
        }
        frame.pc = pc;
        const less = lua.isLessOrEqual(machine, left, right);
        if (typeof less === "boolean") {
          if (less === (operation === op.JUMP_LESS_EQUAL)) pc = a;
          break;
        }
        const isOpposite = !(less instanceof HostCall);
        const wanted = (operation === op.JUMP_LESS_EQUAL) !== isOpposite;
        jumpBy(machine, less instanceof HostCall ? less : less[1], a, wanted);
        return TURNED;
      }
      case op.JUMP_TRUE:
      case op.JUMP_FALSE:
        if (isTrue(stack[base + b]) === (operation === op.JUMP_TRUE)) pc = a;
        break;
      case op.FOR_PREPARE:
        frame.pc = pc;
        prepareFor(machine, stack, base + a);
        pc = c;
        break;
      case op.FOR_LOOP: {
        const step = stack[base + a + 2] as number;
        const index = (stack[base + a] as number) + step;
        const limit = stack[base + a + 1] as number;
        if (step > 0 ? !(index <= limit) : !(index >= limit)) break;
        stack[base + a] = index;
        stack[base + a + 3] = index;
        if (--machine.budget < 0) {
          frame.pc = b;
          return PAUSED;
        }
        pc = b;
        break;
      }
      case op.FOR_EACH_TEST: {
        const first = stack[base + a + 3];
        if (first === undefined) break;
        stack[base + a + 2] = first;
        if (--machine.budget < 0) {
          frame.pc = b;
          return PAUSED;
        }
        pc = b;
        break;
      }
      case op.SET_LIST: {
        const table = stack[base + a] as LuaTable;
        const count = b < 0 ? thread.top - (base + a + 1) : b;
        frame.pc = pc;
        machine.charge(table.setList(c, stack.slice(base + a + 1, base + a + 1 + count)));
        break;
      }
      case op.CLOSE:
        thread.close(base + a);
        break;
      case op.CLOSURE: {
        const inner = prototype.prototypes[b] as Prototype;
        const upvalues = inner.captures.map((capture) =>
          capture.isRegister
            ? thread.capture(base + capture.index)
            : (closure.upvalues[capture.index] as Upvalue),
        );
        frame.pc = pc;
        machine.charge(CLOSURE_BYTES + UPVALUE_BYTES * upvalues.length);
        stack[base + a] = new Closure(inner, upvalues, closure.globals);
        break;
      }
      case op.VARARG: {
        frame.pc = pc;
        if (frame.varargs.length > MAX_VALUES) machine.raise("stack overflow");
        deliver(thread, base + a, b, frame.varargs);
        break;
      }
      case op.RETURN: {
        const first = base + a;
        const count = b < 0 ? thread.top - first : b;
        if (thread.hasOpen()) thread.close(base);
        thread.frames.pop();
        if (frame.end !== END_CALL || frame.guard !== undefined) {
          return endSpecial(machine, frame, stack.slice(first, first + count));
        }
        if (thread.frames.length === 0) {
          const values = stack.slice(first, first + count);
          finish(machine, thread);
          deliver(
            machine.thread,
            thread.resumeAt,
            thread.resumeWanted,
            thread.isWrapped ? values : [true, ...values],
          );
        } else {
          returnValues(thread, frame, first, count);
        }
        ({ thread } = machine);
        ({ stack } = thread);
        frame = thread.frames[thread.frames.length - 1] as Frame;
        ({ closure, base, pc } = frame);
        ({ prototype } = closure);
        ({ code, constants } = prototype);
        break;
      }
      case op.FOR_EACH: {
        const iterator = stack[base + a];
        const table = stack[base + a + 1];
        if (iterator instanceof Native && table instanceof LuaTable) {
          const key = stack[base + a + 2];
          if (iterator.control === "ipairs" && typeof key === "number") {
            const value = table.get(key + 1);
            stack[base + a + 3] = value === undefined ? undefined : key + 1;
            stack[base + a + 4] = value;
            clear(stack, base + a + 5, base + a + 3 + c);
            break;
          }
          if (iterator.control === "next" && table.knows(key)) {
            table.next(key, stack, base + a + 3);
            clear(stack, base + a + 5, base + a + 3 + c);
            break;
          }
        }
        frame.pc = pc;
        const at = base + a + 3;
        stack[at] = iterator;
        stack[at + 1] = table;
        stack[at + 2] = stack[base + a + 2];
        callAny(machine, thread, iterator, at, 2, c, prototype.names.get(pc - INSTRUCTION_SIZE));
        return TURNED;
      }
      case op.TAIL_CALL:
      case op.CALL: {
        frame.pc = pc;
        if (--machine.budget < 0) {
          // The call itself comes when the script goes on.
          frame.pc = pc - INSTRUCTION_SIZE;
          return PAUSED;
        }
        const at = base + a;
        const count = b < 0 ? thread.top - at - 1 : b;
        const callee = stack[at];
        if (callee instanceof Closure) {
          if (operation === op.TAIL_CALL) {
            replaceFrame(machine, thread, frame, callee, at, count);
          } else {
            machine.enter(thread, callee, at + 1, count, at, c, undefined, END_CALL);
          }
        } else if (callee instanceof Native && callee.control === undefined) {
          const args = stack.slice(at + 1, at + 1 + count);
          machine.isInHost = true;
          const results = callee.body(args, machine);
          machine.isInHost = false;
          if (results instanceof Task) {
            pushTask(machine, results, at, c, undefined, END_CALL);
            return TURNED;
          }
          deliverMade(machine, thread, at, c, results);
          break;
        } else {
          const name = prototype.names.get(pc - INSTRUCTION_SIZE);
          callAny(machine, thread, callee, at, count, c, name);
          return TURNED;
        }
        ({ thread } = machine);
        ({ stack } = thread);
        frame = thread.frames[thread.frames.length - 1] as Frame;
        ({ closure, base, pc } = frame);
        ({ prototype } = closure);
        ({ code, constants } = prototype);
        break;
      }
      default:
        throw new Error(`no operation ${operation}`);
    }
  }
}
