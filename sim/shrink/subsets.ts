/** Makes a list shorter, by large pieces first: delta debugging, of which only the taking away of pieces is needed here. */
import type { Steps } from "./search.ts";

/**
 * Takes pieces out of a list for as long as `accept` takes what remains, until no single item can go. Half of the list is tried
 * first, then quarters, and so on; `smallest` bounds the size of the last pieces.
 * @see Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002
 */
export function* shorten<Item>(
  items: readonly Item[],
  accept: (remaining: readonly Item[], removed: number) => Steps<boolean>,
  smallest = 1,
): Steps<readonly Item[]> {
  let left = items;
  let size = Math.max(smallest, Math.ceil(items.length / 2));
  while (left.length > 0) {
    let hasShrunk = false;
    // From the end: what comes last can least have caused what comes after it.
    for (let end = left.length; end > 0; end = Math.min(end - size, left.length)) {
      const from = Math.max(0, end - size);
      const remaining = [...left.slice(0, from), ...left.slice(end)];
      if (!(yield* accept(remaining, end - from))) continue;
      left = remaining;
      hasShrunk = true;
    }
    if (size > smallest) size = Math.max(smallest, Math.floor(Math.min(size, left.length) / 2));
    else if (!hasShrunk) break;
  }
  return left;
}
