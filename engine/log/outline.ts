/**
 * What a log node knows of every entry above a log's base without holding any: term, position and id. In stretches of one writer and one
 * term these count up, so that a log of millions of entries is a handful of runs: one more for each change of a leader, here or there.
 */
import { assert, must } from "../assert.ts";
import type { EntryId } from "./entry.ts";

/** What an index of the log carries besides its bytes. */
export interface Outlined {
  readonly term: number;
  /** Newest point of the chain at this index. */
  readonly position: number;
  readonly incarnation: number;
  readonly sequence: number;
}

/** Entries that follow one another in index, position and sequence; a no-op of Raft's is a run of its own. */
interface Run extends Outlined {
  readonly index: number;
  readonly isNoop: boolean;
}

export class Outline {
  private runs: Run[] = [];
  private nextIndex = 1;

  append(entry: Outlined, isNoop: boolean): void {
    const index = this.nextIndex;
    this.nextIndex += 1;
    const last = this.runs[this.runs.length - 1];
    if (last !== undefined && !isNoop && !last.isNoop) {
      const ahead = index - last.index;
      const follows =
        last.sequence + ahead === entry.sequence &&
        last.incarnation === entry.incarnation &&
        last.term === entry.term;
      if (follows) return;
    }
    const { term, position, incarnation, sequence } = entry;
    this.runs.push({ index, isNoop, term, position, incarnation, sequence });
  }

  /** Callers: `index` lies above the base and below what was appended next. */
  at(index: number): Outlined {
    assert(index < this.nextIndex, "an index beyond the outline");
    const run = must(this.runs[this.runAt(index)], "an index in the outline");
    const ahead = index - run.index;
    const { term, position, incarnation, sequence } = run;
    return { term, position: position + ahead, incarnation, sequence: sequence + ahead };
  }

  /** Index of the entry at a position above the base's. */
  indexOf(position: number): number {
    let at = lastWhere(this.runs, (run) => run.position <= position);
    // A no-op repeats the position of the entry before it.
    while (this.runs[at]?.isNoop === true) at -= 1;
    const run = must(this.runs[at], "a position in the outline");
    return run.index + position - run.position;
  }

  idAt(position: number): EntryId {
    const { incarnation, sequence } = this.at(this.indexOf(position));
    return { incarnation, sequence };
  }

  /** The lowest index of the stretch around this one that is of one term, as far as the log goes back. */
  firstOfTerm(index: number): number {
    let at = this.runAt(index);
    const { term } = must(this.runs[at], "an index in the outline");
    while (this.runs[at - 1]?.term === term) at -= 1;
    return must(this.runs[at], "a run").index;
  }

  truncateFrom(index: number): void {
    const kept = lastWhere(this.runs, (run) => run.index < index) + 1;
    this.runs.length = kept;
    this.nextIndex = index;
  }

  /** Forgets what lies at or below an index. */
  trimTo(index: number): void {
    const at = this.runAt(index + 1);
    const run = this.runs[at];
    if (run === undefined || index + 1 >= this.nextIndex) return this.reset(index);
    this.runs = this.runs.slice(at);
    if (run.index <= index)
      this.runs[0] = { ...this.at(index + 1), index: index + 1, isNoop: false };
  }

  /** Begins behind this index. */
  reset(index: number): void {
    this.runs = [];
    this.nextIndex = index + 1;
  }

  private runAt(index: number): number {
    return lastWhere(this.runs, (run) => run.index <= index);
  }
}

/** Place of the last item for which a test holds that holds for a first part of them; -1 if there is none. */
export function lastWhere<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  let low = -1;
  let high = items.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(must(items[middle], "item"))) low = middle;
    else high = middle - 1;
  }
  return low;
}
