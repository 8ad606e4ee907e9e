/**
 * A hash table of strings that gives each of them a place, 0 to size - 1, in which its owner keeps what belongs to it. It grows
 * and shrinks step by step: while it does there are two sets of buckets, and each change moves a few from the old to the new.
 *
 *     buckets   place + 1 of the chain's first string, 0 if there is none     one number a bucket
 *     links     hash, place + 1 of the next string in the chain or 0          two numbers a place
 *     keys      the string                                                    one pointer a place
 *
 * All are flat numbers and pointers in segments, so that no growth copies more than one segment: an object a string would take three
 * times the memory and time of the collector, and a Map ends at 2^24 entries and stops the world to grow. Keys have a table of their
 * own, keyTable.ts, which says why.
 *
 * Places stay dense: when a string is removed, the one in the last place moves into its place, and the owner follows.
 *
 * The cursor of `scan` counts in reversed bits (the idea is Pieter Noordhuis's, for Redis): a bucket of a table of 2^k
 * is all buckets of a table of 2^(k+1) that agree with it in the low k bits, and counting from the high bit on visits
 * those one after the other. So a string that is there from the first call to the last is visited at least once, whatever
 * resizing happens between two calls; a string may be visited twice.
 */
import type { KeyedHash } from "./keyedHash.ts";
import { reverseBits } from "./reverseBits.ts";

const BUCKET_BITS = 14;
const BUCKET_MASK = (1 << BUCKET_BITS) - 1;
const PLACE_BITS = 12;
const PLACES = 1 << PLACE_BITS;
const PLACE_MASK = PLACES - 1;
const LEAST_BUCKETS = 4;
const MOST_BUCKETS = 2 ** 28;
/** Buckets moved by each change while resizing; more than 2, so that a resize ends before the next is due. */
const MOVED_A_STEP = 4;
const LEAST_PLACES = 16;

interface Buckets {
  readonly mask: number;
  /** Made when first used. */
  readonly segments: (Int32Array | undefined)[];
}

export class MemberTable {
  readonly hash: KeyedHash;
  private count = 0;
  private current: Buckets = emptyBuckets(LEAST_BUCKETS);
  /** The buckets being left, while resizing; those below `movedBuckets` are already empty. */
  private old: Buckets | undefined = undefined;
  private movedBuckets = 0;
  private keys: string[][] = [];
  private links: Int32Array[] = [];

  constructor(hash: KeyedHash) {
    this.hash = hash;
  }

  get size(): number {
    return this.count;
  }

  /** The place of a string, -1 if it is not in the table. `hash` is its hash. */
  find(key: string, hash: number = this.hash.of(key)): number {
    const place = this.findIn(this.current, key, hash | 0);
    return place >= 0 || this.old === undefined ? place : this.findIn(this.old, key, hash | 0);
  }

  keyAt(place: number): string {
    return (this.keys[place >>> PLACE_BITS] as string[])[place & PLACE_MASK] as string;
  }

  /** Caller: the string is not in the table. It gets the place behind the last. */
  add(key: string, hash: number = this.hash.of(key)): number {
    const place = this.count++;
    this.resizeStep();
    const segment = place >>> PLACE_BITS;
    const index = place & PLACE_MASK;
    if (segment === this.keys.length) {
      this.keys.push([]);
      this.links.push(new Int32Array(segment === 0 ? LEAST_PLACES * 2 : PLACES * 2));
    }
    (this.keys[segment] as string[]).push(key);
    let links = this.links[segment] as Int32Array;
    if (index * 2 === links.length) {
      const larger = new Int32Array(index * 4);
      larger.set(links);
      this.links[segment] = links = larger;
    }
    links[index * 2] = hash;
    this.link(this.current, place);
    return place;
  }

  /**
   * Removes a string; returns the place that it had, -1 if it was not in the table. The string that was in the last place,
   * whose number is now `size`, is in that place afterwards.
   */
  remove(key: string): number {
    const place = this.find(key);
    if (place < 0) return place;
    this.resizeStep();
    this.redirect(place, this.nextOf(place));
    const last = --this.count;
    const lastKeys = this.keys[last >>> PLACE_BITS] as string[];
    if (place !== last) {
      this.redirect(last, place + 1);
      const from = this.links[last >>> PLACE_BITS] as Int32Array;
      const to = this.links[place >>> PLACE_BITS] as Int32Array;
      to[(place & PLACE_MASK) * 2] = from[(last & PLACE_MASK) * 2] as number;
      to[(place & PLACE_MASK) * 2 + 1] = from[(last & PLACE_MASK) * 2 + 1] as number;
      const placeKeys = this.keys[place >>> PLACE_BITS] as string[];
      placeKeys[place & PLACE_MASK] = lastKeys[last & PLACE_MASK] as string;
    }
    lastKeys.pop();
    // One empty segment stays, so that a size about its edge does not make it again and again.
    this.keys.length = this.links.length = (last >>> PLACE_BITS) + 1;
    return place;
  }

  /**
   * Visits the places of the buckets that `cursor` (0 to start) stands for and returns the next cursor, 0 at the end.
   * The table must not change during the call; between calls it may.
   */
  scan(cursor: number, visit: (place: number) => void): number {
    if (this.count === 0) return 0;
    const { old, current } = this;
    if (old === undefined) {
      this.visitChain(current, cursor & current.mask, visit);
      return nextCursor(cursor, current.mask);
    }
    const small = old.mask < current.mask ? old : current;
    const large = small === old ? current : old;
    let at = cursor;
    this.visitChain(small, at & small.mask, visit);
    do {
      this.visitChain(large, at & large.mask, visit);
      at = nextCursor(at, large.mask);
    } while ((at & (small.mask ^ large.mask)) !== 0);
    return at;
  }

  copy(): MemberTable {
    const made = new MemberTable(this.hash);
    made.count = this.count;
    made.current = copyOfBuckets(this.current);
    made.old = this.old === undefined ? undefined : copyOfBuckets(this.old);
    made.movedBuckets = this.movedBuckets;
    made.keys = this.keys.map((keys) => keys.slice());
    made.links = this.links.map((links) => links.slice());
    return made;
  }

  private findIn(buckets: Buckets, key: string, hash: number): number {
    let at = headOf(buckets, hash);
    while (at !== 0) {
      const links = this.links[(at - 1) >>> PLACE_BITS] as Int32Array;
      const index = ((at - 1) & PLACE_MASK) * 2;
      if (links[index] === hash && this.keyAt(at - 1) === key) return at - 1;
      at = links[index + 1] as number;
    }
    return -1;
  }

  private hashAt(place: number): number {
    return (this.links[place >>> PLACE_BITS] as Int32Array)[(place & PLACE_MASK) * 2] as number;
  }

  private nextOf(place: number): number {
    return (this.links[place >>> PLACE_BITS] as Int32Array)[(place & PLACE_MASK) * 2 + 1] as number;
  }

  private setNext(place: number, next: number): void {
    (this.links[place >>> PLACE_BITS] as Int32Array)[(place & PLACE_MASK) * 2 + 1] = next;
  }

  private link(buckets: Buckets, place: number): void {
    const hash = this.hashAt(place);
    this.setNext(place, headOf(buckets, hash));
    setHead(buckets, hash, place + 1);
  }

  /** Makes whatever points at a place point at `target` (a place + 1, or 0). */
  private redirect(place: number, target: number): void {
    const isCurrent = this.redirectIn(this.current, place, target);
    if (!isCurrent && this.old !== undefined) this.redirectIn(this.old, place, target);
  }

  private redirectIn(buckets: Buckets, place: number, target: number): boolean {
    const hash = this.hashAt(place);
    let at = headOf(buckets, hash);
    if (at === place + 1) {
      setHead(buckets, hash, target);
      return true;
    }
    while (at !== 0) {
      const next = this.nextOf(at - 1);
      if (next === place + 1) {
        this.setNext(at - 1, target);
        return true;
      }
      at = next;
    }
    return false;
  }

  private visitChain(buckets: Buckets, index: number, visit: (place: number) => void): void {
    for (let at = headOf(buckets, index); at !== 0; at = this.nextOf(at - 1)) visit(at - 1);
  }

  private resizeStep(): void {
    if (this.old === undefined) {
      const buckets = this.current.mask + 1;
      if (this.count > buckets && buckets < MOST_BUCKETS) this.resize(buckets * 2);
      else if (this.count * 8 < buckets && buckets > LEAST_BUCKETS) this.resize(buckets / 2);
      else return;
    }
    const { old, current } = this;
    if (old === undefined) return;
    const end = Math.min(this.movedBuckets + MOVED_A_STEP, old.mask + 1);
    for (let index = this.movedBuckets; index < end; index++) {
      let at = headOf(old, index);
      while (at !== 0) {
        const next = this.nextOf(at - 1);
        this.link(current, at - 1);
        at = next;
      }
      setHead(old, index, 0);
      if ((index & BUCKET_MASK) === BUCKET_MASK) old.segments[index >>> BUCKET_BITS] = undefined;
    }
    this.movedBuckets = end;
    if (end > old.mask) this.old = undefined;
  }

  private resize(buckets: number): void {
    this.old = this.current;
    this.current = emptyBuckets(buckets);
    this.movedBuckets = 0;
  }
}

function emptyBuckets(buckets: number): Buckets {
  return { mask: buckets - 1, segments: [] };
}

function headOf(buckets: Buckets, hash: number): number {
  const index = hash & buckets.mask;
  const segment = buckets.segments[index >>> BUCKET_BITS];
  return segment === undefined ? 0 : (segment[index & BUCKET_MASK] as number);
}

function setHead(buckets: Buckets, hash: number, target: number): void {
  const index = hash & buckets.mask;
  const number = index >>> BUCKET_BITS;
  let segment = buckets.segments[number];
  if (segment === undefined) {
    if (target === 0) return;
    while (buckets.segments.length < number) buckets.segments.push(undefined);
    segment = new Int32Array(Math.min(buckets.mask + 1, BUCKET_MASK + 1));
    buckets.segments[number] = segment;
  }
  segment[index & BUCKET_MASK] = target;
}

function copyOfBuckets(buckets: Buckets): Buckets {
  return { mask: buckets.mask, segments: buckets.segments.map((segment) => segment?.slice()) };
}

/** The next cursor of a scan: adds one to the bits under the mask, counting from the highest down. */
function nextCursor(cursor: number, mask: number): number {
  return reverseBits((reverseBits((cursor | ~mask) >>> 0) + 1) >>> 0);
}
