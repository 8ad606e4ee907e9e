/** State: the keyspace of a node at a position is the fold of the log up to there, and so equal on all nodes. */
import type { CheckResult } from "../run.ts";
import { sayTime } from "./describe.ts";
import type { CommittedLog } from "./log/committedLog.ts";
import { Fold, KeyspaceDigest, LIBRARY_MARK, USER_MARK } from "./log/fold.ts";
import { quote } from "./models/model.ts";
import type { VisitKeys } from "./observer.ts";
import { Tally } from "./tally.ts";

export class StateEqualityCheck {
  readonly tally: Tally = new Tally("state equals the log", "keyspaces compared");

  // oxlint-disable-next-line max-params -- the facts of one sample
  sampled(
    nowUs: number,
    node: string,
    shard: number,
    position: number,
    visitKeys: VisitKeys,
    committed: CommittedLog,
  ): void {
    committed.claim(nowUs, node, shard, position);
    const { fold, entries } = committed.of(shard);
    if (fold.position < position) return;
    const digest = new KeyspaceDigest();
    visitKeys((key, _type, value, expireAtUnixMs) => digest.add(key, value, expireAtUnixMs ?? 0));
    this.tally.examined++;
    if (fold.matches(position, digest)) return;
    const right = new Fold();
    for (let at = 1; at <= position; at++) {
      const stored = entries[at];
      if (stored !== undefined) right.apply(stored);
    }
    const difference = firstDifference(right, visitKeys);
    this.tally.violate(
      nowUs,
      `at ${sayTime(nowUs)} the keyspace of ${node} at position ${position} of shard ${shard} is not what the log says: ${difference}`,
      [],
      "keyspace is not the log's",
    );
  }

  finish(): CheckResult {
    return this.tally.result(
      "every keyspace looked at was the fold of its log up to its position",
      "no keyspace was looked at",
    );
  }
}

function firstDifference(right: Fold, visitKeys: VisitKeys): string {
  const found: string[] = [];
  const seen: Set<string> = new Set();
  visitKeys((key, _type, value, expireAtUnixMs) => {
    seen.add(key);
    const held = right.get(key);
    if (key.startsWith(LIBRARY_MARK)) {
      if (right.libraries.get(key.slice(LIBRARY_MARK.length)) !== value)
        found.push(`the library ${key.slice(LIBRARY_MARK.length)} is not that of the log`);
    } else if (key.startsWith(USER_MARK)) {
      if (right.users.get(key.slice(USER_MARK.length)) !== value)
        found.push(`${key.slice(USER_MARK.length)} is not the user that the log says`);
    } else if (held === undefined) found.push(`${key} holds ${quote(value)} and should be absent`);
    else if (held.value !== value) {
      found.push(`${key} holds ${quote(value)} and should hold ${quote(held.value)}`);
    } else if (held.deadline !== (expireAtUnixMs ?? 0)) {
      found.push(
        `${key} has the deadline ${expireAtUnixMs ?? "none"} and should have ${held.deadline === 0 ? "none" : held.deadline}`,
      );
    }
  });
  for (const key of right.keys()) {
    if (!seen.has(key))
      found.push(`${key} is absent and should hold ${quote(right.get(key)?.value ?? "")}`);
  }
  for (const name of right.libraries.keys()) {
    if (!seen.has(LIBRARY_MARK + name)) found.push(`the library ${name} is absent`);
  }
  for (const name of right.users.keys()) {
    if (!seen.has(USER_MARK + name)) found.push(`the change of the user ${name} is not known`);
  }
  const more = found.length > 1 ? ` (and ${found.length - 1} more keys)` : "";
  return `${found[0] ?? "the digests differ"}${more}`;
}
