/**
 * Liveness after the faults: every shard serves fresh operations, and its nodes reach the tail. A shard that does not is
 * explained by what its machines are doing.
 */
import type { CheckResult } from "../run.ts";
import { sayTime } from "./describe.ts";
import { isReadInput, type Operation } from "./history.ts";
import type { DatabaseFacts, LogFacts } from "./observer.ts";

/** Entries that a replica may be behind the newest committed one and still count as converged: renewals are on their way. */
const LAG_ENTRIES = 8;
const LOG_NODES = 3;

interface DatabaseState extends DatabaseFacts {
  readonly node: string;
  readonly shard: number;
}

interface LogState extends LogFacts {
  readonly node: string;
  readonly shard: number;
}

export class LivenessCheck {
  private readonly databases: Map<string, DatabaseState> = new Map();
  private readonly logs: Map<string, LogState> = new Map();
  private readonly freshWrites: Map<number, number> = new Map();
  private readonly freshReads: Map<number, number> = new Map();
  private healedUs = Infinity;
  private fresh = 0;

  healed(nowUs: number): void {
    this.healedUs = nowUs;
  }

  databaseViewed(node: string, shard: number, facts: DatabaseFacts): void {
    const { role, epoch, servingUntilUs, appliedPosition, committedPosition } = facts;
    this.databases.set(node, {
      node,
      shard,
      role,
      epoch,
      servingUntilUs,
      appliedPosition,
      committedPosition,
    });
  }

  logViewed(node: string, shard: number, facts: LogFacts): void {
    const { role, term, commitIndex } = facts;
    this.logs.set(`${node}/${shard}`, { node, shard, role, term, commitIndex });
  }

  operationCompleted(operation: Operation): void {
    if (operation.outcome !== "ok" || operation.readonlyReplica) return;
    if (operation.invokedUs < this.healedUs) return;
    this.fresh++;
    const counts = isReadInput(operation.input) ? this.freshReads : this.freshWrites;
    counts.set(operation.shard, (counts.get(operation.shard) ?? 0) + 1);
  }

  /** Why a shard does not serve, in sentences; empty if nothing stands in its way. */
  explain(nowUs: number, shard: number): readonly string[] {
    const reasons = this.explainLog(shard);
    const nodes = [...this.databases.values()].filter((node) => node.shard === shard);
    const roles = nodes.map((node) => `${node.node} ${node.role}`).join(", ");
    if (nodes.every((node) => node.role === "down")) {
      reasons.push(`no database node of shard ${shard} runs`);
      return reasons;
    }
    const leader = nodes.find((node) => node.servingUntilUs > nowUs);
    if (leader === undefined) {
      const candidates = nodes.filter(
        (node) => node.role === "replica" || node.role === "candidate",
      );
      const held = nodes.find((node) => node.role === "primary" || node.role === "lapsed");
      if (held !== undefined) {
        reasons.push(
          `lease not renewed: ${held.node} leads shard ${shard}, but its renewals do not commit`,
        );
      } else if (candidates.length === 0) {
        reasons.push(`no eligible candidate for shard ${shard}: ${roles}`);
      } else reasons.push(`no primary of shard ${shard} (${roles})`);
    }
    const tail = Math.max(0, ...nodes.map((node) => node.committedPosition));
    for (const node of nodes) {
      if (node === leader || node.appliedPosition + LAG_ENTRIES >= tail) continue;
      reasons.push(
        `replica behind: ${node.node} (${node.role}) has applied ${node.appliedPosition} of ${tail} entries of shard ${shard}`,
      );
    }
    return reasons;
  }

  finish(nowUs: number): CheckResult {
    const shards = new Set([...this.databases.values()].map((node) => node.shard));
    const reasons: string[] = [];
    for (const shard of shards) {
      const found = this.explain(nowUs, shard);
      reasons.push(...found);
      const isServing = this.freshWrites.has(shard) && this.freshReads.has(shard);
      if (!isServing && found.length === 0) {
        const kind = this.freshWrites.has(shard) ? "read" : "write";
        reasons.push(`no fresh ${kind} of shard ${shard} was answered after the faults`);
      }
    }
    const base = { name: "liveness", examined: this.fresh, unit: "operations after the faults" };
    const [first] = reasons;
    if (first !== undefined) {
      const since =
        this.healedUs === Infinity ? "" : ` (faults ended at ${sayTime(this.healedUs)})`;
      return {
        ...base,
        verdict: "stuck",
        sentence: `stuck: ${first}${since}`,
        atUs: nowUs,
        details: reasons,
      };
    }
    if (this.fresh === 0) {
      return {
        ...base,
        verdict: "nothing examined",
        sentence: "the faults never ended, or nothing was offered after them",
      };
    }
    return {
      ...base,
      verdict: "ok",
      sentence:
        "after the faults every shard answered fresh reads and writes, and its nodes reached the tail",
    };
  }

  private explainLog(shard: number): string[] {
    const replicas = [...this.logs.values()].filter((log) => log.shard === shard);
    if (replicas.length === 0) return [];
    const ready = replicas.filter(
      (log) => log.role !== "down" && log.role !== "blank" && log.role !== "repairing",
    );
    const roles = replicas.map((log) => `${log.node} ${log.role}`).join(", ");
    if (ready.length * 2 <= LOG_NODES) return [`no append quorum for shard ${shard}: ${roles}`];
    if (!ready.some((log) => log.role === "leader"))
      return [`no log leader for shard ${shard}: ${roles}`];
    return [];
  }
}
