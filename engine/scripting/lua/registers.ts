/**
 * Where the registers of a function that becomes one of JavaScript stand: in variables of it, which the stack learns where another function, or
 * the loop over instructions, may look. The sets are bit by bit, register by register.
 */
import * as op from "./prototype.ts";
import { INSTRUCTION_SIZE, type Prototype } from "./prototype.ts";

const SAVE_BUDGET = "machine.budget = left + kept;";

function loadSource(register: number): string {
  return `r${register} = stack[base + ${register}];`;
}

export class Registers {
  /** Some set has grown since it was used: what was made with it is to be made again. */
  hasChanged = false;
  /** Those that closures of this function may change at any time: they stand in the stack alone. */
  private readonly captured: bigint;
  /** Those whose variable the stack does not know. */
  private changed = 0n;
  /** The same where a jump leads to, from anywhere; by the index of the instruction's first number. */
  private readonly changedAt = new Map<number, bigint>();
  /** Those that have a variable, and those of them that the stack does not know everywhere. */
  private used = 0n;
  private everChanged = 0n;
  /** Stands among the registers for the budget, which a variable holds as well. */
  private readonly budget: bigint;
  private readonly count: number;

  constructor(prototype: Prototype) {
    this.captured = capturedIn(prototype);
    this.count = prototype.registerCount;
    this.budget = 1n << BigInt(this.count);
  }

  begin(): void {
    this.hasChanged = false;
    this.changed = 0n;
  }

  /** From here on the code runs after jumps to this instruction; from the one before it only if that goes on there. */
  label(at: number, isReached: boolean): void {
    this.changed = (isReached ? this.changed : 0n) | (this.changedAt.get(at) ?? 0n);
  }

  jump(target: number): void {
    const known = this.changedAt.get(target) ?? 0n;
    const all = known | this.changed;
    if (all === known) return;
    this.changedAt.set(target, all);
    this.hasChanged = true;
  }

  /** Source that makes the variable hold the register's value; mostly it does. */
  load(register: number): string {
    if (this.isShared(register)) return loadSource(register);
    this.use(register);
    return "";
  }

  assign(register: number, value: string): string {
    const source = `r${register} = ${value};`;
    if (this.isShared(register)) return `stack[base + ${register}] = ${source}`;
    this.use(register);
    const bit = 1n << BigInt(register);
    this.changed |= bit;
    this.everChanged |= bit;
    return source;
  }

  /** One or the other of two ways is gone. */
  either(one: () => void, other: () => void): void {
    const before = this.changed;
    one();
    const after = this.changed;
    this.changed = before;
    other();
    this.changed |= after;
  }

  /** Counts a loop or a call. */
  countDown(): string {
    this.changed |= this.budget;
    return "--left";
  }

  /** The stack learns what it does not know, and the machine what is left of the budget. */
  save(): string {
    const budget = (this.changed & this.budget) === 0n ? "" : SAVE_BUDGET;
    const source = this.each(
      this.changed,
      (register) => `stack[base + ${register}] = r${register};`,
    );
    this.changed = 0n;
    return source + budget;
  }

  /** From this register on the stack has changed. */
  reload(from: number): string {
    return this.each(this.used, (register) => (register < from ? "" : loadSource(register)));
  }

  /** All that may stand in variables alone, wherever the function is left. */
  saveAll(): string {
    return (
      this.each(this.everChanged, (register) => `stack[base + ${register}] = r${register};`) +
      SAVE_BUDGET
    );
  }

  declarations(): string {
    return Array.from({ length: this.count }, (_, register) => `r${register}`).join(", ");
  }

  /** What the stack holds where the function begins. */
  loadAll(): string {
    return this.each(this.used, loadSource);
  }

  private use(register: number): void {
    const all = this.used | (1n << BigInt(register));
    if (all === this.used) return;
    this.used = all;
    this.hasChanged = true;
  }

  /** Whether closures may change it at any time. */
  isShared(register: number): boolean {
    return ((this.captured >> BigInt(register)) & 1n) === 1n;
  }

  private each(set: bigint, source: (register: number) => string): string {
    let lines = "";
    for (let register = 0; register < this.count; register++) {
      if ((set >> BigInt(register)) & 1n) lines += source(register);
    }
    return lines;
  }
}

function capturedIn({ code, prototypes }: Prototype): bigint {
  let set = 0n;
  for (let at = 0; at < code.length; at += INSTRUCTION_SIZE) {
    if (code[at] !== op.CLOSURE) continue;
    for (const { isRegister, index } of prototypes[code[at + 2] as number]?.captures ?? []) {
      if (isRegister) set |= 1n << BigInt(index);
    }
  }
  return set;
}
