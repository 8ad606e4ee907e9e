/**
 * Random schedules of faults over the nodes of one shard, with clocks at the bound of the rate error. The log is perfect
 * here; what is tried is everything above it.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeFailoverAsk } from "../control/messages.ts";
import { TestShard, type TestClient, type TestNode } from "./testShard.ts";

const ids = ["db-0-a", "db-0-b", "db-0-c"] as const;
const id = fc.constantFrom(...ids);
const ms = fc.constantFrom(1, 3, 40, 300, 1100, 2300, 4000);

type Action =
  | {
      readonly kind: "crash" | "restart" | "pause" | "resume" | "cut" | "heal";
      readonly id: string;
    }
  | { readonly kind: "handover"; readonly id: string }
  | { readonly kind: "hold" | "release" | "lose" | "answer" | "drop" }
  | { readonly kind: "write" };

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("crash", "restart", "pause", "resume", "cut", "heal", "handover"),
    id,
  }),
  fc.record({ kind: fc.constantFrom("hold", "release", "lose", "answer", "drop") }),
  fc.record({ kind: fc.constant("write" as const) }),
);

/** A shard with writers whose acknowledged keys are remembered. */
class Chaos {
  readonly shard = new TestShard();
  readonly acknowledged = new Set<string>();
  /** Most nodes that ever held a valid lease at one instant. */
  mostServing = 0;
  private readonly open: { client: TestClient; key: string }[] = [];
  private writes = 0;

  constructor(rates: readonly number[]) {
    for (const [index, node] of ids.entries()) {
      const made = this.shard.startNode(node);
      made.rate = rates[index] ?? 1;
    }
  }

  act(one: Action): void {
    const { shard } = this;
    switch (one.kind) {
      case "crash":
        return shard.crash(one.id);
      case "restart":
        if (!shard.at(one.id).isUp) shard.startNode(one.id);
        return;
      case "pause":
        return shard.pause(one.id);
      case "resume":
        return shard.resume(one.id);
      case "cut":
      case "heal":
        shard.at(one.id).isCutFromLog = one.kind === "cut";
        return;
      case "handover":
        for (const target of shard.nodes.keys())
          shard.message(target, encodeFailoverAsk(0, one.id));
        return;
      case "hold":
        shard.perfectLog.holdsAppends = true;
        return;
      case "release":
        return shard.perfectLog.releaseAppends();
      case "drop":
        return shard.perfectLog.dropHeldAppends();
      case "lose":
      case "answer":
        shard.perfectLog.losesReplies = one.kind === "lose";
        return;
      case "write":
        return this.write();
    }
  }

  private write(): void {
    for (const node of this.shard.nodes.values()) {
      if (!node.isUp) continue;
      this.writes += 1;
      const key = `k${this.writes}`;
      const client = this.shard.connect(node.id).send("SET", key, key).send("GET", key);
      this.open.push({ client, key });
    }
  }

  /** Runs and looks every few milliseconds. */
  run(forMs: number): void {
    for (let passed = 0; passed < forMs; passed += 5) {
      this.shard.run(Math.min(5, forMs - passed));
      const serving = [...this.shard.nodes.values()].filter((one) => this.serves(one));
      this.mostServing = Math.max(this.mostServing, serving.length);
    }
    for (const { client, key } of this.open) {
      if (client.received.startsWith("+OK\r\n")) this.acknowledged.add(key);
    }
  }

  private serves(one: TestNode): boolean {
    const localUs = one.baseUs + (this.shard.nowUs - one.sinceUs) * one.rate;
    return one.isUp && one.node.role === "primary" && localUs < one.node.lease.endUs;
  }

  heal(): void {
    this.shard.perfectLog.losesReplies = false;
    this.shard.perfectLog.releaseAppends();
    for (const node of ids) {
      if (!this.shard.at(node).isUp) this.shard.startNode(node);
      this.shard.at(node).isCutFromLog = false;
      this.shard.resume(node);
    }
    this.run(7000);
  }
}

describe("a shard under random faults", () => {
  it("never has two leases, loses nothing acknowledged, agrees on its state, and recovers when faults end", () => {
    let acknowledged = 0;
    let epochs = 0;
    const rate = fc.constantFrom(0.9, 1, 1.1);
    fc.assert(
      fc.property(
        fc.tuple(rate, rate, rate),
        fc.array(fc.tuple(action, ms), { minLength: 5, maxLength: 25 }),
        (rates, steps) => {
          const chaos = new Chaos(rates);
          chaos.run(3500);
          for (const [one, forMs] of steps) {
            chaos.act(one);
            chaos.run(forMs);
          }
          chaos.heal();
          expect(chaos.mostServing).toBe(1);
          const { shard } = chaos;
          const primary = shard.primary;
          expect(primary).toBeDefined();
          for (const key of chaos.acknowledged) {
            expect(primary!.node.databases.get(0).get(key)).toBe(key);
          }
          shard.run(5);
          for (const replica of shard.replicas()) {
            expect(replica.node.appliedPosition).toBe(shard.log.length);
            expect(replica.node.databases.size).toBe(primary!.node.databases.size);
          }
          acknowledged += chaos.acknowledged.size;
          epochs += primary!.node.epoch;
        },
      ),
      { seed: 1, numRuns: 60 },
    );
    // It was not idle: several leaders a run on average, and writes that counted.
    expect(epochs).toBeGreaterThan(120);
    expect(acknowledged).toBeGreaterThan(60);
  }, 60_000);
});
