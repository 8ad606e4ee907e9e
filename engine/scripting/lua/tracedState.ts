/**
 * A function while it is compiled for a debugger: with a LINE instruction wherever Lua's own hook may be called, and with the scopes of
 * its locals. Whether the hook is called there is decided when it runs: when a function is entered, a loop turns back, or a line begins.
 *
 * What a user sees of that are Lua's own habits: a jump to a jump goes to where that one goes, and locals that begin as nil share an
 * instruction, so that some lines are passed over.
 */
import { FunctionState } from "./functionState.ts";
import * as op from "./prototype.ts";
import type { Prototype, Scope } from "./prototype.ts";

export class TracedState extends FunctionState {
  override readonly isTraced: boolean = true;
  private isPreparing = false;
  private readonly scopes: Scope[] = [];
  /** Scopes that have not ended, and how many had begun when each open block did. */
  private readonly open: Scope[] = [];
  private readonly openBefore: number[] = [];
  /** A LINE was made. */
  private hasBegun = false;
  /** The next instruction may be jumped to. */
  private isTarget = false;
  /** Jumps that go to the next instruction. */
  private landed: number[] = [];
  /** Jumps that go where another one goes, by its place. */
  private readonly followers = new Map<number, readonly number[]>();

  override emit(operation: number, a = 0, b = 0, c = 0): number {
    if (this.isPreparing) return super.emit(operation, a, b, c);
    if (operation === op.LOAD_NIL && !this.isTarget && this.isShared(a, b)) return this.pc;
    // Registers are clean where a function begins.
    const isSilent = operation === op.LOAD_NIL && !this.hasBegun && !this.isTarget;
    const isNewLine = this.line !== this.lines.at(-1);
    if (!isSilent && (!this.hasBegun || this.isTarget || isNewLine)) {
      super.emit(op.LINE);
      this.hasBegun = true;
    }
    const at = super.emit(operation, a, b, c);
    if (operation === op.JUMP && this.landed.length > 0) {
      this.followers.set(at, this.landed);
      for (const jump of this.landed) this.patch(jump, a);
    }
    this.landed = [];
    this.isTarget = false;
    return at;
  }

  /** The instruction before sets these registers to nil, too, from now on. */
  private isShared(from: number, to: number): boolean {
    const before = this.pc - op.INSTRUCTION_SIZE;
    if (this.code[before] !== op.LOAD_NIL) return false;
    const first = this.code[before + 1] as number;
    const last = this.code[before + 2] as number;
    if (from < first || from > last + 1) return false;
    this.code[before + 2] = Math.max(last, to);
    return true;
  }

  override prepare(compile: () => void): void {
    this.isPreparing = true;
    compile();
    this.isPreparing = false;
    for (const scope of this.open) scope.from = 0;
  }

  override label(): number {
    this.isTarget = true;
    return super.label();
  }

  override land(at: number): void {
    super.land(at);
    this.landed.push(at);
    this.isTarget = true;
  }

  override landHere(): void {
    this.landed = [];
  }

  override patch(at: number, target: number): void {
    super.patch(at, target);
    for (const follower of this.followers.get(at) ?? []) this.patch(follower, target);
  }

  override openBlock(isLoop: boolean): void {
    super.openBlock(isLoop);
    this.openBefore.push(this.open.length);
  }

  override closeBlock(): readonly number[] {
    const before = this.openBefore.pop() ?? 0;
    for (const scope of this.open.splice(before)) scope.to = this.pc;
    return super.closeBlock();
  }

  override declare(name: string, register: number): void {
    super.declare(name, register);
    this.beginScope(name, register);
  }

  override declareHidden(names: readonly string[], first: number): void {
    names.forEach((name, index) => this.beginScope(name, first + index));
  }

  override showFromHere(): void {
    const scope = this.open.at(-1);
    if (scope !== undefined) scope.from = this.pc;
  }

  private beginScope(name: string, register: number): void {
    const scope = { name, register, from: this.pc, to: Infinity };
    this.scopes.push(scope);
    this.open.push(scope);
  }

  override finish(parameterCount: number): Prototype {
    return { ...super.finish(parameterCount), scopes: this.scopes };
  }
}
