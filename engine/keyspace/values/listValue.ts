/**
 * A list: a chain of packed runs. O(1) at both ends; an index is found by counting runs from the nearer end, a change in the
 * middle rewrites one run. Indexes count from 0 and are inside the list: callers see to it.
 */
import { assert, must } from "../../assert.ts";
import { PackedChunk } from "../../structures/packedChunk.ts";
import type { Collection } from "../value.ts";

/** Approximate bytes of the value itself, and of a run beside its items. */
const VALUE_BYTES = 56;
const CHUNK_BYTES = 88;

export type End = "head" | "tail";

export class ListValue implements Collection {
  private head: PackedChunk | undefined = undefined;
  private tail: PackedChunk | undefined = undefined;
  length = 0;
  /** Approximate bytes held. */
  sizeBytes: number = VALUE_BYTES;

  get type(): "list" {
    return "list";
  }

  get encoding(): "quicklist" {
    return "quicklist";
  }

  get isEmpty(): boolean {
    return this.length === 0;
  }

  /** How many packed runs hold the elements. */
  get runCount(): number {
    let count = 0;
    for (let chunk = this.head; chunk !== undefined; chunk = chunk.next) count++;
    return count;
  }

  push(end: End, element: string): void {
    if (end === "head") this.pushHead(element);
    else this.pushTail(element);
  }

  /** The element at one end, which is taken away; the list is not empty. */
  pop(end: End): string {
    const chunk = must(end === "head" ? this.head : this.tail, "an element to pop");
    const before = chunk.bytes;
    const element = end === "head" ? chunk.takeFirst() : chunk.takeLast();
    this.length -= 1;
    if (chunk.count === 0) this.unlink(chunk, before);
    else this.sizeBytes += chunk.bytes - before;
    return element;
  }

  /** Takes so many elements away from one end, all of which are there. */
  drop(end: End, count: number): void {
    let left = count;
    while (left > 0) {
      const chunk = must(end === "head" ? this.head : this.tail, "elements to drop");
      const before = chunk.bytes;
      if (chunk.count <= left) {
        left -= chunk.count;
        this.length -= chunk.count;
        this.unlink(chunk, before);
        continue;
      }
      if (end === "head") chunk.dropFirst(left);
      else chunk.dropLast(left);
      this.length -= left;
      this.sizeBytes += chunk.bytes - before;
      left = 0;
    }
  }

  at(index: number): string {
    const { chunk, first } = this.seek(index);
    return chunk.at(index - first);
  }

  /** Visits `count` elements from `first` on. */
  forEach(first: number, count: number, visit: (element: string) => void): void {
    if (count === 0) return;
    const found = this.seek(first);
    let chunk: PackedChunk | undefined = found.chunk;
    let within = first - found.first;
    for (let left = count; left > 0 && chunk !== undefined; chunk = chunk.next) {
      const here = Math.min(chunk.count - within, left);
      chunk.forEach(within, here, visit);
      left -= here;
      within = 0;
    }
  }

  /** Visits `count` elements from the one at `last` on towards the head. */
  forEachBackwards(last: number, count: number, visit: (element: string) => void): void {
    if (count === 0) return;
    const found = this.seek(last);
    let chunk: PackedChunk | undefined = found.chunk;
    let within = last - found.first;
    for (let left = count; left > 0 && chunk !== undefined;) {
      const here = Math.min(within + 1, left);
      chunk.forEachBackwards(within, here, visit);
      left -= here;
      chunk = chunk.previous;
      within = chunk === undefined ? 0 : chunk.count - 1;
    }
  }

  /**
   * Visits the indexes of the elements that equal `element`, beginning at one end and looking at `most` elements at most, until
   * the visitor returns false.
   */
  find(element: string, from: End, most: number, visit: (index: number) => boolean): void {
    if (from === "head") this.findForwards(element, Math.min(most, this.length), visit);
    else this.findBackwards(element, Math.max(this.length - most, 0), visit);
  }

  set(index: number, element: string): void {
    const { chunk, first } = this.seek(index);
    const before = chunk.bytes;
    const within = index - first;
    if (chunk.takes(element)) {
      chunk.replace(within, element);
      this.sizeBytes += chunk.bytes - before;
      return;
    }
    this.removeFrom(chunk, [within]);
    this.insert(index, element);
  }

  /** Puts an element before the one at `index`, which may be the length. */
  insert(index: number, element: string): void {
    if (index === 0) return this.pushHead(element);
    if (index === this.length) return this.pushTail(element);
    const { chunk, first } = this.seek(index);
    const within = index - first;
    if (chunk.takes(element)) {
      const before = chunk.bytes;
      chunk.insert(within, element);
      this.sizeBytes += chunk.bytes - before;
      this.length += 1;
      return;
    }
    if (within > 0) this.split(chunk, within);
    const left = must(within > 0 ? chunk : chunk.previous, "a run before the index");
    if (left.takes(element)) this.addTo(left, "tail", element);
    else this.linkBehind(left, PackedChunk.of(element));
  }

  /**
   * Removes the elements that equal `element`, `most` of them at most, beginning at one end. Returns how many were removed.
   */
  remove(element: string, from: End, most: number): number {
    const isForwards = from === "head";
    let left = Math.min(most, this.length);
    const wanted = left;
    let chunk = isForwards ? this.head : this.tail;
    while (chunk !== undefined && left > 0) {
      const following: PackedChunk | undefined = isForwards ? chunk.next : chunk.previous;
      const found = isForwards ? foundIn(chunk, element, left) : foundLastIn(chunk, element, left);
      left -= found.length;
      if (found.length > 0) this.removeFrom(chunk, found);
      chunk = following;
    }
    return wanted - left;
  }

  /** Keeps `count` elements from `first` on. */
  trim(first: number, count: number): void {
    this.drop("tail", this.length - first - count);
    this.drop("head", first);
  }

  /** A copy that shares nothing that can change. */
  copy(): ListValue {
    const made = new ListValue();
    for (let chunk = this.head; chunk !== undefined; chunk = chunk.next) {
      made.linkBehind(made.tail, chunk.copy());
    }
    return made;
  }

  /** The elements from head to tail: what oracles and tests compare, however they are held. */
  toJSON(): string[] {
    const elements: string[] = [];
    this.forEach(0, this.length, (element) => elements.push(element));
    return elements;
  }

  private pushHead(element: string): void {
    const { head } = this;
    if (head?.takes(element) === true) return this.addTo(head, "head", element);
    head?.flatten();
    this.linkBehind(undefined, PackedChunk.of(element));
  }

  private pushTail(element: string): void {
    const { tail } = this;
    if (tail?.takes(element) === true) return this.addTo(tail, "tail", element);
    tail?.flatten();
    this.linkBehind(tail, PackedChunk.of(element));
  }

  private addTo(chunk: PackedChunk, end: End, element: string): void {
    const before = chunk.bytes;
    if (end === "head") chunk.addFirst(element);
    else chunk.addLast(element);
    this.sizeBytes += chunk.bytes - before;
    this.length += 1;
  }

  /** The run that holds the element at `index`, and the index of its first element. */
  private seek(index: number): { readonly chunk: PackedChunk; readonly first: number } {
    assert(index >= 0 && index < this.length, "an index inside the list");
    if (index < this.length / 2) {
      let chunk = must(this.head, "a run");
      let first = 0;
      while (index >= first + chunk.count) {
        first += chunk.count;
        chunk = must(chunk.next, "a further run");
      }
      return { chunk, first };
    }
    let chunk = must(this.tail, "a run");
    let first = this.length - chunk.count;
    while (index < first) {
      chunk = must(chunk.previous, "a run before");
      first -= chunk.count;
    }
    return { chunk, first };
  }

  private findForwards(element: string, end: number, visit: (index: number) => boolean): void {
    let first = 0;
    for (let chunk = this.head; chunk !== undefined && first < end; chunk = chunk.next) {
      let within = chunk.indexOf(element, 0);
      while (within >= 0 && first + within < end) {
        if (!visit(first + within)) return;
        within = within + 1 < chunk.count ? chunk.indexOf(element, within + 1) : -1;
      }
      first += chunk.count;
    }
  }

  private findBackwards(element: string, from: number, visit: (index: number) => boolean): void {
    let behind = this.length;
    for (let chunk = this.tail; chunk !== undefined && behind > from; chunk = chunk.previous) {
      const first = behind - chunk.count;
      let within = chunk.lastIndexOf(element, chunk.count - 1);
      while (within >= 0 && first + within >= from) {
        if (!visit(first + within)) return;
        within = within > 0 ? chunk.lastIndexOf(element, within - 1) : -1;
      }
      behind = first;
    }
  }

  /** Removes elements of one run; a run that became small joins a small neighbour. */
  private removeFrom(chunk: PackedChunk, indexes: readonly number[]): void {
    const before = chunk.bytes;
    chunk.removeAll(indexes);
    this.length -= indexes.length;
    if (chunk.count === 0) return this.unlink(chunk, before);
    this.sizeBytes += chunk.bytes - before;
    if (chunk.next?.takesAll(chunk) === true) this.join(chunk, chunk.next);
    else if (chunk.previous?.takesAll(chunk) === true) this.join(chunk.previous, chunk);
  }

  /** Two neighbours become the first of them. */
  private join(left: PackedChunk, right: PackedChunk): void {
    const moved = right.bytes;
    left.append(right);
    this.sizeBytes += moved;
    this.unlink(right, moved);
  }

  private split(chunk: PackedChunk, index: number): void {
    const before = chunk.bytes;
    const made = chunk.splitAt(index);
    this.sizeBytes += chunk.bytes - before;
    this.length -= made.count;
    this.linkBehind(chunk, made);
  }

  /** Links a run behind `previous`, or in front of all. */
  private linkBehind(previous: PackedChunk | undefined, chunk: PackedChunk): void {
    const next = previous === undefined ? this.head : previous.next;
    chunk.previous = previous;
    chunk.next = next;
    if (previous === undefined) this.head = chunk;
    else previous.next = chunk;
    if (next === undefined) this.tail = chunk;
    else next.previous = chunk;
    this.length += chunk.count;
    this.sizeBytes += CHUNK_BYTES + chunk.bytes;
  }

  /** Takes a run out of the chain that counted for so many bytes; its elements are counted off already. */
  private unlink(chunk: PackedChunk, bytes: number): void {
    const { previous, next } = chunk;
    if (previous === undefined) this.head = next;
    else previous.next = next;
    if (next === undefined) this.tail = previous;
    else next.previous = previous;
    this.sizeBytes -= CHUNK_BYTES + bytes;
  }
}

/** The first `most` indexes of a run that hold `element`, ascending. */
function foundIn(chunk: PackedChunk, element: string, most: number): number[] {
  const found: number[] = [];
  let index = chunk.indexOf(element, 0);
  while (index >= 0 && found.length < most) {
    found.push(index);
    index = index + 1 < chunk.count ? chunk.indexOf(element, index + 1) : -1;
  }
  return found;
}

/** The last `most` indexes of a run that hold `element`, ascending. */
function foundLastIn(chunk: PackedChunk, element: string, most: number): number[] {
  const found: number[] = [];
  let index = chunk.lastIndexOf(element, chunk.count - 1);
  while (index >= 0 && found.length < most) {
    found.push(index);
    index = index > 0 ? chunk.lastIndexOf(element, index - 1) : -1;
  }
  return found.toReversed();
}
