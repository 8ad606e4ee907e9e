/** What instructions become in the source of a function of JavaScript. */
import { GROWN, PAUSED, RETURNED, STEPPED } from "./stops.ts";
import { closureBytes } from "./instructions.ts";
import { layoutOf, stepOf, type Layout } from "./layout.ts";
import * as op from "./prototype.ts";
import { INSTRUCTION_SIZE, type Prototype, type Range } from "./prototype.ts";
import { Registers } from "./registers.ts";
import { arithmeticSource, isTable, numberSource } from "./sources.ts";
import { TABLE_BYTES } from "./table.ts";

/** Writes the source of one function. */
export class Translation {
  readonly layout: Layout;
  private readonly made: Range;
  /** What the source may use. */
  private readonly names: readonly string[];
  private readonly prototype: Prototype;
  private readonly registers: Registers;
  private lines: string[] = [];
  /** Registers that are known to hold numbers. */
  private readonly numbers = new Set<number>();
  /** Upvalues that instructions use. */
  private readonly upvalues = new Set<number>();
  /** Places of tables that instructions have found. */
  private hintCount = 0;
  /** Index of the instruction's first number, and of the next one's. */
  private at = 0;
  private next = 0;

  constructor(prototype: Prototype, made: Range, names: readonly string[]) {
    this.names = names;
    this.prototype = prototype;
    this.made = made;
    this.layout = layoutOf(prototype.code, made);
    this.registers = new Registers(prototype);
  }

  source(): string {
    const { registers } = this;
    // Until it is known what stands in variables wherever jumps lead to.
    do {
      registers.begin();
      this.lines = [];
      this.hintCount = 0;
      this.instructions();
    } while (registers.hasChanged);
    const hints = Array.from({ length: this.hintCount }, (_, index) => `h${index} = 0`);
    return [
      '"use strict";',
      `const { ${this.names.join(", ")} } = scope;`,
      ...this.prototype.constants.map((_, index) => `const k${index} = constants[${index}];`),
      hints.length === 0 ? "" : `let ${hints.join(", ")};`,
      "const pair = [undefined, undefined];",
      "return function (machine, thread, frame, kept) {",
      // A function that begins is what is called oftenest.
      "let at = 0;",
      `if (frame.pc !== 0 || ${this.made.from !== 0}) {`,
      `at = entries[frame.pc / ${INSTRUCTION_SIZE}];`,
      `if (at < 0) return ${STEPPED}; }`,
      "const { stack } = thread, { base, closure } = frame;",
      ...[...this.upvalues].map((index) => `const u${index} = closure.upvalues[${index}];`),
      `let left = machine.budget - kept, why = ${STEPPED}, o, p, v;`,
      `let ${registers.declarations()};`,
      registers.loadAll(),
      "out: for (;;) switch (at) {",
      ...this.lines,
      "}",
      // Every way out but that of calls and returns leads here, so that V8 knows it before it is needed.
      registers.saveAll(),
      "frame.pc = at;",
      "return why; };",
    ].join("\n");
  }

  private instructions(): void {
    const { code } = this.prototype;
    const end = this.made.to * INSTRUCTION_SIZE;
    let isReached = false;
    for (this.at = this.made.from * INSTRUCTION_SIZE; this.at < end; this.at = this.next) {
      this.next = this.at + INSTRUCTION_SIZE;
      const entry = this.entryOf(this.at);
      if (entry >= 0) {
        this.numbers.clear();
        this.registers.label(this.at, isReached);
        this.emit(`case ${entry}:`);
      }
      this.instruction();
      isReached = code[this.at] !== op.JUMP && code[this.at] !== op.RETURN;
    }
    if (isReached) this.emit(this.leave(end));
  }

  private entryOf(at: number): number {
    return this.layout.entries[at / INSTRUCTION_SIZE] as number;
  }

  private emit(...lines: readonly string[]): void {
    this.lines.push(...lines);
  }

  /** Leaves, to go on at this instruction in another way. */
  private leave(at: number, why = ""): string {
    return `{ at = ${at}; ${why}break out; }`;
  }

  /** Leaves this instruction to the loop over instructions. Nothing of it may have been done. */
  private skip(): string {
    return this.leave(this.at);
  }

  private jump(target: number): string {
    const entry = this.entryOf(target);
    if (entry < 0) return this.leave(target);
    this.registers.jump(target);
    return `{ at = ${entry}; continue; }`;
  }

  /** A way back: the script may pause there. */
  private countLoop(target: number): string {
    return `if (${this.registers.countDown()} < 0) ${this.leave(target, `why = ${PAUSED}; `)}`;
  }

  /** The value of a register, or below zero of a constant. */
  private read(operand: number): string {
    if (operand < 0) return this.constant(~operand);
    const load = this.registers.load(operand);
    if (load !== "") this.emit(load);
    return `r${operand}`;
  }

  private constant(index: number): string {
    const value = this.prototype.constants[index];
    return typeof value === "number" ? numberSource(value) : `k${index}`;
  }

  private isNumber(operand: number): boolean {
    if (operand < 0) return typeof this.prototype.constants[~operand] === "number";
    return this.numbers.has(operand);
  }

  private assign(register: number, value: string, isNumber = false): string {
    if (isNumber && !this.registers.isShared(register)) this.numbers.add(register);
    else this.numbers.delete(register);
    return this.registers.assign(register, value);
  }

  /** Conditions under which all of these operands are numbers; empty if that is known. */
  private areNumbers(...operands: readonly number[]): string {
    return operands
      .filter((operand) => !this.isNumber(operand))
      .map((operand) => `typeof ${this.read(operand)} === "number"`)
      .join(" && ");
  }

  /** Once for a loop, but not for a function that may come back soon. */
  private upvalue(index: number): string {
    if (this.made.from === 0) return `closure.upvalues[${index}]`;
    this.upvalues.add(index);
    return `u${index}`;
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
        this.emit(`o = ${this.upvalue(b)};`);
        return this.emit(this.assign(a, "o.stack[o.index]"));
      case op.SET_UPVALUE: {
        const value = this.read(b);
        return this.emit(`o = ${this.upvalue(a)};`, `o.stack[o.index] = ${value};`);
      }
      case op.GET_GLOBAL:
        this.emit("o = closure.globals;");
        return this.getField(a, "o", `k${b}`);
      case op.SET_GLOBAL:
        // Globals are locked, but for functions that setfenv has given others.
        return this.emit(this.skip());
      case op.GET_TABLE:
        return this.getTable(a, b, c);
      case op.SET_TABLE:
        return this.setTable(a, b, c);
      case op.NEW_TABLE:
        this.emit(`if (!machine.takes(${TABLE_BYTES})) ${this.skip()}`);
        return this.emit(this.assign(a, "new LuaTable()"));
      case op.SELF: {
        this.emit(`o = ${this.read(b)};`);
        this.lookUp("o", this.constant(~c));
        return this.emit(this.assign(a + 1, "o"), this.assign(a, "v"));
      }
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
        this.emit(
          `if (!(typeof ${value} === "string" || ${isTable(value)})) ${this.skip()}`,
          this.assign(a, `${value}.length`, true),
        );
        return;
      }
      case op.CONCATENATE: {
        const values = Array.from({ length: c - b + 1 }, (_, index) => this.read(b + index));
        this.emit(
          values.length === 2
            ? `o = joined(machine, ${values.join(", ")});`
            : `o = allJoined(machine, [${values.join(", ")}]);`,
          `if (o === undefined) ${this.skip()}`,
        );
        return this.emit(this.assign(a, "o"));
      }
      case op.JUMP:
        if (a < this.next) this.emit(this.countLoop(a));
        return this.emit(this.jump(a));
      case op.JUMP_EQUAL:
      case op.JUMP_UNEQUAL:
        return this.jumpIfEqual(operation === op.JUMP_EQUAL, a, b, c);
      case op.JUMP_LESS:
      case op.JUMP_NOT_LESS:
        return this.jumpIfLess("<", operation === op.JUMP_LESS, a, b, c);
      case op.JUMP_LESS_EQUAL:
      case op.JUMP_NOT_LESS_EQUAL:
        return this.jumpIfLess("<=", operation === op.JUMP_LESS_EQUAL, a, b, c);
      case op.JUMP_TRUE:
      case op.JUMP_FALSE: {
        const value = this.read(b);
        const condition =
          operation === op.JUMP_TRUE
            ? `${value} !== undefined && ${value} !== false`
            : `${value} === undefined || ${value} === false`;
        return this.emit(`if (${condition}) ${this.jump(a)}`);
      }
      case op.FOR_PREPARE: {
        const condition = this.areNumbers(a, a + 1, a + 2);
        if (condition !== "") this.emit(`if (!(${condition})) ${this.skip()}`);
        const before = `${this.read(a)} - ${this.read(a + 2)}`;
        return this.emit(this.assign(a, before, true), this.jump(c));
      }
      case op.FOR_LOOP:
        return this.forLoop(a, b);
      case op.FOR_EACH:
        return this.forEach(a, c);
      case op.FOR_EACH_TEST: {
        const first = this.read(a + 3);
        return this.emit(
          `if (${first} !== undefined) {`,
          this.assign(a + 2, first),
          this.countLoop(b),
          this.jump(b),
          "}",
        );
      }
      case op.SET_LIST:
        return this.throughStack(`setList(machine, frame, ${a}, ${b}, ${c});`);
      case op.CLOSE:
        return this.emit(`thread.close(base + ${a});`);
      case op.CLOSURE: {
        const bytes = closureBytes(this.prototype, b);
        this.emit(`if (!machine.takes(${bytes})) ${this.skip()}`);
        return this.emit(this.assign(a, `newClosure(thread, frame, ${b})`));
      }
      case op.VARARG:
        this.throughStack(`spread(machine, frame, ${a}, ${b});`);
        return this.reload(a);
      case op.CALL:
      case op.TAIL_CALL:
        return this.call(operation, a, b, c);
      case op.RETURN:
        this.emit(this.registers.save());
        return this.emit(
          `return returned(machine, thread, frame, base + ${a}, ${this.count(a, b)});`,
        );
      default:
        throw new Error(`no operation ${operation}`);
    }
  }

  /** How many values stand from the register on: `count` of them, or all up to the top. */
  private count(register: number, count: number): string {
    return count < 0 ? `thread.top - base - ${register}` : String(count);
  }

  /** Runs what sees the stack, the budget and the place, and may change the first two. */
  private throughStack(source: string): void {
    this.emit(this.registers.save(), `frame.pc = ${this.next};`);
    if (source !== "") this.emit(source, "left = machine.budget - kept;");
  }

  /** Code that is not ours has written to the stack from this register on. */
  private reload(from: number): void {
    this.numbers.forEach((register) => register >= from && this.numbers.delete(register));
    this.emit(this.registers.reload(from));
  }

  /** v = object[key], the key a text: by its place, which mostly is the same again. */
  private lookUp(object: string, key: string): void {
    const hint = `h${this.hintCount++}`;
    this.emit(
      "v = undefined;",
      `if (${isTable(object)}) {`,
      `p = ${object}.placeOf(${key}, ${hint});`,
      `if (p >= 0) { ${hint} = p; v = ${object}.values[p]; } }`,
    );
    this.lookFurther(object, key);
  }

  /** v is what the table itself holds: the rest of what an index means. */
  private lookFurther(object: string, key: string): void {
    this.emit(
      `if (v === undefined) { v = found(machine, ${object}, ${key});`,
      `if (v === NEEDS_CALL) ${this.skip()} }`,
    );
  }

  private getField(target: number, object: string, key: string): void {
    this.lookUp(object, key);
    this.emit(this.assign(target, "v"));
  }

  private getTable(target: number, b: number, c: number): void {
    const object = this.read(b);
    const key = this.read(c);
    if (this.isText(c)) return this.getField(target, object, key);
    this.emit(`v = ${isTable(object)} ? ${object}.get(${key}) : undefined;`);
    this.lookFurther(object, key);
    this.emit(this.assign(target, "v"));
  }

  private isText(operand: number): boolean {
    return operand < 0 && typeof this.prototype.constants[~operand] === "string";
  }

  private setTable(a: number, b: number, c: number): void {
    const object = this.read(a);
    const key = this.read(b);
    const value = this.read(c);
    this.emit(`if (!(isPlainTable(${object})${this.isKey(b)})) ${this.skip()}`);
    const set = `o = ${object}.set(${key}, ${value});`;
    const grow = this.leave(this.next, `machine.growth = o; why = ${GROWN}; `);
    const charge = `if (o > 0 && !machine.takes(o)) ${grow}`;
    if (!this.isText(b)) return this.emit(set, charge);
    const hint = `h${this.hintCount++}`;
    this.emit(
      `p = ${value} === undefined ? -1 : ${object}.placeOf(${key}, ${hint});`,
      `if (p >= 0 && ${object}.values[p] !== undefined) { ${hint} = p; ${object}.values[p] = ${value}; }`,
      `else { ${set} ${charge} }`,
    );
  }

  /** A further condition: that something may be stored by this key. */
  private isKey(operand: number): string {
    if (this.isText(operand)) return "";
    if (operand < 0) {
      const constant = this.prototype.constants[~operand];
      return ` && ${typeof constant === "number" && constant === constant}`;
    }
    const key = this.read(operand);
    const isNumber = `${this.isNumber(operand) ? "" : `typeof ${key} === "number" && `}${key} === ${key}`;
    return ` && (${isNumber} || typeof ${key} === "string")`;
  }

  private arithmetic(operation: number, target: number, b: number, c: number): void {
    const left = this.read(b);
    const right = this.read(c);
    const condition = this.areNumbers(...new Set([b, c]));
    const divisor = c < 0 ? this.prototype.constants[~c] : undefined;
    const value = arithmeticSource(operation, left, right, divisor);
    // Where it goes on, the outcome is a number: of texts as well.
    const assigned = this.assign(target, value, true);
    if (condition === "") return this.emit(assigned);
    this.emit(
      `if (${condition}) { ${assigned} }`,
      `else { o = reckoned(${operation}, ${left}, ${right});`,
      `if (o === undefined) ${this.skip()}`,
      `${this.assign(target, "o", true)} }`,
    );
  }

  private jumpIfEqual(when: boolean, target: number, b: number, c: number): void {
    const left = this.read(b);
    const right = this.read(c);
    const jump = this.jump(target);
    if (b < 0 || c < 0) {
      return this.emit(`if (${left} ${when ? "===" : "!=="} ${right}) ${jump}`);
    }
    this.emit(
      `if (${left} ${when ? "===" : "!=="} ${right}) ${when ? jump : "{"}`,
      `${when ? "else " : ""}if (typeof ${left} === "object" && mayEqual(${left})) ${this.skip()}`,
      when ? "" : `${jump} }`,
    );
  }

  // oxlint-disable-next-line max-params -- the operands of an instruction
  private jumpIfLess(sign: string, when: boolean, target: number, b: number, c: number): void {
    const left = this.read(b);
    const right = this.read(c);
    const condition = this.areNumbers(...new Set([b, c]));
    if (condition !== "") {
      this.emit(
        `if (!(${condition} || typeof ${left} === "string" && typeof ${right} === "string")) ${this.skip()}`,
      );
    }
    this.emit(`if (${when ? "" : "!"}(${left} ${sign} ${right})) ${this.jump(target)}`);
  }

  private forLoop(a: number, body: number): void {
    const step = stepOf(this.prototype, this.layout, body);
    const stepSource = step === undefined ? this.read(a + 2) : numberSource(step);
    const limit = this.read(a + 1);
    this.emit(`v = ${this.read(a)} + ${stepSource};`);
    const up = `v <= ${limit}`;
    const down = `v >= ${limit}`;
    const goesOn =
      step === undefined ? `(${stepSource} > 0 ? ${up} : ${down})` : step > 0 ? up : down;
    this.emit(
      `if (${goesOn}) {`,
      this.assign(a, "v", true),
      this.assign(a + 3, "v", true),
      this.countLoop(body),
      this.jump(body),
      "}",
    );
    this.numbers.delete(a + 3);
  }

  private forEach(a: number, count: number): void {
    const state = [a, a + 1, a + 2].map((register) => this.read(register));
    this.emit(`if (iterated(${state.join(", ")}, pair, 0)) {`);
    this.registers.either(
      () => {
        this.emit(this.assign(a + 3, "pair[0]"), this.assign(a + 4, "pair[1]"));
        for (let register = a + 5; register < a + 3 + count; register++) {
          this.emit(this.assign(register, "undefined"));
        }
        this.emit("} else {");
      },
      () => {
        this.throughStack(
          `copyIterator(stack, base + ${a}); o = called(machine, thread, frame, base + ${a + 3}, 2, ${count});`,
        );
        this.emit(`if (o !== ${RETURNED}) return o;`);
        this.reload(a + 3);
        this.emit("}");
      },
    );
  }

  private call(operation: number, a: number, b: number, wanted: number): void {
    // The call itself comes when the script goes on, and counts then.
    this.emit(
      `if (${this.registers.countDown()} < -kept) ${this.leave(this.at, `why = ${PAUSED}; `)}`,
    );
    this.throughStack("");
    const count = this.count(a + 1, b);
    if (operation === op.TAIL_CALL) {
      this.emit(
        `o = stack[base + ${a}];`,
        "if (o instanceof Closure) {",
        `return tailCalled(machine, thread, frame, o, base + ${a}, ${count}); }`,
      );
    }
    this.emit(
      `o = called(machine, thread, frame, base + ${a}, ${count}, ${wanted});`,
      `if (o !== ${RETURNED}) return o;`,
      "left = machine.budget - kept;",
    );
    this.reload(a);
  }
}
