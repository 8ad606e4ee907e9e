/**
 * A table from keys to values for tens of millions of keys: small in memory, and without a pause while it grows.
 *
 * It is extendible hashing. The low `depth` bits of a key's hash choose a slot of the directory, several of which may name the
 * same segment; a segment that has become full is split in two by its next bit, and the directory doubles when that bit is not
 * one of its own yet. The longest step is so the split of one segment, or the copy of the directory (one word per some 700 keys).
 *
 *     directory  [s0 s1 s0 s2]      slot = hash & 3; s0 has depth 1: it stands twice
 *     segment    keys    [k k k k …]        dense, in the order of arrival; the last fills the hole of one that goes
 *                values  [v v v v …]
 *                marks   [h t h t h t …]    a key's hash, and a number of whoever says how keys are stamped (time of last use): side by
 *                                           side, since who finds a key by the one changes the other
 *                index   [0 3 0 0 1 …]      open addressing, linear probing: place in the dense arrays + 1, 0 = free
 *
 * Against objects in chained buckets it takes about half the bytes a key (docs/PERFORMANCE.md has the figures).
 *
 * Why not memberTable.ts for keys as well: there a string has one place among all, next to which its owner keeps more in arrays that
 * follow, as a sorted set does with scores and a hash with values, and each of a set's members is drawn equally often by its place. That
 * takes a chain of four bytes a bucket, walked through three arrays far apart; here hash, key and value of a key stand in one
 * small segment, and splitting one touches no other.
 *
 * Fagin, Nievergelt, Pippenger, Strong: Extendible hashing, ACM TODS 4 (1979).
 */
import type { KeyedHash } from "./keyedHash.ts";
import { reverseBits } from "./reverseBits.ts";

/** Keys of a full segment: splitting it takes some 50 µs. */
const MOST_KEYS = 1024;
const LEAST_SLOTS = 8;
/** Keys whose hashes agree in many low bits, if only by chance, must not blow up the directory: their segment grows instead. */
const LEAST_KEYS_A_SLOT = 64;

/** Sixteen bits as long as they can hold a place. */
type Index = Uint16Array | Uint32Array;

interface Segment<V> {
  /** Bits of the hash that all its keys share. */
  depth: number;
  /** Those bits. */
  prefix: number;
  /** Keys held; the dense arrays have room for an eighth more at most. */
  count: number;
  keys: string[];
  values: V[];
  /** Hash and stamp of each place, in turn. */
  marks: Uint32Array;
  index: Index;
}

/** Who says what stamps keys get. */
interface Stamps {
  /** Of a key that is made. */
  fresh(): number;
  /** Of a key that is asked for by `use`. */
  used(stamp: number): number;
  /** Of a key that is given another value. */
  replaced(stamp: number): number;
}

const NO_STAMPS: Stamps = {
  fresh: () => 0,
  used: (stamp) => stamp,
  replaced: (stamp) => stamp,
};

export class KeyTable<V> {
  private readonly hashing: KeyedHash;
  private readonly stamps: Stamps;
  private directory: Segment<V>[] = [emptySegment<V>(0, 0)];
  private depth = 0;
  private count = 0;
  /**
   * The key that was looked for last, with its hash and where it is: a command asks for its key several times, and each search waits for
   * memory. Undefined once places have changed.
   */
  private sought: string | undefined = undefined;
  private hash = 0;
  private segment: Segment<V> = this.directory[0] as Segment<V>;
  private place = -1;

  constructor(hashing: KeyedHash, stamps: Stamps = NO_STAMPS) {
    this.hashing = hashing;
    this.stamps = stamps;
  }

  get size(): number {
    return this.count;
  }

  get(key: string): V | undefined {
    return this.seek(key) ? this.segment.values[this.place] : undefined;
  }

  /** The value of a key, which is stamped as used. */
  use(key: string): V | undefined {
    if (!this.seek(key)) return undefined;
    const { segment, place } = this;
    segment.marks[stampAt(place)] = this.stamps.used(stampOf(segment, place));
    return segment.values[place];
  }

  has(key: string): boolean {
    return this.seek(key);
  }

  /** Gives a key this value and returns the one before; undefined if the key is new. */
  exchange(key: string, value: V): V | undefined {
    if (this.seek(key)) {
      const { segment, place } = this;
      const before = segment.values[place];
      // A string that says the same stays the object that it was: the collector need not carry another one to the old generation.
      if (before !== value) segment.values[place] = value;
      segment.marks[stampAt(place)] = this.stamps.replaced(stampOf(segment, place));
      return before;
    }
    const { hash } = this;
    let { segment } = this;
    while (segment.count >= MOST_KEYS && this.maySplit(segment)) {
      this.split(segment);
      segment = this.segmentOf(hash);
    }
    add(segment, key, hash, value, this.stamps.fresh());
    this.count++;
    this.sought = undefined;
    return undefined;
  }

  /** Removes a key and returns its value; undefined if it was absent. */
  delete(key: string): V | undefined {
    if (!this.seek(key)) return undefined;
    const { segment, place } = this;
    const value = segment.values[place] as V;
    remove(segment, place);
    this.count--;
    this.sought = undefined;
    return value;
  }

  /** The stamp of a key; undefined if it is absent. */
  stampOf(key: string): number | undefined {
    return this.seek(key) ? stampOf(this.segment, this.place) : undefined;
  }

  /** Stamps a key that is there; an absent one is passed over. */
  setStamp(key: string, stamp: number): void {
    if (this.seek(key)) this.segment.marks[stampAt(this.place)] = stamp;
  }

  clear(): void {
    this.directory = [emptySegment<V>(0, 0)];
    this.depth = 0;
    this.count = 0;
    this.sought = undefined;
  }

  /** Visits every key once, in an order that the changes so far alone determine. The table must not change meanwhile. */
  forEach(visit: (key: string, value: V, stamp: number) => void): void {
    for (let slot = 0; slot < this.directory.length; slot++) {
      const segment = this.directory[slot] as Segment<V>;
      if (segment.prefix !== slot) continue;
      const { count, keys, values } = segment;
      for (let place = 0; place < count; place++) {
        visit(keys[place] as string, values[place] as V, stampOf(segment, place));
      }
    }
  }

  /**
   * One step of a scan: visits about `count` keys and returns the next cursor, 0 at the end (and to begin). A key that is there
   * from the first step to the last is visited exactly once, however the table grows meanwhile: the cursor is a place
   * in the order of the hashes' bits from the lowest to the highest, which no growth changes. It is below 2^32.
   */
  scan(cursor: number, count: number, visit: (key: string, value: V) => void): number {
    const from = cursor >>> 0;
    const segment = this.segmentOf(reverseBits(from));
    const { keys, values } = segment;
    const held = segment.count;
    const width = 2 ** (32 - segment.depth);
    const end = reverseBits(segment.prefix) + width;
    const share = Math.ceil((width * count) / Math.max(held, 1));
    const until = held <= count ? end : Math.min(from + share, end);
    for (let place = 0; place < held; place++) {
      const position = reverseBits(hashIn(segment.marks, place));
      if (position >= from && position < until) visit(keys[place] as string, values[place] as V);
    }
    return until >= 2 ** 32 ? 0 : until;
  }

  /** A key drawn by `random`, each about as likely as any other unless most were removed; undefined if there is none. */
  randomKey(random: () => number): string | undefined {
    if (this.count === 0) return undefined;
    const { count, keys } = this.randomSegment(random);
    return keys[Math.floor(random() * count)];
  }

  /** Visits `draws` keys with their stamps, each drawn as by `randomKey`: one may come twice. None if the table is empty. */
  sample(random: () => number, draws: number, visit: (key: string, stamp: number) => void): void {
    if (this.count === 0) return;
    for (let draw = 0; draw < draws; draw++) {
      const segment = this.randomSegment(random);
      const place = Math.floor(random() * segment.count);
      visit(segment.keys[place] as string, stampOf(segment, place));
    }
  }

  /** One that holds keys: there must be some. */
  private randomSegment(random: () => number): Segment<V> {
    let slot = Math.floor(random() * this.directory.length);
    for (;;) {
      const segment = this.directory[slot] as Segment<V>;
      if (segment.count > 0) return segment;
      // Walks on, so that a poor generator ends too.
      slot = slot + 1 === this.directory.length ? 0 : slot + 1;
    }
  }

  /** Looks for a key: `hash`, `segment` and `place` are then its. False if it is absent. */
  private seek(key: string): boolean {
    if (key === this.sought) return this.place >= 0;
    const hash = this.hashing.of(key);
    const segment = this.segmentOf(hash);
    this.sought = key;
    this.hash = hash;
    this.segment = segment;
    this.place = placeOf(segment, key, hash);
    return this.place >= 0;
  }

  private segmentOf(hash: number): Segment<V> {
    return this.directory[hash & (this.directory.length - 1)] as Segment<V>;
  }

  private maySplit(segment: Segment<V>): boolean {
    return segment.depth < this.depth || this.directory.length * LEAST_KEYS_A_SLOT < this.count;
  }

  private split(full: Segment<V>): void {
    if (full.depth === this.depth) {
      this.directory = [...this.directory, ...this.directory];
      this.depth++;
    }
    const bit = 2 ** full.depth;
    const low = emptySegment<V>(full.depth + 1, full.prefix);
    const high = emptySegment<V>(full.depth + 1, full.prefix + bit);
    const { count, keys, values, marks } = full;
    let highCount = 0;
    for (let place = 0; place < count; place++) if (hashIn(marks, place) & bit) highCount++;
    // At once as large as they become: growing there piece by piece would copy each half over and over.
    resize(low, roomFor(count - highCount));
    resize(high, roomFor(highCount));
    for (let place = 0; place < count; place++) {
      const hash = hashIn(marks, place);
      const half = (hash & bit) === 0 ? low : high;
      add(half, keys[place] as string, hash, values[place] as V, stampOf(full, place));
    }
    for (let slot = full.prefix; slot < this.directory.length; slot += bit) {
      this.directory[slot] = (slot & bit) === 0 ? low : high;
    }
  }
}

function emptySegment<V>(depth: number, prefix: number): Segment<V> {
  return {
    depth,
    prefix,
    count: 0,
    keys: [],
    values: [],
    marks: new Uint32Array(0),
    index: indexOf(LEAST_SLOTS),
  };
}

function hashIn(marks: Uint32Array, place: number): number {
  return marks[place * 2] as number;
}

function stampOf<V>({ marks }: Segment<V>, place: number): number {
  return marks[stampAt(place)] as number;
}

/** Where the stamp of a place stands among the marks. */
function stampAt(place: number): number {
  return place * 2 + 1;
}

/** Where a key begins to be looked for in the index: bits that the directory does not use first. */
function homeOf(hash: number, mask: number): number {
  return ((hash >>> 16) ^ (hash >>> 5)) & mask;
}

/** The place of a key in the dense arrays, -1 if it is absent. */
function placeOf<V>(segment: Segment<V>, key: string, hash: number): number {
  const { index, marks, keys } = segment;
  const mask = index.length - 1;
  let at = homeOf(hash, mask);
  for (;;) {
    const place = (index[at] as number) - 1;
    if (place < 0) return -1;
    if (hashIn(marks, place) === hash && keys[place] === key) return place;
    at = (at + 1) & mask;
  }
}

// oxlint-disable-next-line max-params -- on the path of every new key: no object is made for it
function add<V>(segment: Segment<V>, key: string, hash: number, value: V, stamp: number): void {
  const place = segment.count;
  if (place * 2 === segment.marks.length) resize(segment, roomFor(place));
  segment.count++;
  segment.keys[place] = key;
  segment.values[place] = value;
  segment.marks[place * 2] = hash;
  segment.marks[stampAt(place)] = stamp;
  enter(segment.index, hash, place);
}

/** Places of a segment that has to take more than it holds. */
function roomFor(count: number): number {
  return count + Math.max(4, count >> 3);
}

function enter(index: Index, hash: number, place: number): void {
  const mask = index.length - 1;
  let at = homeOf(hash, mask);
  while (index[at] !== 0) at = (at + 1) & mask;
  index[at] = place + 1;
}

/** Gives the dense arrays this many places, and the index room for them: at most two thirds of it are taken. */
function resize<V>(segment: Segment<V>, places: number): void {
  const { count } = segment;
  segment.keys = moved(segment.keys, count, places);
  segment.values = moved(segment.values, count, places);
  const marks = new Uint32Array(places * 2);
  marks.set(segment.marks.subarray(0, count * 2));
  segment.marks = marks;
  let slots = LEAST_SLOTS;
  while (places * 3 > slots * 2) slots *= 2;
  if (slots === segment.index.length) return;
  segment.index = indexOf(slots);
  for (let place = 0; place < count; place++) {
    enter(segment.index, hashIn(marks, place), place);
  }
}

/** An array that grows by itself would keep half as much again in reserve. */
function moved<T>(from: readonly T[], count: number, places: number): T[] {
  // oxlint-disable-next-line unicorn/no-new-array -- the only way to say how long an array is before it is filled
  const to = new Array<T>(places);
  for (let place = 0; place < count; place++) to[place] = from[place] as T;
  return to;
}

function indexOf(slots: number): Index {
  return slots <= 65536 ? new Uint16Array(slots) : new Uint32Array(slots);
}

function remove<V>(segment: Segment<V>, place: number): void {
  const { keys, values, marks, index } = segment;
  const last = segment.count - 1;
  free(index, marks, slotHolding(index, hashIn(marks, place), place));
  if (place !== last) {
    index[slotHolding(index, hashIn(marks, last), last)] = place + 1;
    keys[place] = keys[last] as string;
    values[place] = values[last] as V;
    marks[place * 2] = hashIn(marks, last);
    marks[stampAt(place)] = stampOf(segment, last);
  }
  segment.count = last;
  if (last * 4 < marks.length) return resize(segment, last + (last >> 3));
  // What has gone must not be kept from the collector.
  keys[last] = "";
  values[last] = values[0] as V;
}

function slotHolding(index: Index, hash: number, place: number): number {
  const mask = index.length - 1;
  let at = homeOf(hash, mask);
  while (index[at] !== place + 1) at = (at + 1) & mask;
  return at;
}

/** Frees a slot of the index, and moves up those behind it that would no longer be found (Knuth, TAOCP 6.4, algorithm R). */
function free(index: Index, marks: Uint32Array, slot: number): void {
  const mask = index.length - 1;
  let hole = slot;
  let at = slot;
  for (;;) {
    at = (at + 1) & mask;
    const entry = index[at] as number;
    if (entry === 0) break;
    const home = homeOf(hashIn(marks, entry - 1), mask);
    if (((at - home) & mask) < ((at - hole) & mask)) continue;
    index[hole] = entry;
    hole = at;
  }
  index[hole] = 0;
}
