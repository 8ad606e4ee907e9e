/**
 * The engine's keyspace lent to the fold: what a change of a collection makes of its key, carried out from the bytes of the log
 * as a replica does. With that every node is held against the log alone, whatever it executed; a change that a replica carries
 * out wrongly shows by a primary, which does not take its changes from the log. Beside engineExecutor.ts the only file of
 * sim/checker that imports the engine.
 */
import { Databases } from "../../../engine/keyspace/databases.ts";
import { type Keyspace, NEVER } from "../../../engine/keyspace/keyspace.ts";
import { applyRecord } from "../../../engine/replication/apply.ts";
import { Dumper } from "../../../engine/snapshot/dump.ts";

export interface HeldValue {
  /** The bytes of a string; the payload of anything else, without its footer. */
  readonly value: string;
  /** Unix ms; 0: none. */
  readonly deadline: number;
}

export class EngineKeyspace {
  private readonly databases: Databases = new Databases();
  private readonly keyspace: Keyspace = this.databases.get(0);
  private readonly dumper: Dumper = new Dumper();

  /** Carries out one operation of a record. Throws AssertionError if it does not fit what is there. */
  apply(operation: Uint8Array): void {
    applyRecord(this.databases, operation);
  }

  /** What a key holds; undefined if it is absent. */
  get(key: string): HeldValue | undefined {
    const value = this.keyspace.get(key);
    if (value === undefined) return undefined;
    const deadline = this.keyspace.deadlineOf(key);
    return { value: this.dumper.text(value), deadline: deadline === NEVER ? 0 : deadline };
  }
}
