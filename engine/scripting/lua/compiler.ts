/** Statements to instructions. */
import {
  emitTailCall,
  jumpIf,
  nameOf,
  toAnyRegister,
  toExactly,
  toList,
  toLocal,
  toNext,
  toOperand,
  toValues,
} from "./expressions.ts";
import { FunctionState } from "./functionState.ts";
import { parseChunk } from "./parser.ts";
import { TracedState } from "./tracedState.ts";
import * as op from "./prototype.ts";
import type { Prototype } from "./prototype.ts";
import type { Expression, FunctionBody, Statement, Target } from "./syntaxTree.ts";

/**
 * Compiles a chunk: a function without parameters that takes "...".
 * @param source - bytes, one a character
 * @param chunkName - what errors call it
 * @param isTraced - with LINE instructions and the scopes of locals, for a debugger
 * @throws LuaSyntaxError
 */
export function compileChunk(source: string, chunkName: string, isTraced = false): Prototype {
  const State = isTraced ? TracedState : FunctionState;
  return compileBody(
    new State(chunkName, undefined, true, compileFunction),
    parseChunk(source, chunkName),
  );
}

function compileFunction(outer: FunctionState, body: FunctionBody, line: number): Prototype {
  const State = outer.isTraced ? TracedState : FunctionState;
  const state = new State(outer.chunkName, outer, body.isVararg, compileFunction);
  state.line = line;
  state.depth = outer.depth;
  return compileBody(state, body);
}

function compileBody(state: FunctionState, body: FunctionBody): Prototype {
  state.openBlock(false);
  for (const name of body.parameters) state.declare(name, state.reserve());
  if (state.outer !== undefined && body.isVararg && (body.namesArg || state.isTraced)) {
    state.prepare(() => declareArg(state, body.usesVarargs));
  }
  statements(state, body.body);
  state.line = body.endLine;
  state.emit(op.RETURN, 0, 0);
  return state.finish(body.parameters.length);
}

/** As in Lua 5.0: the local "arg" is a table of what "..." stands for, and of its count; nil where "..." itself is used. */
function declareArg(state: FunctionState, usesVarargs: boolean): void {
  const table = state.reserve();
  state.declare("arg", table);
  if (usesVarargs) {
    state.emit(op.LOAD_NIL, table, table);
    return;
  }
  const first = state.free;
  state.touch(first + 3);
  state.emit(op.NEW_TABLE, table);
  state.emit(op.MOVE, first, table);
  state.emit(op.VARARG, first + 1, -1);
  state.emit(op.SET_LIST, first, -1, 0);
  state.emit(op.GET_GLOBAL, first, state.constant("select"));
  state.emit(op.LOAD_CONSTANT, first + 1, state.constant("#"));
  state.emit(op.VARARG, first + 2, -1);
  state.emit(op.CALL, first, -1, 1);
  state.emit(op.SET_TABLE, table, ~state.constant("n"), first);
}

function statements(state: FunctionState, list: readonly Statement[]): void {
  for (const statement of list) {
    const { free } = state;
    state.line = statement.line;
    compile(state, statement);
    // Locals stay, temporary values do not.
    if (statement.kind !== "local" && statement.kind !== "localFunction") state.free = free;
  }
}

function block(state: FunctionState, list: readonly Statement[]): void {
  state.nested(() => {
    state.openBlock(false);
    statements(state, list);
    state.closeBlock();
  });
}

function compile(state: FunctionState, statement: Statement): void {
  switch (statement.kind) {
    case "local": {
      const first = toExactly(state, statement.values, statement.names.length);
      // They are known behind the statement only.
      statement.names.forEach((name, index) => state.declare(name, first + index));
      state.free = first + statement.names.length;
      return;
    }
    case "localFunction": {
      const register = state.reserve();
      // It may call itself.
      state.declare(statement.name, register);
      const prototype = state.addPrototype(compileFunction(state, statement.body, statement.line));
      state.line = statement.body.endLine;
      state.emit(op.CLOSURE, register, prototype);
      state.showFromHere();
      return;
    }
    case "assignment":
      return assignment(state, statement);
    case "call":
      toValues(state, statement.call, 0);
      return;
    case "do":
      return block(state, statement.body);
    case "while": {
      const start = state.label();
      const exits = jumpIf(state, statement.condition, false);
      state.openBlock(true);
      block(state, statement.body);
      state.line = statement.lastLine;
      state.emit(op.JUMP, start);
      state.landAll([...exits, ...state.closeBlock()]);
      return;
    }
    case "repeat":
      return repeat(state, statement);
    case "if":
      return branches(state, statement);
    case "for":
      return numericFor(state, statement);
    case "forEach":
      return genericFor(state, statement);
    case "return":
      return returns(state, statement.values, statement.endLine);
    case "break":
      state.breakLoop();
  }
}

function assignment(
  state: FunctionState,
  statement: Extract<Statement, { kind: "assignment" }>,
): void {
  const { targets, values } = statement;
  const [only] = targets;
  if (targets.length === 1 && values.length === 1 && only !== undefined) {
    return assignOne(state, only, values[0] as Expression, statement.endLine);
  }
  // Tables and keys are evaluated before anything changes.
  const places = targets.map((target) =>
    target.kind === "name"
      ? undefined
      : { table: toNext(state, target.table), key: toNext(state, target.key) },
  );
  const first = toExactly(state, values, targets.length);
  for (let index = targets.length - 1; index >= 0; index--) {
    const target = targets[index] as Target;
    const place = places[index];
    state.line = statement.endLine;
    if (target.kind === "name") store(state, target.name, first + index);
    else if (place !== undefined) state.emit(op.SET_TABLE, place.table, place.key, first + index);
  }
}

function assignOne(state: FunctionState, target: Target, value: Expression, endLine: number): void {
  if (target.kind === "index") {
    const table = toAnyRegister(state, target.table);
    const key = toOperand(state, target.key);
    const operand = toOperand(state, value);
    state.line = endLine;
    state.name(state.emit(op.SET_TABLE, table, key, operand), nameOf(state, target.table));
    return;
  }
  const place = state.find(target.name);
  if (place.kind === "local") return toLocal(state, value, place.register);
  const operand = toOperand(state, value);
  state.line = endLine;
  store(state, target.name, operand);
}

function store(state: FunctionState, name: string, operand: number): void {
  const place = state.find(name);
  if (place.kind === "local") state.emit(op.MOVE, place.register, operand);
  else if (place.kind === "upvalue") state.emit(op.SET_UPVALUE, place.index, operand);
  else state.emit(op.SET_GLOBAL, state.constant(name), operand);
}

function repeat(state: FunctionState, statement: Extract<Statement, { kind: "repeat" }>): void {
  const start = state.label();
  state.nested(() => {
    state.openBlock(true);
    state.openBlock(false);
    statements(state, statement.body);
    // The condition sees the locals of the body. The way back is a jump of its own, which counts as a loop.
    const exits = jumpIf(state, statement.condition, true);
    if (state.blockHasCaptured()) state.emit(op.CLOSE, state.blockStart());
    state.emit(op.JUMP, start);
    state.landAll(exits);
    state.landHere();
    state.closeBlock();
    state.landAll(state.closeBlock());
  });
}

function branches(state: FunctionState, statement: Extract<Statement, { kind: "if" }>): void {
  const exits: number[] = [];
  statement.branches.forEach((branch, index) => {
    state.line = branch.condition.line;
    const past = jumpIf(state, branch.condition, false);
    block(state, branch.body);
    const isLast = index === statement.branches.length - 1 && statement.otherwise === undefined;
    state.line = branch.lastLine;
    if (!isLast) exits.push(state.emit(op.JUMP));
    state.landAll(past);
  });
  if (statement.otherwise !== undefined) block(state, statement.otherwise);
  state.landAll(exits);
}

function numericFor(state: FunctionState, statement: Extract<Statement, { kind: "for" }>): void {
  const { line } = statement;
  state.openBlock(true);
  const base = toNext(state, statement.start);
  toNext(state, statement.limit);
  toNext(state, statement.step ?? { kind: "number", line, value: 1 });
  state.line = line;
  state.declareHidden(["(for index)", "(for limit)", "(for step)"], base);
  const prepare = state.emit(op.FOR_PREPARE, base);
  const body = state.label();
  state.nested(() => {
    state.openBlock(false);
    state.declare(statement.name, state.reserve());
    statements(state, statement.body);
    state.closeBlock();
  });
  state.land(prepare);
  state.line = line;
  state.emit(op.FOR_LOOP, base, body);
  state.landAll(state.closeBlock());
}

function genericFor(
  state: FunctionState,
  statement: Extract<Statement, { kind: "forEach" }>,
): void {
  state.openBlock(true);
  const base = toExactly(state, statement.values, 3);
  state.free = base + 3;
  state.line = statement.line;
  state.declareHidden(["(for generator)", "(for state)", "(for control)"], base);
  const test = state.emit(op.JUMP);
  const body = state.label();
  state.nested(() => {
    state.openBlock(false);
    const first = state.reserve(statement.names.length);
    statement.names.forEach((name, index) => state.declare(name, first + index));
    // The call of the iterator needs three registers there.
    state.touch(first + 3);
    statements(state, statement.body);
    state.closeBlock();
  });
  state.land(test);
  state.line = statement.line;
  state.emit(op.FOR_EACH, base, 0, statement.names.length);
  state.emit(op.FOR_EACH_TEST, base, body);
  state.landAll(state.closeBlock());
}

function returns(state: FunctionState, values: readonly Expression[], endLine: number): void {
  const [only] = values;
  if (values.length === 1 && only?.kind === "call") return emitTailCall(state, only);
  if (values.length === 1 && only !== undefined && only.kind !== "vararg") {
    const register = toAnyRegister(state, only);
    state.line = endLine;
    state.emit(op.RETURN, register, 1);
    return;
  }
  const first = state.free;
  const count = toList(state, values);
  state.line = endLine;
  state.emit(op.RETURN, first, count);
}
