/** The requests that took longest to execute, newest first (SLOWLOG). */

/** More words than this are told by their number, longer words cut. */
const MOST_WORDS = 32;
const LONGEST_WORD = 128;

export interface SlowLogEntry {
  readonly id: number;
  readonly unixSeconds: number;
  readonly durationUs: number;
  readonly argv: readonly string[];
  readonly address: string;
  readonly clientName: string;
}

export class SlowLog {
  /** Oldest first. */
  private entries: SlowLogEntry[] = [];
  private nextId = 0;

  get length(): number {
    return this.entries.length;
  }

  /** Keeps a request; at most `mostEntries` stay. */
  add(entry: Omit<SlowLogEntry, "id">, mostEntries: number): void {
    this.entries.push({ ...entry, argv: shortened(entry.argv), id: this.nextId++ });
    this.trim(mostEntries);
  }

  trim(mostEntries: number): void {
    if (this.entries.length > mostEntries)
      this.entries.splice(0, this.entries.length - mostEntries);
  }

  /** At most `count` entries, newest first. */
  newest(count: number): SlowLogEntry[] {
    return count === 0 ? [] : this.entries.slice(-count).toReversed();
  }

  clear(): void {
    this.entries = [];
  }
}

function shortened(argv: readonly string[]): string[] {
  const kept = argv.length > MOST_WORDS ? argv.slice(0, MOST_WORDS - 1) : argv;
  const words = kept.map((word) =>
    word.length > LONGEST_WORD
      ? `${word.slice(0, LONGEST_WORD)}... (${word.length - LONGEST_WORD} more bytes)`
      : word,
  );
  if (kept.length < argv.length) words.push(`... (${argv.length - kept.length} more arguments)`);
  return words;
}
