/** One function while it is compiled: its instructions, registers, locals and what it captures. */
import { LuaSyntaxError } from "./errors.ts";
import type { Capture, Prototype, Scope } from "./prototype.ts";
import * as op from "./prototype.ts";
import type { FunctionBody } from "./syntaxTree.ts";
import type { LuaValue } from "./values.ts";

/** Lua's own limits. */
const MAX_LOCALS = 200;
const MAX_UPVALUES = 60;
/** Deepest nesting of blocks, expressions and functions: what a C compiler of Lua bears. */
const MAX_DEPTH = 200;

const NO_SCOPES: readonly Scope[] = [];

interface Local {
  readonly name: string;
  readonly register: number;
}

interface Block {
  readonly firstLocal: number;
  readonly firstRegister: number;
  readonly isLoop: boolean;
  /** Jumps out of a loop. */
  readonly breaks: number[];
  hasCaptured: boolean;
}

/** Where a name stands. */
export type Place =
  | { readonly kind: "local"; readonly register: number }
  | { readonly kind: "upvalue"; readonly index: number }
  | { readonly kind: "global" };

type CompileInner = (outer: FunctionState, body: FunctionBody, line: number) => Prototype;

export class FunctionState {
  readonly chunkName: string;
  readonly outer: FunctionState | undefined;
  readonly isVararg: boolean;
  /** Compiled for a debugger. */
  readonly isTraced: boolean = false;
  line = 0;
  /** First register that no local and no temporary value holds. */
  free = 0;
  depth = 0;
  protected readonly code: number[] = [];
  protected readonly lines: number[] = [];
  private readonly constants: LuaValue[] = [];
  private readonly constantPlaces = new Map<LuaValue, number>();
  private readonly prototypes: Prototype[] = [];
  private readonly captures: Capture[] = [];
  private readonly upvalueNames: string[] = [];
  private readonly names = new Map<number, string>();
  private readonly rightNames = new Map<number, string>();
  private readonly locals: Local[] = [];
  private readonly blocks: Block[] = [];
  private registerCount = 2;

  /** Compiles a function that is written inside this one. */
  readonly compileInner: CompileInner;

  constructor(
    chunkName: string,
    outer: FunctionState | undefined,
    isVararg: boolean,
    compileInner: CompileInner,
  ) {
    this.compileInner = compileInner;
    this.chunkName = chunkName;
    this.outer = outer;
    this.isVararg = isVararg;
  }

  /** Index of the next instruction's first number. */
  get pc(): number {
    return this.code.length;
  }

  fail(what: string): never {
    throw new LuaSyntaxError(`${this.chunkName}:${this.line}: ${what}`);
  }

  /** Runs `compile` one level deeper. */
  nested(compile: () => void): void {
    if (++this.depth > MAX_DEPTH) this.fail("chunk has too many syntax levels");
    compile();
    this.depth--;
  }

  emit(operation: number, a = 0, b = 0, c = 0): number {
    const at = this.code.length;
    this.code.push(operation, a, b, c);
    this.lines.push(this.line);
    return at;
  }

  /** The next instruction may be jumped to, as it begins a loop. Returns its place. */
  label(): number {
    return this.pc;
  }

  /** The jump at `at` goes to the next instruction. */
  land(at: number): void {
    this.patch(at, this.pc);
  }

  /** A debugger is to see that jumps have come here, also where the next instruction is a jump, too. */
  landHere(): void {}

  landAll(jumps: readonly number[]): void {
    for (const at of jumps) this.land(at);
  }

  patch(at: number, target: number): void {
    const field = this.code[at] === op.FOR_PREPARE ? 3 : 1;
    this.code[at + field] = target;
  }

  /** How the source calls the value of the instruction at `at`. */
  name(at: number, name: string | undefined): void {
    if (name !== undefined) this.names.set(at, name);
  }

  nameRight(at: number, name: string | undefined): void {
    if (name !== undefined) this.rightNames.set(at, name);
  }

  constant(value: LuaValue): number {
    // One zero for both signs would be a fault: the map tells them not apart.
    if (Object.is(value, -0)) return this.constants.push(value) - 1;
    let place = this.constantPlaces.get(value);
    if (place === undefined) {
      place = this.constants.push(value) - 1;
      this.constantPlaces.set(value, place);
    }
    return place;
  }

  /** Takes `count` registers. Returns the first. */
  reserve(count = 1): number {
    const first = this.free;
    this.free += count;
    this.registerCount = Math.max(this.registerCount, this.free);
    return first;
  }

  /** Registers above are used by a call, though nobody holds them. */
  touch(register: number): void {
    this.registerCount = Math.max(this.registerCount, register + 1);
  }

  openBlock(isLoop: boolean): void {
    this.blocks.push({
      firstLocal: this.locals.length,
      firstRegister: this.free,
      isLoop,
      breaks: [],
      hasCaptured: false,
    });
  }

  /** Its locals end. Returns the jumps of its breaks, to be patched. */
  closeBlock(): readonly number[] {
    const block = this.blocks.pop() as Block;
    if (block.hasCaptured) this.emit(op.CLOSE, block.firstRegister);
    this.locals.length = block.firstLocal;
    this.free = block.firstRegister;
    return block.breaks;
  }

  /** Whether a local of the innermost block was captured. */
  blockHasCaptured(): boolean {
    return (this.blocks.at(-1) as Block).hasCaptured;
  }

  /** First register of the innermost block. */
  blockStart(): number {
    return (this.blocks.at(-1) as Block).firstRegister;
  }

  breakLoop(): void {
    let captured = false;
    for (let index = this.blocks.length - 1; index >= 0; index--) {
      const block = this.blocks[index] as Block;
      captured ||= block.hasCaptured;
      if (!block.isLoop) continue;
      if (captured) this.emit(op.CLOSE, block.firstRegister);
      block.breaks.push(this.emit(op.JUMP));
      return;
    }
    throw new Error("a break outside of a loop was parsed");
  }

  /** The name stands for `register` from here to the end of the block. */
  declare(name: string, register: number): void {
    if (this.locals.length >= MAX_LOCALS)
      this.fail(`too many local variables (limit is ${MAX_LOCALS})`);
    this.locals.push({ name, register });
  }

  /** Compiles what happens before the function's own code, of which a debugger is shown nothing. */
  prepare(compile: () => void): void {
    compile();
  }

  /** Values that the source has no name for, in registers from `first` on. Only a debugger is told. */
  declareHidden(_names: readonly string[], _first: number): void {}

  /** The local that was declared last is there from here on, to a debugger. */
  showFromHere(): void {}

  find(name: string): Place {
    const local = this.localOf(name);
    if (local !== undefined) return { kind: "local", register: local.register };
    const index = this.upvalueOf(name);
    return index < 0 ? { kind: "global" } : { kind: "upvalue", index };
  }

  addPrototype(prototype: Prototype): number {
    return this.prototypes.push(prototype) - 1;
  }

  finish(parameterCount: number): Prototype {
    return {
      chunkName: this.chunkName,
      code: Int32Array.from(this.code),
      lines: Int32Array.from(this.lines),
      constants: this.constants,
      prototypes: this.prototypes,
      captures: this.captures,
      parameterCount,
      isVararg: this.isVararg,
      registerCount: this.registerCount + 1,
      names: this.names,
      rightNames: this.rightNames,
      scopes: NO_SCOPES,
      heat: 0,
      calls: 0,
      body: undefined,
      parts: undefined,
      isWhole: false,
    };
  }

  private localOf(name: string): Local | undefined {
    for (let index = this.locals.length - 1; index >= 0; index--) {
      if (this.locals[index]?.name === name) return this.locals[index];
    }
    return undefined;
  }

  /** -1 if the name is no local of any function around. */
  private upvalueOf(name: string): number {
    // While this function is compiled, the scopes around it stand still: a name means the same to its end.
    const known = this.upvalueNames.indexOf(name);
    if (known >= 0) return known;
    const { outer } = this;
    if (outer === undefined) return -1;
    const local = outer.localOf(name);
    let capture: Capture;
    if (local === undefined) {
      const index = outer.upvalueOf(name);
      if (index < 0) return -1;
      capture = { isRegister: false, index };
    } else {
      outer.markCaptured(local.register);
      capture = { isRegister: true, index: local.register };
    }
    if (this.captures.length >= MAX_UPVALUES)
      this.fail(`too many upvalues (limit is ${MAX_UPVALUES})`);
    this.captures.push(capture);
    this.upvalueNames.push(name);
    return this.captures.length - 1;
  }

  private markCaptured(register: number): void {
    for (let index = this.blocks.length - 1; index >= 0; index--) {
      const block = this.blocks[index] as Block;
      if (block.firstRegister <= register) {
        block.hasCaptured = true;
        return;
      }
    }
  }
}
