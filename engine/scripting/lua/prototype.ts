/** A compiled function: instructions of four numbers (operation, A, B, C) for a machine with registers. */
import type { LuaMachine } from "./machine.ts";
import type { Frame, Thread } from "./thread.ts";
import type { LuaValue } from "./values.ts";

/** Numbers of one instruction. */
export const INSTRUCTION_SIZE = 4;

/*
 * R is a register of the frame, K a constant, U an upvalue. An operand RK below zero is the constant ~operand. Jumps hold the index of
 * the instruction's first number in A. A count of -1 reaches to the top of the stack.
 */
/** R[A] = R[B] */
export const MOVE = 0;
/** R[A] = K[B] */
export const LOAD_CONSTANT = 1;
/** R[A] = true if B is 1, false if 0 */
export const LOAD_BOOLEAN = 2;
/** R[A] … R[B] = nil */
export const LOAD_NIL = 3;
/** R[A] = U[B] */
export const GET_UPVALUE = 4;
/** U[A] = RK[B] */
export const SET_UPVALUE = 5;
/** R[A] = globals[K[B]] */
export const GET_GLOBAL = 6;
/** globals[K[A]] = RK[B] */
export const SET_GLOBAL = 7;
/** R[A] = R[B][RK[C]] */
export const GET_TABLE = 8;
/** R[A][RK[B]] = RK[C] */
export const SET_TABLE = 9;
/** R[A] = {} */
export const NEW_TABLE = 10;
/** R[A + 1] = R[B], R[A] = R[B][RK[C]] */
export const SELF = 11;
/** R[A] = RK[B] + RK[C], and so on */
export const ADD = 12;
export const SUBTRACT = 13;
export const MULTIPLY = 14;
export const DIVIDE = 15;
export const MODULO = 16;
export const POWER = 17;
/** R[A] = -R[B], not R[B], #R[B] */
export const NEGATE = 18;
export const NOT = 19;
export const LENGTH = 20;
/** R[A] = R[B] .. … .. R[C] */
export const CONCATENATE = 21;
export const JUMP = 22;
/** Jumps to A if (RK[B] == RK[C]), and so on; the second of each pair if not. */
export const JUMP_EQUAL = 23;
export const JUMP_UNEQUAL = 24;
export const JUMP_LESS = 25;
export const JUMP_NOT_LESS = 26;
export const JUMP_LESS_EQUAL = 27;
export const JUMP_NOT_LESS_EQUAL = 28;
/** Jumps to A if R[B] is neither nil nor false; if it is. */
export const JUMP_TRUE = 29;
export const JUMP_FALSE = 30;
/** Calls R[A] with the B values behind it; C results to R[A] and behind. */
export const CALL = 31;
/** The same as the last deed of this frame. */
export const TAIL_CALL = 32;
/** Returns B values from R[A]. */
export const RETURN = 33;
/** R[A] index, R[A + 1] limit, R[A + 2] step, R[A + 3] the variable: checks and jumps to C's test. */
export const FOR_PREPARE = 34;
/** Steps, and jumps to B while the limit is not passed. */
export const FOR_LOOP = 35;
/** R[A + 3] … = R[A](R[A + 1], R[A + 2]), C values. */
export const FOR_EACH = 36;
/** If R[A + 3] is not nil: R[A + 2] = R[A + 3], and jumps to B. */
export const FOR_EACH_TEST = 41;
/** R[A][C + i] = R[A + i], i from 1 to B. */
export const SET_LIST = 37;
/** Captured registers from A on get cells of their own. */
export const CLOSE = 38;
/** R[A] = function of prototype B */
export const CLOSURE = 39;
/** R[A] … = the B values behind the named parameters. */
export const VARARG = 40;

/** A line begins, or a loop turns back: a debugger may stop here. Only in what is compiled for one. */
export const LINE = 42;

/** Where a closure finds what it captures: a register of the function around it, or an upvalue of that. */
export interface Capture {
  readonly isRegister: boolean;
  readonly index: number;
}

/** A local as a debugger finds it: in `register` at instructions from `from` on and before `to`. */
export interface Scope {
  readonly name: string;
  readonly register: number;
  from: number;
  to: number;
}

export interface Prototype {
  readonly chunkName: string;
  readonly code: Int32Array;
  /** Line of each instruction, from 1. */
  readonly lines: Int32Array;
  readonly constants: readonly LuaValue[];
  readonly prototypes: readonly Prototype[];
  readonly captures: readonly Capture[];
  readonly parameterCount: number;
  readonly isVararg: boolean;
  readonly registerCount: number;
  /** What the source calls the values of an instruction, for errors: "global 'x'". By index of its first number; the left operand. */
  readonly names: ReadonlyMap<number, string>;
  /** The same of the right operand. */
  readonly rightNames: ReadonlyMap<number, string>;
  /** In the order of their declaration; none in what is not compiled for a debugger. */
  readonly scopes: readonly Scope[];
  /** Calls and loops in the loop over instructions so far, and calls alone. */
  heat: number;
  calls: number;
  /** The same as a function of JavaScript, once it is hot. */
  body: Body | undefined;
  /** What may become one: the whole, or its outermost loops if it was called but seldom. */
  parts: readonly HotPart[] | undefined;
  isWhole: boolean;
}

/** Numbers of the first instruction, and of the one behind the last. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A part of a function. */
export interface HotPart extends Range {
  /** The same as a function of JavaScript, once it has run. */
  body: Body | undefined;
  /** Loops after which that is left the next time. */
  trialLoops: number;
}

/**
 * Runs the innermost frame from its `pc` on, until about `kept` loops and calls of the budget are left. Returns why it stops: RETURNED, TURNED, …
 */
export type Body = (machine: LuaMachine, thread: Thread, frame: Frame, kept: number) => number;

/** Line that the instruction before `pc` stands on. */
export function lineBefore(prototype: Prototype, pc: number): number {
  return prototype.lines[Math.max(0, pc / INSTRUCTION_SIZE - 1)] ?? 0;
}
