/**
 * The loop over instructions. One switch, kept in one place on purpose: a call for each instruction would cost more than the
 * instruction. Loops and calls that are hot leave it: they go on in a function of JavaScript.
 */
import { replaceFrame } from "./calls.ts";
import { PAUSED, RETURNED, TURNED } from "./stops.ts";
import {
  calculated,
  called,
  calledNative,
  concatenated,
  copyIterator,
  equalByCall,
  indexed,
  isPlainTable,
  iterated,
  lessByCall,
  lessOrEqualByCall,
  makeClosure,
  makeTable,
  measureByCall,
  prepareFor,
  returned,
  setList,
  spread,
  stored,
} from "./instructions.ts";
import type { LuaMachine } from "./machine.ts";
import { calculate, mayEqual, modulo } from "./operations.ts";
import * as op from "./prototype.ts";
import { INSTRUCTION_SIZE } from "./prototype.ts";
import { LuaTable } from "./table.ts";
import { END_CALL, type Frame } from "./thread.ts";
import { Closure, Native, isTrue, type Upvalue } from "./values.ts";

/** Runs the innermost frame, and those that it calls, until one is to go on elsewhere or the budget is used up. */
// oxlint-disable-next-line complexity, max-lines-per-function -- one case an instruction
export function interpret(machine: LuaMachine): number {
  const { thread } = machine;
  const { stack } = thread;
  let frame = thread.frames[thread.frames.length - 1] as Frame;
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
          break;
        }
        frame.pc = pc;
        if (indexed(machine, frame, globals, constants[b], a)) break;
        return TURNED;
      }
      case op.SET_GLOBAL: {
        const value = b < 0 ? constants[~b] : stack[base + b];
        frame.pc = pc;
        if (stored(machine, frame, closure.globals, constants[a], value)) break;
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
        if (indexed(machine, frame, object, key, a)) break;
        return TURNED;
      }
      case op.SET_TABLE: {
        const object = stack[base + a];
        const key = b < 0 ? constants[~b] : stack[base + b];
        const value = c < 0 ? constants[~c] : stack[base + c];
        frame.pc = pc;
        if (
          isPlainTable(object) &&
          (typeof key === "string" || (typeof key === "number" && key === key))
        ) {
          const grown = object.set(key, value);
          if (grown > 0) machine.charge(grown);
          break;
        }
        if (stored(machine, frame, object, key, value)) break;
        return TURNED;
      }
      case op.NEW_TABLE:
        frame.pc = pc;
        makeTable(machine, frame, a);
        break;
      case op.SELF: {
        const object = stack[base + b];
        frame.pc = pc;
        stack[base + a + 1] = object;
        if (indexed(machine, frame, object, constants[~c], a)) break;
        return TURNED;
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
          stack[base + a] = modulo(left, right);
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
          stack[base + a] = calculate(operation, left, right);
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
        measureByCall(machine, frame, value, a);
        return TURNED;
      }
      case op.CONCATENATE:
        frame.pc = pc;
        if (concatenated(machine, frame, a, b, c)) break;
        return TURNED;
      case op.JUMP:
        if (a < pc) {
          if (--machine.budget < 0) {
            frame.pc = a;
            return PAUSED;
          }
          if (++prototype.heat >= machine.hotAt) {
            frame.pc = a;
            return TURNED;
          }
        }
        pc = a;
        break;
      case op.JUMP_EQUAL:
      case op.JUMP_UNEQUAL: {
        const left = b < 0 ? constants[~b] : stack[base + b];
        const right = c < 0 ? constants[~c] : stack[base + c];
        let equal: boolean | undefined = left === right;
        if (!equal && mayEqual(left)) {
          frame.pc = pc;
          equal = equalByCall(machine, left, right, a, operation === op.JUMP_EQUAL);
          if (equal === undefined) return TURNED;
        }
        if (equal === (operation === op.JUMP_EQUAL)) pc = a;
        break;
      }
      case op.JUMP_LESS:
      case op.JUMP_NOT_LESS: {
        const left = b < 0 ? constants[~b] : stack[base + b];
        const right = c < 0 ? constants[~c] : stack[base + c];
        let less: boolean | undefined;
        if (typeof left === "number" && typeof right === "number") {
          less = left < right;
        } else {
          frame.pc = pc;
          less = lessByCall(machine, left, right, a, operation === op.JUMP_LESS);
          if (less === undefined) return TURNED;
        }
        if (less === (operation === op.JUMP_LESS)) pc = a;
        break;
      }
      case op.JUMP_LESS_EQUAL:
      case op.JUMP_NOT_LESS_EQUAL: {
        const left = b < 0 ? constants[~b] : stack[base + b];
        const right = c < 0 ? constants[~c] : stack[base + c];
        let less: boolean | undefined;
        if (typeof left === "number" && typeof right === "number") {
          less = left <= right;
        } else {
          frame.pc = pc;
          less = lessOrEqualByCall(machine, left, right, a, operation === op.JUMP_LESS_EQUAL);
          if (less === undefined) return TURNED;
        }
        if (less === (operation === op.JUMP_LESS_EQUAL)) pc = a;
        break;
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
        frame.pc = b;
        if (--machine.budget < 0) return PAUSED;
        if (++prototype.heat >= machine.hotAt) return TURNED;
        pc = b;
        break;
      }
      case op.FOR_EACH_TEST: {
        const first = stack[base + a + 3];
        if (first === undefined) break;
        stack[base + a + 2] = first;
        frame.pc = b;
        if (--machine.budget < 0) return PAUSED;
        if (++prototype.heat >= machine.hotAt) return TURNED;
        pc = b;
        break;
      }
      case op.SET_LIST:
        frame.pc = pc;
        setList(machine, frame, a, b, c);
        break;
      case op.CLOSE:
        thread.close(base + a);
        break;
      case op.CLOSURE:
        frame.pc = pc;
        makeClosure(machine, frame, a, b);
        break;
      case op.VARARG:
        frame.pc = pc;
        spread(machine, frame, a, b);
        break;
      case op.RETURN: {
        const first = base + a;
        const outcome = returned(machine, thread, frame, first, b < 0 ? thread.top - first : b);
        if (outcome !== RETURNED) return outcome;
        frame = thread.frames[thread.frames.length - 1] as Frame;
        ({ closure, base, pc } = frame);
        ({ prototype } = closure);
        if (prototype.body !== undefined) return TURNED;
        ({ code, constants } = prototype);
        break;
      }
      case op.FOR_EACH: {
        const at = base + a;
        if (iterated(stack[at], stack[at + 1], stack[at + 2], stack, at + 3)) {
          for (let place = at + 5; place < at + 3 + c; place++) stack[place] = undefined;
          break;
        }
        frame.pc = pc;
        copyIterator(stack, base + a);
        const outcome = called(machine, thread, frame, base + a + 3, 2, c);
        if (outcome === RETURNED) break;
        return outcome;
      }
      case op.TAIL_CALL:
      case op.CALL: {
        if (--machine.budget < 0) {
          // The call itself comes when the script goes on.
          frame.pc = pc - INSTRUCTION_SIZE;
          return PAUSED;
        }
        frame.pc = pc;
        const at = base + a;
        const count = b < 0 ? thread.top - at - 1 : b;
        const callee = stack[at];
        if (callee instanceof Native && callee.control === undefined) {
          if (calledNative(machine, thread, callee, at, count, c)) break;
          return TURNED;
        }
        if (!(callee instanceof Closure)) return called(machine, thread, frame, at, count, c);
        if (operation === op.TAIL_CALL) {
          replaceFrame(machine, thread, frame, callee, at, count);
        } else {
          machine.enter(thread, callee, at + 1, count, at, c, undefined, END_CALL);
        }
        ({ prototype } = callee);
        if (prototype.heat >= machine.hotAt) return TURNED;
        frame = thread.frames[thread.frames.length - 1] as Frame;
        ({ closure, base, pc } = frame);
        ({ code, constants } = prototype);
        break;
      }
      case op.LINE:
        frame.pc = pc;
        if (machine.tracer?.stopsAt(frame) === true) return PAUSED;
        break;
      default:
        throw new Error(`no operation ${operation}`);
    }
  }
}
