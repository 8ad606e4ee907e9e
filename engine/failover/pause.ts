/**
 * CLIENT PAUSE: requests that are held unexecuted until a time, all of them or those that might write. It begins and ends
 * behind the command or transaction that asked for it. Nothing expires meanwhile: the data stands still.
 */
import type { PauseKind, PauseOrder } from "../commands/clientPause.ts";
import { type Declared, mayReplicate } from "../commands/declared.ts";
import type { CommandSpec } from "../commands/spec.ts";
import type { Session } from "../commands/session.ts";
import type { Connection } from "./connections.ts";

export class Pause {
  private kind: PauseKind | undefined = undefined;
  /** Monotonic microseconds. */
  private untilUs = -Infinity;
  private orders: PauseOrder[] = [];
  private held: Connection[] = [];

  /** When the pause will end, Infinity if there is none. Monotonic microseconds. */
  get endUs(): number {
    return this.kind === undefined ? Infinity : this.untilUs;
  }

  get isPaused(): boolean {
    return this.kind !== undefined;
  }

  get isOrdered(): boolean {
    return this.orders.length > 0;
  }

  /** A command asks for a pause, or for its end. */
  order(order: PauseOrder): void {
    this.orders.push(order);
  }

  /** Carries out what the command or transaction has asked for that has just ended. Longer and stricter pauses prevail. */
  carryOut(nowUs: number): void {
    for (const { kind, timeoutMs } of this.orders) {
      const untilUs = nowUs + timeoutMs * 1000;
      if (kind === undefined) {
        this.kind = undefined;
      } else if (timeoutMs > 0) {
        this.untilUs = this.kind === undefined ? untilUs : Math.max(this.untilUs, untilUs);
        this.kind = this.kind === "all" ? "all" : kind;
      }
    }
    this.orders = [];
  }

  /** The clock has moved on: a pause ends when its time has passed. */
  advance(nowUs: number): void {
    if (nowUs > this.untilUs) this.kind = undefined;
  }

  /** The request may not run while this pause lasts. What is refused anyway is not held: callers see to it. */
  holds(session: Session, spec: CommandSpec, declared: Declared): boolean {
    if (this.kind !== "write") return this.kind === "all";
    if (spec.name !== "exec") return mayReplicate(spec, declared);
    return session.queue.some((one) => mayReplicate(one.spec, one.declared));
  }

  /** Keeps a connection, with the request that it holds, until the pause is over. */
  hold(connection: Connection): void {
    connection.session.isBlocked = true;
    this.held.push(connection);
  }

  /** The connections that were held, in the order in which they came, once nothing holds them any more. */
  takeReleased(): readonly Connection[] {
    if (this.kind !== undefined || this.held.length === 0) return NOBODY;
    const taken = this.held;
    this.held = [];
    for (const { session } of taken) session.isBlocked = false;
    return taken;
  }
}

const NOBODY: readonly Connection[] = [];
