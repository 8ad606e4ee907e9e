/**
 * Copies keys of one node's databases into others: what a script finds that is debugged on a copy. A key is copied before a command changes
 * it here, or when the script first uses it, so that the script sees it as it was at the beginning.
 */
import type { Databases } from "../keyspace/databases.ts";
import type { Keyspace } from "../keyspace/keyspace.ts";
import { copyOf, type Value } from "../keyspace/value.ts";
import { keysOf, type CommandSpec } from "./spec.ts";

/** Keys that are copied in one piece. */
const PIECE_KEYS = 200;

/** Commands that look at more keys than they name, or at what there is of all, beside those that the table calls keyspace-wide. */
const LOOKING_WIDELY: ReadonlySet<string> = new Set(["sort", "sort_ro", "info", "memory|stats"]);

export class KeyCopier {
  private readonly from: Databases;
  private readonly to: Databases;
  private readonly copied = new Set<string>();
  /** The database that is copied as a whole, and how far that is; one behind the last when all are. */
  private database = 0;
  private cursor = 0;

  constructor(from: Databases, to: Databases) {
    this.from = from;
    this.to = to;
  }

  /** Copies what a command may use, or a piece of it. True if all of it is there. */
  copyFor(spec: CommandSpec, argv: readonly string[]): boolean {
    if (this.database > 0 && this.isWhole) return true;
    this.copyNamed(spec, argv);
    if (!spec.isKeyspaceWide && !LOOKING_WIDELY.has(spec.name)) return true;
    this.copyPiece();
    return this.isWhole;
  }

  /** Copies the keys that a command names. */
  copyNamed(spec: CommandSpec, argv: readonly string[]): void {
    for (const key of keysOf(spec, argv)) this.copy(key);
  }

  private get isWhole(): boolean {
    return this.database >= this.from.used.length;
  }

  private copyPiece(): void {
    const keyspace = this.from.used[this.database];
    if (keyspace === undefined) return;
    this.cursor = keyspace.scan(this.cursor, PIECE_KEYS, (key) => this.copy(key));
    if (this.cursor === 0) this.database += 1;
  }

  /** A key of this name, in whichever databases it is. */
  private copy(key: string): void {
    if (this.copied.has(key)) return;
    this.copied.add(key);
    for (const keyspace of this.from.used) {
      const value = keyspace.get(key);
      if (value !== undefined) this.copyValue(keyspace, key, value);
    }
  }

  private copyValue(from: Keyspace, key: string, value: Value): void {
    const to = this.to.get(from.database);
    to.set(key, copyOf(value), from.deadlineOf(key));
    to.setUsage(key, from.usageOf(key) ?? 0);
  }
}
