/** What somebody may have meant who wrote a name that does not exist. */

/** The name that is fewest changes of a letter away, two neighbours in the wrong order counted as one; undefined if none is near. */
export function nearest(written: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(written.length / 3)) + 1;
  for (const name of names) {
    const changes = changesBetween(written, name);
    if (changes >= fewest) continue;
    fewest = changes;
    best = name;
  }
  return best;
}

/** Optimal string alignment: row by row, of which two are kept. */
function changesBetween(from: string, to: string): number {
  let before: number[] = [];
  let above = Array.from({ length: to.length + 1 }, (_value, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const present = [row];
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      let least = Math.min(
        (above[column] ?? 0) + 1,
        (present[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (row > 1 && column > 1 && isSwapped)
        least = Math.min(least, (before[column - 2] ?? 0) + 1);
      present.push(least);
    }
    before = above;
    above = present;
  }
  return above[to.length] ?? 0;
}
