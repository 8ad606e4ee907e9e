/**
 * A chained hash table of intrusive nodes with incremental growth and shrinkage and a stateless scan cursor.
 *
 * Why not a Map: a Map ends at 2^24 entries, stops the world to grow, and has no cursor that survives changes.
 *
 * Buckets live in segments of 2^14, made when first used, so that no array becomes large enough for V8 to turn it into a
 * dictionary and no allocation is long. While the table is resized there are two of them, and each change moves a few
 * buckets from the old to the new one.
 *
 * The cursor of `scan` counts in reversed bits (the idea is Pieter Noordhuis's, for Redis): a bucket of a table of 2^k
 * is all buckets of a table of 2^(k+1) that agree with it in the low k bits, and counting from the high bit on visits
 * those one after the other. So a key that is present from the first call to the last is visited at least once, whatever
 * resizing happens between two calls; a key may be visited twice.
 */

/** What the table needs of its nodes. `next` belongs to the table. */
export interface HashNode<N> {
  readonly key: string;
  /** hashOf(key). */
  readonly hash: number;
  next: N | undefined;
}

const SEGMENT_BITS = 14;
const SEGMENT_MASK = (1 << SEGMENT_BITS) - 1;
const LEAST_BUCKETS = 4;
/** Beyond this many buckets chains grow instead: 2^28 buckets serve a few 10^8 keys well. */
const MOST_BUCKETS = 2 ** 28;
/** Buckets moved by each change while resizing; more than 2, so that a resize ends before the next is due. */
const MOVED_A_STEP = 4;
const MOST_DRAWS = 1000;

type Segment<N> = (N | undefined)[];

interface Buckets<N> {
  mask: number;
  segments: (Segment<N> | undefined)[];
}

/** A 32-bit hash of a string of chars below 256: FNV-1a, then Murmur3's finish so that the low bits are good. */
export function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++)
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

export class HashTable<N extends HashNode<N>> {
  private count = 0;
  private current: Buckets<N> = emptyBuckets(LEAST_BUCKETS);
  /** The table being left, while resizing; buckets below `movedBuckets` are already empty. */
  private old: Buckets<N> | undefined = undefined;
  private movedBuckets = 0;

  get size(): number {
    return this.count;
  }

  get(key: string, hash: number = hashOf(key)): N | undefined {
    let node = headOf(this.current, hash & this.current.mask);
    while (node !== undefined && (node.hash !== hash || node.key !== key)) node = node.next;
    if (node !== undefined || this.old === undefined) return node;
    node = headOf(this.old, hash & this.old.mask);
    while (node !== undefined && (node.hash !== hash || node.key !== key)) node = node.next;
    return node;
  }

  /** Caller: no node with this key is in the table. */
  add(node: N): void {
    this.count++;
    this.resizeStep();
    link(this.current, node);
  }

  /** Removes and returns the node of this key. */
  remove(key: string, hash: number = hashOf(key)): N | undefined {
    this.resizeStep();
    let removed = unlink(this.current, key, hash);
    if (removed === undefined && this.old !== undefined) removed = unlink(this.old, key, hash);
    if (removed !== undefined) this.count--;
    return removed;
  }

  clear(): void {
    this.count = 0;
    this.current = emptyBuckets(LEAST_BUCKETS);
    this.old = undefined;
  }

  /** Visits every node once, in an order that the sequence of changes alone determines. The table must not change meanwhile. */
  forEach(visit: (node: N) => void): void {
    visitAll(this.current, visit);
    if (this.old !== undefined) visitAll(this.old, visit);
  }

  /**
   * Visits the buckets that `cursor` (0 to start) stands for and returns the next cursor, 0 at the end.
   * The table must not change during the call; between calls it may.
   */
  scan(cursor: number, visit: (node: N) => void): number {
    if (this.count === 0) return 0;
    const old = this.old;
    if (old === undefined) {
      visitChain(headOf(this.current, cursor & this.current.mask), visit);
      return nextCursor(cursor, this.current.mask);
    }
    const small = old.mask < this.current.mask ? old : this.current;
    const large = small === old ? this.current : old;
    let at = cursor;
    visitChain(headOf(small, at & small.mask), visit);
    do {
      visitChain(headOf(large, at & large.mask), visit);
      at = nextCursor(at, large.mask);
    } while ((at & (small.mask ^ large.mask)) !== 0);
    return at;
  }

  /**
   * A node drawn by `random`; undefined if there is none. Nodes of long chains are a little less likely than others, and in
   * a table that is nearly empty those behind empty buckets more likely.
   */
  randomNode(random: () => number): N | undefined {
    if (this.count === 0) return undefined;
    let index = 0;
    for (let attempt = 0; ; attempt++) {
      const isOld = this.old !== undefined && random() < this.oldShare();
      const buckets = isOld && this.old !== undefined ? this.old : this.current;
      // Walks on after many misses, so that a poor generator ends too.
      index = attempt < MOST_DRAWS ? Math.floor(random() * (buckets.mask + 1)) : index + 1;
      const head = headOf(buckets, index & buckets.mask);
      if (head !== undefined) return memberOf(head, random);
    }
  }

  private oldShare(): number {
    if (this.old === undefined) return 0;
    const oldBuckets = this.old.mask + 1 - this.movedBuckets;
    return oldBuckets / (oldBuckets + this.current.mask + 1);
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
      let node = headOf(old, index);
      while (node !== undefined) {
        const next: N | undefined = node.next;
        link(current, node);
        node = next;
      }
      const segment = old.segments[index >>> SEGMENT_BITS];
      if (segment !== undefined) segment[index & SEGMENT_MASK] = undefined;
      if ((index & SEGMENT_MASK) === SEGMENT_MASK) old.segments[index >>> SEGMENT_BITS] = undefined;
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

function memberOf<N extends HashNode<N>>(head: N, random: () => number): N {
  let length = 0;
  for (let node: N | undefined = head; node !== undefined; node = node.next) length++;
  let chosen: N = head;
  for (let skip = Math.floor(random() * length); skip > 0; skip--) chosen = chosen.next ?? chosen;
  return chosen;
}

function emptyBuckets<N>(buckets: number): Buckets<N> {
  return { mask: buckets - 1, segments: [] };
}

function headOf<N>(buckets: Buckets<N>, index: number): N | undefined {
  const segment = buckets.segments[index >>> SEGMENT_BITS];
  return segment === undefined ? undefined : segment[index & SEGMENT_MASK];
}

function link<N extends HashNode<N>>(buckets: Buckets<N>, node: N): void {
  const index = (node.hash & buckets.mask) >>> 0;
  const segment = segmentFor(buckets, index >>> SEGMENT_BITS);
  node.next = segment[index & SEGMENT_MASK];
  segment[index & SEGMENT_MASK] = node;
}

function segmentFor<N>(buckets: Buckets<N>, number: number): Segment<N> {
  while (buckets.segments.length <= number) buckets.segments.push(undefined);
  const present = buckets.segments[number];
  if (present !== undefined) return present;
  const made: Segment<N> = [];
  const length = Math.min(buckets.mask + 1, SEGMENT_MASK + 1);
  for (let index = 0; index < length; index++) made.push(undefined);
  buckets.segments[number] = made;
  return made;
}

function unlink<N extends HashNode<N>>(
  buckets: Buckets<N>,
  key: string,
  hash: number,
): N | undefined {
  const index = (hash & buckets.mask) >>> 0;
  const segment = buckets.segments[index >>> SEGMENT_BITS];
  if (segment === undefined) return undefined;
  let before: N | undefined = undefined;
  let node = segment[index & SEGMENT_MASK];
  while (node !== undefined && (node.hash !== hash || node.key !== key)) {
    before = node;
    node = node.next;
  }
  if (node === undefined) return undefined;
  if (before === undefined) segment[index & SEGMENT_MASK] = node.next;
  else before.next = node.next;
  node.next = undefined;
  return node;
}

function visitAll<N extends HashNode<N>>(buckets: Buckets<N>, visit: (node: N) => void): void {
  for (const segment of buckets.segments) {
    if (segment === undefined) continue;
    for (const head of segment) visitChain(head, visit);
  }
}

function visitChain<N extends HashNode<N>>(head: N | undefined, visit: (node: N) => void): void {
  for (let node = head; node !== undefined; node = node.next) visit(node);
}

/** The next cursor of a scan: adds one to the bits under the mask, counting from the highest down. */
export function nextCursor(cursor: number, mask: number): number {
  return reverseBits((reverseBits((cursor | ~mask) >>> 0) + 1) >>> 0);
}

function reverseBits(value: number): number {
  let bits = ((value >>> 1) & 0x55555555) | ((value & 0x55555555) << 1);
  bits = ((bits >>> 2) & 0x33333333) | ((bits & 0x33333333) << 2);
  bits = ((bits >>> 4) & 0x0f0f0f0f) | ((bits & 0x0f0f0f0f) << 4);
  bits = ((bits >>> 8) & 0x00ff00ff) | ((bits & 0x00ff00ff) << 8);
  return ((bits >>> 16) | (bits << 16)) >>> 0;
}
