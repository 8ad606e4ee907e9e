/**
 * Users across shards (PROTOCOL rule 25): a change of a user is logged by the shard that was asked, and reaches the logs of all others.
 * Once the load has ended they must all come to tell the same newest change of every user, whoever leads them meanwhile. Judged on the
 * committed entries of the logs' disks; one shard agrees with itself.
 */
import type { CheckResult } from "../run.ts";

/** What the shards have committed, folded (log/committedLog.ts). */
interface Logs {
  shardNumbers(): readonly number[];
  of(shard: number): { readonly fold: { readonly users: ReadonlyMap<string, string> } };
}

export class UsersAgreeCheck {
  private readonly committed: Logs;
  private examined = 0;

  constructor(committed: Logs) {
    this.committed = committed;
  }

  /** What one shard's log tells of a user and another's does not (yet); undefined if all tell the same. */
  whyDiffer(): string | undefined {
    const logs = this.committed.shardNumbers().map((shard) => {
      return { shard, users: this.committed.of(shard).fold.users };
    });
    const names = new Set(logs.flatMap(({ users }) => [...users.keys()]));
    const [first, ...others] = logs;
    if (first === undefined || others.length === 0) return undefined;
    for (const name of names) {
      const odd = others.find(({ users }) => users.get(name) !== first.users.get(name));
      if (odd !== undefined)
        return `the logs of shards ${first.shard} and ${odd.shard} tell different changes of ${name}`;
    }
    this.examined = names.size * logs.length;
    return undefined;
  }

  /** That they did not agree in time is what a run is stuck on. */
  finish(): CheckResult {
    return {
      name: "users agree",
      verdict: this.examined > 0 ? "ok" : "nothing examined",
      examined: this.examined,
      unit: "users in the logs of all shards",
      sentence:
        this.examined > 0
          ? "when the load had ended the logs of all shards came to tell the same of every user"
          : "no two shards had users",
    };
  }
}
