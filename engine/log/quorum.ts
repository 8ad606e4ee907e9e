/** The arithmetic of quorums, apart from everything that could get in its way. */

export function majorityOf(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

/**
 * The highest index that enough voters hold: a majority of them, or all (PROTOCOL rule 6).
 * `matched` has one number a voter; three voters are the rule, any number works.
 */
export function quorumIndex(matched: readonly number[], rule: "majority" | "all"): number {
  const needed = rule === "all" ? matched.length : majorityOf(matched.length);
  let best = 0;
  for (const candidate of matched) {
    if (candidate <= best) continue;
    let holders = 0;
    for (const index of matched) if (index >= candidate) holders += 1;
    if (holders >= needed) best = candidate;
  }
  return best;
}

/** Whether the votes given are a majority. */
export function isMajority(granted: readonly boolean[]): boolean {
  let count = 0;
  for (const vote of granted) if (vote) count += 1;
  return count >= majorityOf(granted.length);
}
