/**
 * How many nodes a radix tree of some keys has: XINFO tells it of the tree in which Redis keeps the nodes of a stream. A
 * tree of keys of one length has a node for each key's end, one for each place where keys part, and one for each run of
 * chars between those.
 */
const KEY_LENGTH = 16;

/** `visitKeys` visits keys of sixteen chars in their order, going on while the visit returns true. */
export function radixTreeNodes(visitKeys: (visit: (key: string) => boolean) => void): number {
  let nodes = 0;
  let previous: string | undefined;
  /** The depths at which keys part, on the way to the last key. */
  const partings: number[] = [];
  /** Counts the runs above the subtrees that lie deeper than `depth`; returns the depth of the topmost. */
  const close = (depth: number): number => {
    let child = KEY_LENGTH;
    for (let top = partings.at(-1); top !== undefined && top > depth; top = partings.at(-1)) {
      nodes += runsBetween(top, child);
      child = top;
      partings.pop();
    }
    return child;
  };
  visitKeys((key) => {
    nodes++;
    if (previous !== undefined) {
      const depth = commonLength(previous, key);
      const child = close(depth);
      if (partings.at(-1) !== depth) {
        partings.push(depth);
        nodes++;
      }
      nodes += runsBetween(depth, child);
    }
    previous = key;
    return true;
  });
  if (previous === undefined) return 1;
  if (close(-1) > 0) nodes++;
  return nodes;
}

/** A parting takes one char of each child's way. */
function runsBetween(depth: number, childDepth: number): number {
  return childDepth - depth > 1 ? 1 : 0;
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < KEY_LENGTH && a[length] === b[length]) length++;
  return length;
}
