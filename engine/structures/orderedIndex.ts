/**
 * Nodes in the order of their keys: byte strings, compared byte by byte. Leaves of up to 64 nodes stand in one array, which
 * is searched by halving, then the leaf. A new last key goes behind the last leaf, so what grows at its end, as ids and
 * times do, fills its leaves; a leaf that is full elsewhere is halved, and an empty one goes.
 *
 * Why not a tree: at ten million nodes the array of leaves has some 150,000 places, and moving them for one new leaf in
 * the middle costs less than 0.1 ms, once in 32 insertions.
 */
const MOST_IN_LEAF = 64;

/** What the index needs of its nodes: keys do not change. */
export interface OrderedNode {
  readonly key: string;
}

type Leaf<N> = N[];

export class OrderedIndex<N extends OrderedNode> {
  private readonly leaves: Leaf<N>[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  get first(): N | undefined {
    return this.leaves[0]?.[0];
  }

  get last(): N | undefined {
    return this.leaves.at(-1)?.at(-1);
  }

  get(key: string): N | undefined {
    const node = this.floor(key);
    return node !== undefined && node.key === key ? node : undefined;
  }

  /** The last node whose key is not greater. */
  floor(key: string): N | undefined {
    const leaf = this.leaves[this.leafOf(key)];
    return leaf?.[placeIn(leaf, key, true) - 1];
  }

  /** The first node whose key is greater. */
  above(key: string): N | undefined {
    const index = this.leafOf(key);
    const leaf = this.leaves[index];
    return leaf?.[placeIn(leaf, key, true)] ?? this.leaves[index + 1]?.[0];
  }

  /** The last node whose key is smaller. */
  below(key: string): N | undefined {
    const index = this.leafOf(key);
    const leaf = this.leaves[index];
    if (leaf === undefined) return undefined;
    const place = placeIn(leaf, key, false);
    return place > 0 ? leaf[place - 1] : this.leaves[index - 1]?.at(-1);
  }

  /** Adds a node whose key is not there. */
  add(node: N): void {
    this.count++;
    const { leaves } = this;
    const last = leaves.at(-1);
    if (last === undefined) {
      leaves.push([node]);
      return;
    }
    const highest = last[last.length - 1] as N;
    if (node.key > highest.key) {
      if (last.length < MOST_IN_LEAF) last.push(node);
      else leaves.push([node]);
      return;
    }
    const index = this.leafOf(node.key);
    const leaf = leaves[index] as Leaf<N>;
    leaf.splice(placeIn(leaf, node.key, false), 0, node);
    if (leaf.length > MOST_IN_LEAF) leaves.splice(index + 1, 0, leaf.splice(leaf.length >>> 1));
  }

  /** Takes a node out; undefined if the key is not there. */
  remove(key: string): N | undefined {
    const index = this.leafOf(key);
    const leaf = this.leaves[index];
    if (leaf === undefined) return undefined;
    const place = placeIn(leaf, key, false);
    const node = leaf[place];
    if (node === undefined || node.key !== key) return undefined;
    leaf.splice(place, 1);
    if (leaf.length === 0) this.leaves.splice(index, 1);
    this.count--;
    return node;
  }

  /**
   * Visits the nodes from `key` on, in order, until a visit returns false. The index must not change meanwhile; without a
   * key it begins with the first.
   */
  visitFrom(key: string | undefined, visit: (node: N) => boolean): void {
    let index = key === undefined ? 0 : this.leafOf(key);
    const start = this.leaves[index];
    let place = key === undefined || start === undefined ? 0 : placeIn(start, key, false);
    for (; index < this.leaves.length; index++, place = 0) {
      const leaf = this.leaves[index] as Leaf<N>;
      for (; place < leaf.length; place++) if (!visit(leaf[place] as N)) return;
    }
  }

  /** The last leaf whose first key is not greater, or the first leaf. */
  private leafOf(key: string): number {
    const { leaves } = this;
    let low = 0;
    let high = leaves.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (((leaves[middle] as Leaf<N>)[0] as N).key <= key) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** How many nodes of a leaf come before `key`; with `counting` the node of that key as well. */
function placeIn<N extends OrderedNode>(leaf: Leaf<N>, key: string, counting: boolean): number {
  let low = 0;
  let high = leaf.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = (leaf[middle] as N).key;
    if (other < key || (counting && other === key)) low = middle + 1;
    else high = middle;
  }
  return low;
}
