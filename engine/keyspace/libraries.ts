/**
 * The libraries of functions of a shard: their source text by name. They belong to no database and outlive FLUSHALL. What a text
 * compiles to is the business of scripting/.
 */

/** A name's and a text's own bookkeeping, in round figures. */
const ENTRY_BYTES = 100;

export class Libraries {
  /** Counts up with every change. */
  generation = 0;
  /** Approximate bytes of names and texts. */
  usedBytes = 0;
  private readonly byName = new Map<string, string>();

  /** Names and texts, in the order in which they were loaded. */
  get entries(): ReadonlyMap<string, string> {
    return this.byName;
  }

  /** Adds a library or replaces the one of this name. */
  put(name: string, code: string): void {
    this.drop(name);
    this.byName.set(name, code);
    this.usedBytes += bytesOf(name, code);
    this.generation++;
  }

  /** False if there is none of this name. */
  drop(name: string): boolean {
    const code = this.byName.get(name);
    if (code === undefined) return false;
    this.byName.delete(name);
    this.usedBytes -= bytesOf(name, code);
    this.generation++;
    return true;
  }

  clear(): void {
    this.byName.clear();
    this.usedBytes = 0;
    this.generation++;
  }
}

function bytesOf(name: string, code: string): number {
  return name.length + code.length + ENTRY_BYTES;
}
