/** Where the entries of a shard's log lie on the disk: one note for a stretch of batches, not for each entry. */
import { must } from "../assert.ts";
import type { Segment } from "./diskFormat.ts";
import { lastWhere } from "./outline.ts";

/** A batch on the disk. */
export interface BatchSpan {
  readonly segment: Segment;
  readonly offset: number;
  /** Behind its padding. */
  readonly endOffset: number;
}

/** Batches of one segment that hold the entries from `firstIndex` up to where the next stretch begins, among others. */
export interface Stretch extends BatchSpan {
  readonly firstIndex: number;
  /** Running checksum ahead of the first entry. */
  readonly chainBefore: number;
  readonly lastIndex: number;
  /** Running checksum at the last entry, if a stretch follows; else -1. */
  readonly chainAfter: number;
}

type Note = Omit<Stretch, "lastIndex" | "chainAfter" | "endOffset"> & { endOffset: number };

export class Stretches {
  /** Up to here entries lie in batches. */
  notedIndex = 0;
  private notes: Note[] = [];

  /** What was not noted yet, up to `lastIndex`, lies in this batch. */
  note(span: BatchSpan, lastIndex: number, chainBefore: number, stretchBytes: number): void {
    const last = this.notes[this.notes.length - 1];
    const { segment, offset, endOffset } = span;
    const isNear = last?.segment === segment && endOffset - last.offset <= stretchBytes;
    if (isNear) last.endOffset = endOffset;
    else {
      const firstIndex = this.notedIndex + 1;
      this.notes.push({ firstIndex, chainBefore, segment, offset, endOffset });
    }
    this.notedIndex = lastIndex;
  }

  find(index: number): Stretch | undefined {
    const at = lastWhere(this.notes, (note) => note.firstIndex <= index);
    if (at < 0 || index > this.notedIndex) return undefined;
    const note = must(this.notes[at], "stretch");
    const next = this.notes[at + 1];
    const lastIndex = next === undefined ? this.notedIndex : next.firstIndex - 1;
    return { ...note, lastIndex, chainAfter: next?.chainBefore ?? -1 };
  }

  truncateFrom(index: number): void {
    this.notes.length = lastWhere(this.notes, (note) => note.firstIndex < index) + 1;
    this.notedIndex = Math.min(this.notedIndex, index - 1);
  }

  /** Forgets stretches that lie wholly at or below an index. */
  trimTo(index: number): void {
    const at = lastWhere(this.notes, (note) => note.firstIndex <= index + 1);
    if (at > 0) this.notes = this.notes.slice(at);
    this.notedIndex = Math.max(this.notedIndex, index);
  }

  reset(index: number): void {
    this.notes = [];
    this.notedIndex = index;
  }
}
