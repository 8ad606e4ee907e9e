/** Expressions to instructions. A value goes to a register that its caller has reserved, or stays where it is. */
import type { FunctionState } from "./functionState.ts";
import * as op from "./prototype.ts";
import type { BinaryExpression, CallExpression, Expression } from "./syntaxTree.ts";

/** Items of a table that are set at once. */
const LIST_PIECE = 50;

const ARITHMETIC: ReadonlyMap<string, number> = new Map([
  ["+", op.ADD],
  ["-", op.SUBTRACT],
  ["*", op.MULTIPLY],
  ["/", op.DIVIDE],
  ["%", op.MODULO],
  ["^", op.POWER],
]);

/** Operators that compare: the jump if so, the jump if not, whether the sides change places. */
const COMPARISONS: ReadonlyMap<string, readonly [number, number, boolean]> = new Map([
  ["==", [op.JUMP_EQUAL, op.JUMP_UNEQUAL, false]],
  ["~=", [op.JUMP_UNEQUAL, op.JUMP_EQUAL, false]],
  ["<", [op.JUMP_LESS, op.JUMP_NOT_LESS, false]],
  ["<=", [op.JUMP_LESS_EQUAL, op.JUMP_NOT_LESS_EQUAL, false]],
  [">", [op.JUMP_LESS, op.JUMP_NOT_LESS, true]],
  [">=", [op.JUMP_LESS_EQUAL, op.JUMP_NOT_LESS_EQUAL, true]],
]);

/** Kinds of expressions that write their register before they have read everything. */
const STAGED: ReadonlySet<string> = new Set(["table", "logical", "call", "parentheses", "vararg"]);

/** Kinds that are fetched only when the sign behind them is read. */
const FETCHED: ReadonlySet<string> = new Set([
  "nil",
  "boolean",
  "number",
  "string",
  "name",
  "parentheses",
  "index",
]);

const UNARY = { "-": op.NEGATE, not: op.NOT, "#": op.LENGTH } as const;

/** Whether it may have any number of values. */
function isOpen(
  expression: Expression | undefined,
): expression is CallExpression | Extract<Expression, { kind: "vararg" }> {
  return expression?.kind === "call" || expression?.kind === "vararg";
}

/** Line of the last sign of an expression: Lua makes an instruction when it has read that. */
function endOf(expression: Expression): number {
  switch (expression.kind) {
    case "call":
    case "table":
      return expression.endLine;
    case "function":
      return expression.body.endLine;
    case "binary":
    case "logical":
      return endOf(expression.right);
    case "unary":
      return endOf(expression.operand);
    case "index":
      return endOf(expression.key);
    case "parentheses":
      return endOf(expression.inner);
    case "nil":
    case "boolean":
    case "number":
    case "string":
    case "vararg":
    case "name":
      return expression.line;
  }
}

/**
 * Puts the value into a register that no local holds yet.
 * @param line - where a constant, a variable or a field is fetched: Lua does so when it has read the sign behind it
 */
function toRegister(
  state: FunctionState,
  expression: Expression,
  target: number,
  line: number = expression.line,
): void {
  state.nested(() => emitInto(state, expression, target, line));
}

/** The value in a register of its own, the next free one. */
export function toNext(state: FunctionState, expression: Expression, line?: number): number {
  const target = state.reserve();
  toRegister(state, expression, target, line);
  return target;
}

/** Assigns to a local, whose old value the expression may still read. */
export function toLocal(state: FunctionState, expression: Expression, register: number): void {
  const { kind } = expression;
  const isConcatenation = kind === "binary" && expression.operator === "..";
  if (isConcatenation || STAGED.has(kind)) {
    const { free } = state;
    const value = toNext(state, expression);
    state.line = endOf(expression);
    state.emit(op.MOVE, register, value);
    state.free = free;
  } else {
    toRegister(state, expression, register);
  }
}

/** A register or, below zero, a constant: where the value is, or a new register. */
export function toOperand(state: FunctionState, expression: Expression, line?: number): number {
  const { kind } = expression;
  if (kind === "nil") return ~state.constant(undefined);
  const isConstant = kind === "boolean" || kind === "number" || kind === "string";
  return isConstant ? ~state.constant(expression.value) : toAnyRegister(state, expression, line);
}

export function toAnyRegister(state: FunctionState, expression: Expression, line?: number): number {
  if (expression.kind === "name") {
    const place = state.find(expression.name);
    if (place.kind === "local") return place.register;
  }
  return toNext(state, expression, line);
}

/** Puts every value of a call or of "..." from the next free register on: `wanted` of them, or with -1 all. Returns the first one's register. */
export function toValues(state: FunctionState, expression: Expression, wanted: number): number {
  if (expression.kind === "call") return emitCall(state, expression, wanted);
  const first = state.free;
  state.touch(first + Math.max(1, wanted));
  state.line = expression.line;
  state.emit(op.VARARG, first, wanted);
  return first;
}

/**
 * Each value into the next register. Returns how many, -1 if the last one is open.
 * @param endLine - of the sign that ends the list
 */
export function toList(
  state: FunctionState,
  expressions: readonly Expression[],
  endLine?: number,
): number {
  const last = expressions.at(-1);
  const open = isOpen(last);
  for (const expression of open ? expressions.slice(0, -1) : expressions)
    toNext(state, expression, expression === last ? endLine : undefined);
  if (!open) return expressions.length;
  toValues(state, last, -1);
  return -1;
}

/** As many values as there are names, from the next register on, which are reserved. */
export function toExactly(
  state: FunctionState,
  expressions: readonly Expression[],
  count: number,
): number {
  const first = state.free;
  const last = expressions.at(-1);
  for (let index = 0; index < expressions.length; index++) {
    const expression = expressions[index] as Expression;
    if (expression === last && isOpen(expression)) {
      const wanted = Math.max(0, count - index);
      toValues(state, expression, wanted);
      state.reserve(wanted);
      return first;
    }
    const { free } = state;
    toNext(state, expression);
    // One too many is computed all the same.
    if (index >= count) state.free = free;
  }
  if (expressions.length < count) {
    const from = state.reserve(count - expressions.length);
    state.emit(op.LOAD_NIL, from, first + count - 1);
  }
  return first;
}

/** Jumps that are taken if the truth of the expression is `when`; else the next instruction follows. */
export function jumpIf(
  state: FunctionState,
  expression: Expression,
  when: boolean,
): readonly number[] {
  let jumps: readonly number[] = [];
  state.nested(() => {
    jumps = emitJumps(state, expression, when);
  });
  return jumps;
}

function emitJumps(state: FunctionState, expression: Expression, when: boolean): readonly number[] {
  const { kind } = expression;
  if (kind === "parentheses") return jumpIf(state, expression.inner, when);
  if (kind === "nil" || kind === "boolean" || kind === "number" || kind === "string") {
    const isTrue = kind !== "nil" && expression.value !== false;
    if (isTrue !== when) {
      // Lua ends a condition with a label.
      state.label();
      return [];
    }
    state.line = expression.line;
    state.landHere();
    return [state.emit(op.JUMP)];
  }
  if (kind === "unary" && expression.operator === "not") {
    return jumpIf(state, expression.operand, !when);
  }
  if (kind === "logical") {
    const { left, right } = expression;
    // The left side decides at once if it has this truth.
    const decides = expression.operator === "or";
    if (decides === when) return [...jumpIf(state, left, when), ...jumpIf(state, right, when)];
    const past = jumpIf(state, left, decides);
    const jumps = jumpIf(state, right, when);
    state.landAll(past);
    return jumps;
  }
  const comparison = kind === "binary" ? COMPARISONS.get(expression.operator) : undefined;
  if (kind === "binary" && comparison !== undefined) {
    return [emitComparison(state, expression, comparison, when)];
  }
  const { free } = state;
  const register = toAnyRegister(state, expression);
  state.free = free;
  state.line = endOf(expression);
  return [state.emit(when ? op.JUMP_TRUE : op.JUMP_FALSE, 0, register)];
}

function emitComparison(
  state: FunctionState,
  expression: BinaryExpression,
  [jump, otherwise, swapped]: readonly [number, number, boolean],
  when: boolean,
): number {
  const { free } = state;
  const left = toOperand(state, expression.left, expression.line);
  const right = toOperand(state, expression.right);
  state.free = free;
  state.line = endOf(expression.right);
  return swapped
    ? state.emit(when ? jump : otherwise, 0, right, left)
    : state.emit(when ? jump : otherwise, 0, left, right);
}

function emitInto(
  state: FunctionState,
  expression: Expression,
  target: number,
  line: number,
): void {
  const { free } = state;
  state.line = FETCHED.has(expression.kind) ? line : expression.line;
  switch (expression.kind) {
    case "nil":
      state.emit(op.LOAD_NIL, target, target);
      return;
    case "boolean":
      state.emit(op.LOAD_BOOLEAN, target, expression.value ? 1 : 0);
      return;
    case "number":
    case "string":
      state.emit(op.LOAD_CONSTANT, target, state.constant(expression.value));
      return;
    case "vararg":
      state.emit(op.VARARG, target, 1);
      return;
    case "function": {
      const { body } = expression;
      const prototype = state.addPrototype(state.compileInner(state, body, expression.line));
      state.line = body.endLine;
      state.emit(op.CLOSURE, target, prototype);
      return;
    }
    case "name":
      return emitName(state, expression.name, target);
    case "parentheses":
      return toRegister(state, expression.inner, target, line);
    case "index": {
      const table = toAnyRegister(state, expression.table);
      const key = toOperand(state, expression.key);
      state.free = free;
      state.line = line;
      state.name(state.emit(op.GET_TABLE, target, table, key), nameOf(state, expression.table));
      return;
    }
    case "call": {
      // The function may stand where its result is wanted.
      if (target === free - 1) state.free = target;
      const first = emitCall(state, expression, 1);
      state.free = free;
      if (first !== target) state.emit(op.MOVE, target, first);
      return;
    }
    case "table":
      return emitTable(state, expression, target);
    case "logical": {
      const jump = expression.operator === "and" ? op.JUMP_FALSE : op.JUMP_TRUE;
      toRegister(state, expression.left, target);
      const past = state.emit(jump, 0, target);
      toRegister(state, expression.right, target);
      state.land(past);
      return;
    }
    case "unary": {
      const operand = toAnyRegister(state, expression.operand);
      state.free = free;
      state.line = expression.line;
      const at = state.emit(UNARY[expression.operator], target, operand);
      state.name(at, nameOf(state, expression.operand));
      return;
    }
    case "binary":
      return emitBinary(state, expression, target);
  }
}

function emitName(state: FunctionState, name: string, target: number): void {
  const place = state.find(name);
  if (place.kind === "local") {
    if (place.register !== target) state.emit(op.MOVE, target, place.register);
  } else if (place.kind === "upvalue") {
    state.emit(op.GET_UPVALUE, target, place.index);
  } else {
    state.emit(op.GET_GLOBAL, target, state.constant(name));
  }
}

function emitBinary(state: FunctionState, expression: BinaryExpression, target: number): void {
  const { free } = state;
  const arithmetic = ARITHMETIC.get(expression.operator);
  if (arithmetic !== undefined) {
    const left = toOperand(state, expression.left, expression.line);
    const right = toOperand(state, expression.right);
    state.free = free;
    state.line = endOf(expression.right);
    const at = state.emit(arithmetic, target, left, right);
    state.name(at, nameOf(state, expression.left));
    state.nameRight(at, nameOf(state, expression.right));
    return;
  }
  if (expression.operator === "..") {
    const parts: Expression[] = [];
    const first = state.free;
    let rest: Expression = expression;
    while (rest.kind === "binary" && rest.operator === "..") {
      toNext(state, rest.left, rest.line);
      parts.push(rest.left);
      rest = rest.right;
    }
    toNext(state, rest);
    parts.push(rest);
    state.free = free;
    state.line = endOf(rest);
    const at = state.emit(op.CONCATENATE, target, first, first + parts.length - 1);
    state.name(at, nameOf(state, parts[0] as Expression));
    state.nameRight(at, nameOf(state, parts[1] as Expression));
    return;
  }
  const jumps = jumpIf(state, expression, false);
  state.emit(op.LOAD_BOOLEAN, target, 1);
  const past = state.emit(op.JUMP);
  state.landAll(jumps);
  state.emit(op.LOAD_BOOLEAN, target, 0);
  state.land(past);
}

/** Returns the register of the first result; those above are free. */
function emitCall(
  state: FunctionState,
  call: CallExpression,
  wanted: number,
  operation: number = op.CALL,
): number {
  const first = state.reserve();
  if (call.method === undefined) {
    toRegister(state, call.callee, first);
  } else {
    state.reserve();
    const object = toAnyRegister(state, call.callee);
    state.line = call.line;
    const key = ~state.constant(call.method);
    state.name(state.emit(op.SELF, first, object, key), nameOf(state, call.callee));
    state.free = first + 2;
  }
  const listed = toList(state, call.args, call.endLine);
  const selfCount = call.method === undefined ? 0 : 1;
  state.line = call.line;
  const at = state.emit(operation, first, listed < 0 ? -1 : listed + selfCount, wanted);
  state.name(
    at,
    call.method === undefined ? nameOf(state, call.callee) : `method '${call.method}'`,
  );
  state.free = first;
  state.touch(first + Math.max(1, wanted));
  return first;
}

/** return f(…): the call takes this frame's place. */
export function emitTailCall(state: FunctionState, call: CallExpression): void {
  const first = emitCall(state, call, -1, op.TAIL_CALL);
  // A function of the host comes back.
  state.line = call.endLine;
  state.emit(op.RETURN, first, -1);
}

function emitTable(
  state: FunctionState,
  expression: Extract<Expression, { kind: "table" }>,
  target: number,
): void {
  const { free } = state;
  const { fields, endLine } = expression;
  state.emit(op.NEW_TABLE, target);
  // SET_LIST takes the values behind its table.
  const table = state.reserve();
  if (fields.some(({ key }) => key === undefined)) state.emit(op.MOVE, table, target);
  let done = 0;
  let waiting = 0;
  fields.forEach(({ key, value }, index) => {
    const before = state.free;
    if (key !== undefined) {
      const keyOperand = toOperand(state, key);
      const valueOperand = toOperand(state, value);
      state.line = endOf(value);
      state.emit(op.SET_TABLE, target, keyOperand, valueOperand);
      state.free = before;
      return;
    }
    if (index === fields.length - 1 && isOpen(value)) {
      toValues(state, value, -1);
      state.line = endLine;
      state.emit(op.SET_LIST, table, -1, done);
      waiting = 0;
      return;
    }
    toNext(state, value, index === fields.length - 1 ? endLine : undefined);
    waiting++;
    if (waiting < LIST_PIECE) return;
    state.emit(op.SET_LIST, table, waiting, done);
    done += waiting;
    waiting = 0;
    state.free = table + 1;
  });
  state.line = endLine;
  if (waiting > 0) state.emit(op.SET_LIST, table, waiting, done);
  state.free = free;
}

/** How an error calls the value: "global 'x'"; undefined if the source has no name for it. */
export function nameOf(state: FunctionState, expression: Expression): string | undefined {
  if (expression.kind === "name") return `${state.find(expression.name).kind} '${expression.name}'`;
  if (expression.kind === "parentheses") return nameOf(state, expression.inner);
  if (expression.kind !== "index") return undefined;
  return `field '${expression.key.kind === "string" ? expression.key.value : "?"}'`;
}
