/**
 * Hot functions as functions of JavaScript, which V8 compiles for what it sees in them alone. They do to the stack, the budget and the memory what
 * the loop over instructions does, and stop and go on at the same instructions, so nothing tells how a script was run.
 *
 * Their source is made of numbers and of names that stand here: no text of a script comes into it. Registers stay in the stack; what stands in
 * one is known by a variable as well until code runs that may change it, or that is jumped to.
 */
import { NO_ENTRY, PAUSED, replaceFrame, RETURNED, TURNED } from "./calls.ts";
import * as instructions from "./instructions.ts";
import { mayEqual, modulo } from "./operations.ts";
import * as op from "./prototype.ts";
import { INSTRUCTION_SIZE, type Body, type Prototype } from "./prototype.ts";
import { LuaTable } from "./table.ts";
import { Closure } from "./values.ts";

/** Numbers of a function's code above which V8 would not compile what is made of it. */
const MOST_CODE = 1500 * INSTRUCTION_SIZE;
const MOST_REGISTERS = 250;
/** Calls and loops until one that cannot be translated is looked at again. */
const NEVER = -1_000_000_000;

/** What the made functions may use, by the names that stand in their source. */
const SCOPE = { ...instructions, mayEqual, modulo, replaceFrame, LuaTable, Closure };
const NAMES: readonly string[] = Object.keys(SCOPE).sort();

type Factory = (scope: typeof SCOPE, constants: readonly unknown[], entries: Int16Array) => Body;

/** Undefined if the function is too large, or the page around the engine forbids code that is made. */
export function bodyOf(prototype: Prototype): Body | undefined {
  const { code, registerCount } = prototype;
  if (code.length <= MOST_CODE && registerCount <= MOST_REGISTERS) {
    const translation = new Translation(prototype);
    const source = translation.source();
    try {
      // oxlint-disable-next-line no-implied-eval, no-new-func -- see above: it holds nothing that a script wrote
      const factory = new Function("scope", "constants", "entries", source) as Factory;
      return factory(SCOPE, prototype.constants, translation.entries);
    } catch (error) {
      // A page's policy may forbid it.
      if (!(error instanceof EvalError)) throw error;
    }
  }
  prototype.heat = NEVER;
  return undefined;
}

const ARITHMETIC: Readonly<Record<number, string>> = {
  [op.ADD]: "+",
  [op.SUBTRACT]: "-",
  [op.MULTIPLY]: "*",
  [op.DIVIDE]: "/",
  [op.POWER]: "**",
};

class Translation {
  /** The case of the instruction with this number at which the function may begin; -1 for the others. */
  readonly entries: Int16Array;
  private readonly prototype: Prototype;
  private readonly lines: string[] = [];
  /** Registers whose value stands in their variable, and whether it is known to be a number. */
  private readonly known = new Map<number, boolean>();
  /** Places of tables that instructions have found. */
  private hintCount = 0;
  /** Index of the instruction's first number, and of the next one's. */
  private at = 0;
  private next = 0;

  constructor(prototype: Prototype) {
    this.prototype = prototype;
    this.entries = entriesOf(prototype.code);
  }

  source(): string {
    const { code } = this.prototype;
    for (; this.at < code.length; this.at += INSTRUCTION_SIZE) {
      this.next = this.at + INSTRUCTION_SIZE;
      const entry = this.entryOf(this.at);
      if (entry >= 0) {
        this.known.clear();
        this.lines.push(`case ${entry}:`);
      }
      this.instruction();
    }
    const { constants, registerCount } = this.prototype;
    const hints = Array.from({ length: this.hintCount }, (_, index) => `h${index} = 0`);
    const registers = Array.from({ length: registerCount }, (_, index) => `r${index}`);
    return [
      '"use strict";',
      `const { ${NAMES.join(", ")} } = scope;`,
      ...constants.map((_, index) => `const k${index} = constants[${index}];`),
      hints.length === 0 ? "" : `let ${hints.join(", ")};`,
      "return function (machine, thread, frame) {",
      "const { stack } = thread, { base, closure } = frame;",
      `let at = entries[frame.pc / ${INSTRUCTION_SIZE}], o, p, v, ${registers.join(", ")};`,
      "for (;;) switch (at) {",
      ...this.lines,
      `default: return ${NO_ENTRY};`,
      "} };",
    ].join("\n");
  }

  private entryOf(at: number): number {
    return this.entries[at / INSTRUCTION_SIZE] as number;
  }

  private emit(...lines: readonly string[]): void {
    this.lines.push(...lines);
  }

  /** Leaves for another frame; what stood in registers may be another thing afterwards. */
  private turn(): string {
    return `return ${TURNED};`;
  }

  private savePlace(): string {
    return `frame.pc = ${this.next};`;
  }

  private jump(target: number): string {
    return `{ at = ${this.entryOf(target)}; continue; }`;
  }

  /** The value of a register, or below zero of a constant. */
  private read(operand: number): string {
    if (operand < 0) return this.constant(~operand);
    if (!this.known.has(operand)) {
      this.known.set(operand, false);
      this.emit(`r${operand} = stack[base + ${operand}];`);
    }
    return `r${operand}`;
  }

  private constant(index: number): string {
    const value = this.prototype.constants[index];
    return typeof value === "number" ? numberSource(value) : `k${index}`;
  }

  private isNumber(operand: number): boolean {
    if (operand < 0) return typeof this.prototype.constants[~operand] === "number";
    return this.known.get(operand) === true;
  }

  /** Assigns to a register, with its variable. */
  private assign(register: number, value: string, isNumber = false): string {
    this.known.set(register, isNumber);
    return `stack[base + ${register}] = r${register} = ${value};`;
  }

  /** The same, where the value already stands in the stack. */
  private reload(register: number): string {
    return `r${register} = stack[base + ${register}];`;
  }

  /** Conditions under which all of these operands are numbers; empty if that is known. */
  private numbers(...operands: readonly number[]): string {
    return operands
      .filter((operand) => !this.isNumber(operand))
      .map((operand) => `typeof ${this.read(operand)} === "number"`)
      .join(" && ");
  }

  // oxlint-disable-next-line complexity, max-lines-per-function -- one case an instruction
  private instruction(): void {
    const { code } = this.prototype;
    const operation = code[this.at] as number;
    const a = code[this.at + 1] as number;
    const b = code[this.at + 2] as number;
    const c = code[this.at + 3] as number;
    switch (operation) {
      case op.MOVE: {
        const value = this.read(b);
        return this.emit(this.assign(a, value, this.isNumber(b)));
      }
      case op.LOAD_CONSTANT:
        return this.emit(this.assign(a, this.constant(b), this.isNumber(~b)));
      case op.LOAD_BOOLEAN:
        return this.emit(this.assign(a, b === 1 ? "true" : "false"));
      case op.LOAD_NIL:
        for (let register = a; register <= b; register++) {
          this.emit(this.assign(register, "undefined"));
        }
        return;
      case op.GET_UPVALUE:
        this.emit(`o = closure.upvalues[${b}];`);
        return this.emit(this.assign(a, "o.stack[o.index]"));
      case op.SET_UPVALUE: {
        const value = this.read(b);
        return this.emit(`o = closure.upvalues[${a}];`, `o.stack[o.index] = ${value};`);
      }
      case op.GET_GLOBAL:
        this.emit("o = closure.globals;");
        return this.getField(a, "o", `k${b}`);
      case op.SET_GLOBAL:
        this.emit(this.savePlace());
        return this.emit(
          `if (!stored(machine, frame, closure.globals, k${a}, ${this.read(b)})) ${this.turn()}`,
        );
      case op.GET_TABLE:
        return this.getTable(a, b, c);
      case op.SET_TABLE:
        return this.setTable(a, b, c);
      case op.NEW_TABLE:
        this.emit(this.savePlace(), `makeTable(machine, frame, ${a});`);
        return this.forget(a);
      case op.SELF:
        this.emit(`o = ${this.read(b)};`, this.assign(a + 1, "o"));
        this.emit("if (o instanceof LuaTable) {");
        this.emit(...this.lookUp("o", this.constant(~c)));
        this.emit("} else v = undefined;");
        this.emit(`if (v === undefined) { ${this.savePlace()}`);
        this.emit(`if (!indexed(machine, frame, o, ${this.constant(~c)}, ${a})) ${this.turn()}`);
        this.emit(`v = stack[base + ${a}]; }`);
        return this.emit(this.assign(a, "v"));
      case op.ADD:
      case op.SUBTRACT:
      case op.MULTIPLY:
      case op.DIVIDE:
      case op.POWER:
      case op.MODULO:
        return this.arithmetic(operation, a, b, c);
      case op.NEGATE:
        return this.arithmetic(operation, a, b, b);
      case op.NOT: {
        const value = this.read(b);
        return this.emit(this.assign(a, `${value} === undefined || ${value} === false`));
      }
      case op.LENGTH: {
        const value = this.read(b);
        this.emit(`if (${value} instanceof LuaTable || typeof ${value} === "string") {`);
        this.emit(this.assign(a, `${value}.length`, true));
        this.emit(`} else { ${this.savePlace()} measureByCall(machine, frame, ${value}, ${a});`);
        return this.emit(`${this.turn()} }`);
      }
      case op.CONCATENATE:
        this.emit(this.savePlace());
        this.emit(`if (!concatenated(machine, frame, ${a}, ${b}, ${c})) ${this.turn()}`);
        return this.forget(a);
      case op.JUMP:
        if (a < this.next) this.emit(this.countLoop(a));
        return this.emit(this.jump(a));
      case op.JUMP_EQUAL:
      case op.JUMP_UNEQUAL:
        return this.jumpIfEqual(operation === op.JUMP_EQUAL, a, b, c);
      case op.JUMP_LESS:
      case op.JUMP_NOT_LESS:
        return this.jumpIfLess("<", "lessByCall", operation === op.JUMP_LESS, a, b, c);
      case op.JUMP_LESS_EQUAL:
      case op.JUMP_NOT_LESS_EQUAL: {
        const when = operation === op.JUMP_LESS_EQUAL;
        return this.jumpIfLess("<=", "lessOrEqualByCall", when, a, b, c);
      }
      case op.JUMP_TRUE:
      case op.JUMP_FALSE: {
        const value = this.read(b);
        const condition =
          operation === op.JUMP_TRUE
            ? `${value} !== undefined && ${value} !== false`
            : `${value} === undefined || ${value} === false`;
        return this.emit(`if (${condition}) ${this.jump(a)}`);
      }
      case op.FOR_PREPARE:
        this.emit(this.savePlace(), `prepareFor(machine, stack, base + ${a});`);
        return this.emit(this.jump(c));
      case op.FOR_LOOP:
        return this.forLoop(a, b);
      case op.FOR_EACH:
        this.emit(`if (!iterated(stack, base + ${a}, ${c})) {`, this.savePlace());
        this.emit(`copyIterator(stack, base + ${a});`);
        this.emit(`o = called(machine, thread, frame, base + ${a + 3}, 2, ${c});`);
        this.emit(`if (o !== ${RETURNED}) return o; }`);
        return this.known.clear();
      case op.FOR_EACH_TEST: {
        const first = this.read(a + 3);
        this.emit(`if (${first} !== undefined) {`, `stack[base + ${a + 2}] = ${first};`);
        this.emit(this.countLoop(b), this.jump(b), "}");
        return this.forget(a + 2);
      }
      case op.SET_LIST:
        return this.emit(this.savePlace(), `setList(machine, frame, ${a}, ${b}, ${c});`);
      case op.CLOSE:
        return this.emit(`thread.close(base + ${a});`);
      case op.CLOSURE:
        this.emit(this.savePlace(), `makeClosure(machine, frame, ${a}, ${b});`);
        return this.forget(a);
      case op.VARARG:
        this.emit(this.savePlace(), `spread(machine, frame, ${a}, ${b});`);
        return this.known.clear();
      case op.CALL:
      case op.TAIL_CALL:
        return this.call(operation, a, b, c);
      case op.RETURN:
        return this.emit(
          `return returned(machine, thread, frame, base + ${a}, ${this.count(a, b)});`,
        );
      default:
        throw new Error(`no operation ${operation}`);
    }
  }

  private forget(register: number): void {
    this.known.delete(register);
  }

  /** How many values stand from the register on: `count` of them, or all up to the top. */
  private count(register: number, count: number): string {
    return count < 0 ? `thread.top - base - ${register}` : String(count);
  }

  /** A way back: the script may pause there. */
  private countLoop(target: number): string {
    return `if (--machine.budget < 0) { frame.pc = ${target}; return ${PAUSED}; }`;
  }

  /** v = table[key] by the key's place, which mostly is the same again; undefined if there is none. */
  private lookUp(table: string, key: string): readonly string[] {
    const hint = `h${this.hintCount++}`;
    return [
      `p = ${table}.placeOf(${key}, ${hint});`,
      `if (p >= 0) { ${hint} = p; v = ${table}.values[p]; } else v = undefined;`,
    ];
  }

  /** R[target] = object[key], the key a text. */
  private getField(target: number, object: string, key: string): void {
    this.emit(`if (${object} instanceof LuaTable) {`);
    this.emit(...this.lookUp(object, key));
    this.emit(`} else v = undefined;`);
    this.finishGet(target, object, key);
  }

  /** v is what the table itself holds. */
  private finishGet(target: number, object: string, key: string): void {
    this.emit(
      `if (v === undefined && !(${object} instanceof LuaTable && ${object}.metatable === undefined)) {`,
    );
    this.emit(this.savePlace());
    this.emit(`if (!indexed(machine, frame, ${object}, ${key}, ${target})) ${this.turn()}`);
    this.emit(`v = stack[base + ${target}]; }`);
    this.emit(this.assign(target, "v"));
  }

  private getTable(target: number, b: number, c: number): void {
    const object = this.read(b);
    const key = this.read(c);
    if (this.isText(c)) return this.getField(target, object, key);
    this.emit(`v = ${object} instanceof LuaTable ? ${object}.get(${key}) : undefined;`);
    this.finishGet(target, object, key);
  }

  private isText(operand: number): boolean {
    return operand < 0 && typeof this.prototype.constants[~operand] === "string";
  }

  private setTable(a: number, b: number, c: number): void {
    const object = this.read(a);
    const key = this.read(b);
    const value = this.read(c);
    this.emit(this.savePlace(), `if (isPlainTable(${object})`);
    if (this.isText(b)) {
      const hint = `h${this.hintCount++}`;
      this.emit(`) { p = ${value} === undefined ? -1 : ${object}.placeOf(${key}, ${hint});`);
      this.emit(`if (p >= 0 && ${object}.values[p] !== undefined) {`);
      this.emit(`${hint} = p; ${object}.values[p] = ${value};`);
      this.emit(`} else { o = ${object}.set(${key}, ${value}); if (o > 0) machine.charge(o); }`);
    } else {
      if (b < 0) {
        const constant = this.prototype.constants[~b];
        const isKey = typeof constant === "number" && constant === constant;
        this.emit(`&& ${isKey}`);
      } else {
        this.emit(
          `&& (typeof ${key} === "string" || typeof ${key} === "number" && ${key} === ${key})`,
        );
      }
      this.emit(`) { o = ${object}.set(${key}, ${value}); if (o > 0) machine.charge(o);`);
    }
    this.emit(`} else if (!stored(machine, frame, ${object}, ${key}, ${value})) ${this.turn()}`);
  }

  private arithmetic(operation: number, target: number, b: number, c: number): void {
    const left = this.read(b);
    const right = this.read(c);
    const condition = this.numbers(...new Set([b, c]));
    const sign = ARITHMETIC[operation];
    let value = `-${left}`;
    if (operation === op.MODULO) value = `modulo(${left}, ${right})`;
    else if (sign !== undefined) value = `${left} ${sign} ${right}`;
    // Where it goes on, the outcome is a number: of texts as well.
    const assigned = this.assign(target, value, true);
    if (condition === "") return this.emit(assigned);
    this.emit(`if (${condition}) ${assigned}`, `else { ${this.savePlace()}`);
    this.emit(
      `if (!calculated(machine, ${operation}, frame, ${left}, ${right}, ${target})) ${this.turn()}`,
    );
    this.emit(`${this.reload(target)} }`);
  }

  private jumpIfEqual(when: boolean, target: number, b: number, c: number): void {
    const left = this.read(b);
    const right = this.read(c);
    if (b < 0 || c < 0) {
      return this.emit(`if (${left} ${when ? "===" : "!=="} ${right}) ${this.jump(target)}`);
    }
    this.emit(`o = ${left} === ${right};`);
    this.emit(`if (!o && mayEqual(${left})) {`);
    this.emit(this.savePlace(), `o = equalByCall(machine, ${left}, ${right}, ${target}, ${when});`);
    this.emit(`if (o === undefined) ${this.turn()} }`);
    this.emit(`if (${when ? "o" : "!o"}) ${this.jump(target)}`);
  }

  // oxlint-disable-next-line max-params -- the operands of an instruction
  private jumpIfLess(
    sign: string,
    byCall: string,
    when: boolean,
    target: number,
    b: number,
    c: number,
  ): void {
    const left = this.read(b);
    const right = this.read(c);
    const condition = this.numbers(...new Set([b, c]));
    const plain = `${left} ${sign} ${right}`;
    if (condition === "") {
      return this.emit(`if (${when ? "" : "!"}(${plain})) ${this.jump(target)}`);
    }
    this.emit(`if (${condition}) o = ${plain};`, `else { ${this.savePlace()}`);
    this.emit(`o = ${byCall}(machine, ${left}, ${right}, ${target}, ${when});`);
    this.emit(`if (o === undefined) ${this.turn()} }`);
    this.emit(`if (${when ? "o" : "!o"}) ${this.jump(target)}`);
  }

  private forLoop(a: number, body: number): void {
    const step = this.stepOf(body);
    const stepSource = step === undefined ? `stack[base + ${a + 2}]` : numberSource(step);
    const limit = `stack[base + ${a + 1}]`;
    this.emit(`v = stack[base + ${a}] + ${stepSource};`);
    const up = `v <= ${limit}`;
    const down = `v >= ${limit}`;
    const goesOn =
      step === undefined ? `(${stepSource} > 0 ? ${up} : ${down})` : step > 0 ? up : down;
    this.emit(`if (${goesOn}) {`, `stack[base + ${a}] = v;`, `stack[base + ${a + 3}] = v;`);
    this.emit(this.countLoop(body), this.jump(body), "}");
  }

  /** The step of a loop, if it stands in the source as a number. */
  private stepOf(body: number): number | undefined {
    const { code, constants } = this.prototype;
    const prepare = body - INSTRUCTION_SIZE;
    const before = prepare - INSTRUCTION_SIZE;
    // Where something else is jumped to the instruction before it need not have run.
    if (this.entryOf(prepare) >= 0 || code[before] !== op.LOAD_CONSTANT) return undefined;
    const value = constants[code[before + 2] as number];
    return typeof value === "number" ? value : undefined;
  }

  private call(operation: number, a: number, b: number, wanted: number): void {
    this.emit(`if (--machine.budget < 0) { frame.pc = ${this.at}; return ${PAUSED}; }`);
    this.emit(this.savePlace());
    const count = this.count(a + 1, b);
    if (operation === op.TAIL_CALL) {
      this.emit(`o = stack[base + ${a}];`, "if (o instanceof Closure) {");
      this.emit(`replaceFrame(machine, thread, frame, o, base + ${a}, ${count});`);
      this.emit(`${this.turn()} }`);
    }
    this.emit(`o = called(machine, thread, frame, base + ${a}, ${count}, ${wanted});`);
    this.emit(`if (o !== ${RETURNED}) return o;`);
    this.known.clear();
  }
}

/** Numbers the instructions that are jumped to, and those behind calls. */
function entriesOf(code: Int32Array): Int16Array {
  const isEntry = new Uint8Array(code.length / INSTRUCTION_SIZE + 1);
  const mark = (at: number): void => {
    isEntry[at / INSTRUCTION_SIZE] = 1;
  };
  mark(0);
  for (let at = 0; at < code.length; at += INSTRUCTION_SIZE) {
    const operation = code[at] as number;
    if (operation >= op.JUMP && operation <= op.JUMP_FALSE) mark(code[at + 1] as number);
    else if (operation === op.FOR_PREPARE) mark(code[at + 3] as number);
    else if (operation === op.FOR_LOOP || operation === op.FOR_EACH_TEST)
      mark(code[at + 2] as number);
    if (operation === op.CALL || operation === op.TAIL_CALL || operation === op.FOR_EACH)
      mark(at + INSTRUCTION_SIZE);
  }
  let count = 0;
  return Int16Array.from(isEntry, (marked) => (marked === 1 ? count++ : -1));
}

function numberSource(value: number): string {
  if (Number.isNaN(value)) return "(0 / 0)";
  if (!Number.isFinite(value)) return value > 0 ? "(1 / 0)" : "(-1 / 0)";
  return Object.is(value, -0) || value < 0 ? `(-${-value})` : String(value);
}
