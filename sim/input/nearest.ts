/** Finds the names that a mistyped one may have meant. */

/**
 * Edits that turn one word into another, where swapping two neighbours counts as one (optimal string alignment).
 * @see Damerau, "A technique for computer detection and correction of spelling errors", 1964
 */
export function editDistance(left: string, right: string): number {
  let twoAbove: number[] = [];
  let above = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1];
      let best = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const isSwap =
        row > 1 &&
        column > 1 &&
        left[row - 1] === right[column - 2] &&
        left[row - 2] === right[column - 1];
      if (isSwap) best = Math.min(best, (twoAbove[column - 2] ?? 0) + 1);
      current.push(best);
    }
    twoAbove = above;
    above = current;
  }
  return above[right.length] ?? 0;
}

/** At most three names, nearest first; all that begin with the word count as near. Empty if nothing is like it. */
export function nearest(word: string, names: readonly string[]): readonly string[] {
  const lower = word.toLowerCase();
  const ranked = names
    .map((name) => {
      const other = name.toLowerCase();
      const isPart = lower.length >= 3 && (other.includes(lower) || lower.includes(other));
      return { name, distance: isPart ? 1 : editDistance(lower, other) };
    })
    .filter(({ name, distance }) => distance <= Math.max(2, Math.floor(name.length / 3)));
  ranked.sort((left, right) => left.distance - right.distance);
  return ranked.slice(0, 3).map(({ name }) => name);
}

/** `unknown scenario "az-otage". Did you mean az-outage?` */
export function unknownName(what: string, word: string, names: readonly string[]): string {
  const near = nearest(word, names);
  const hint =
    near.length === 0 ? `Valid: ${names.join(", ")}.` : `Did you mean ${near.join(" or ")}?`;
  return `unknown ${what} "${word}". ${hint}`;
}
