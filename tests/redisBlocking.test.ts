/**
 * Clients that wait for keys, on a real redis-server and on a shard behind its door: who is served with what, in which order,
 * and who goes on waiting. Nobody's time runs out. After each request everything that any client was sent must be the same.
 */
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestShard, type TestClient } from "../engine/failover/testShard.ts";
import { RealServer, type RealConnection } from "../fuzz/realServer.ts";

/** More runs and other seeds: REDIS_RUNS=5000 REDIS_SEED=7 npm run test:redis. */
const RUNS = Number(process.env["REDIS_RUNS"] ?? 150);
const SEED = Number(process.env["REDIS_SEED"] ?? 0);
const CLIENTS = 5;
/** How long a real server may take to send what ours has sent. */
const PATIENCE_MS = 60_000;

let server: RealServer;

beforeAll(async () => {
  server = await RealServer.start();
});

afterAll(() => {
  server?.stop();
});

interface Step {
  readonly client: number;
  /** One request, or a transaction. */
  readonly requests: readonly (readonly string[])[];
}

const key = fc.constantFrom("{k}a", "{k}b", "{k}c");
const end = fc.constantFrom("LEFT", "RIGHT");
const element = fc.constantFrom("1", "2", "3", "4");
const keys = fc.array(key, { minLength: 1, maxLength: 3 });

/** Requests that may wait; in a transaction they do not. */
const waiting: fc.Arbitrary<readonly string[]> = fc.oneof(
  fc.tuple(fc.constantFrom("BLPOP", "BRPOP"), keys).map(([name, names]) => [name, ...names, "0"]),
  fc.tuple(key, key, end, end).map((words) => ["BLMOVE", ...words, "0"]),
  fc.tuple(key, key).map((words) => ["BRPOPLPUSH", ...words, "0"]),
  fc
    .tuple(keys, end, fc.constantFrom("1", "2", "5"))
    .map(([names, side, count]) => [
      "BLMPOP",
      "0",
      String(names.length),
      ...names,
      side,
      "COUNT",
      count,
    ]),
  fc
    .tuple(fc.constantFrom("BZPOPMIN", "BZPOPMAX"), keys)
    .map(([name, names]) => [name, ...names, "0"]),
  fc
    .tuple(keys, fc.constantFrom("MIN", "MAX"))
    .map(([names, side]) => ["BZMPOP", "0", String(names.length), ...names, side]),
  fc
    .array(key, { minLength: 1, maxLength: 2 })
    .map((names) => ["XREAD", "BLOCK", "0", "STREAMS", ...names, ...names.map(() => "$")]),
  fc
    .tuple(key, fc.constantFrom("x", "y"))
    .map(([name, consumer]) => [
      "XREADGROUP",
      "GROUP",
      "g",
      consumer,
      "BLOCK",
      "0",
      "STREAMS",
      name,
      ">",
    ]),
);

const changing: fc.Arbitrary<readonly string[]> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.constantFrom("RPUSH", "LPUSH"),
        key,
        fc.array(element, { minLength: 1, maxLength: 3 }),
      )
      .map(([name, at, elements]) => [name, at, ...elements]),
  },
  fc.tuple(fc.constantFrom("LPOP", "RPOP", "DEL", "LLEN"), key),
  fc.tuple(fc.constantFrom("RENAME", "COPY", "RPOPLPUSH"), key, key),
  fc.tuple(key, key, end, end).map((words) => ["LMOVE", ...words]),
  fc.tuple(fc.constantFrom("SET", "SETNX", "SADD"), key, element),
  fc.tuple(key, element, element).map(([name, score, member]) => ["ZADD", name, score, member]),
  fc.tuple(key, key).map(([to, from]) => ["ZUNIONSTORE", to, "1", from]),
  fc
    .tuple(key, fc.constantFrom("1", "2", "3"))
    .map(([name, id]) => ["XADD", name, `${id}-*`, "f", "v"]),
  key.map((name) => ["XGROUP", "CREATE", name, "g", "$", "MKSTREAM"]),
  key.map((name) => ["XGROUP", "DESTROY", name, "g"]),
  fc
    .tuple(key, fc.constantFrom("0", "1-1"))
    .map(([name, id]) => ["XGROUP", "SETID", name, "g", id]),
  fc.tuple(key, fc.constantFrom("5-1", "9-9")).map(([name, id]) => ["XSETID", name, id]),
  fc.tuple(fc.constant("PEXPIREAT"), key, fc.constant("1")),
  fc.tuple(fc.constant("LRANGE"), key, fc.constant("0"), fc.constant("-1")),
  fc.tuple(fc.constant("SORT"), key, fc.constant("ALPHA"), fc.constant("STORE"), key),
  fc.constant(["FLUSHALL"]),
);

const transaction: fc.Arbitrary<readonly (readonly string[])[]> = fc
  .array(fc.oneof({ weight: 3, arbitrary: changing }, waiting), { minLength: 1, maxLength: 4 })
  .map((requests) => [["MULTI"], ...requests, ["EXEC"]]);

const unblock: fc.Arbitrary<readonly string[]> = fc
  .tuple(fc.nat(CLIENTS - 1), fc.constantFrom("TIMEOUT", "ERROR"))
  .map(([client, reason]) => ["CLIENT", "UNBLOCK", `@${client}`, reason]);

const step: fc.Arbitrary<Step> = fc.record({
  client: fc.nat(CLIENTS - 1),
  requests: fc.oneof(
    { weight: 5, arbitrary: fc.tuple(waiting) },
    { weight: 5, arbitrary: fc.tuple(changing) },
    { weight: 2, arbitrary: transaction },
    // A client sends more behind what waits.
    { weight: 1, arbitrary: fc.tuple(waiting, changing) },
    { weight: 1, arbitrary: fc.tuple(unblock) },
  ),
});

function encode(argv: readonly string[]): string {
  return `*${argv.length}\r\n${argv.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
}

/** A client on both sides. */
interface Pair {
  readonly real: RealConnection;
  readonly realId: string;
  readonly ours: TestClient;
  /** All that was sent to ours. */
  sent: string;
}

class Lab {
  readonly pairs: Pair[] = [];
  private readonly probe: RealConnection = server.connect();
  private readonly shard: TestShard = new TestShard({ nodes: 1 }).start();
  private readonly node: string = this.shard.elect().id;

  async open(version: 2 | 3): Promise<void> {
    for (let index = 0; index < CLIENTS; index++) {
      const real = server.connect();
      real.send(encode(["CLIENT", "ID"]));
      const realId = (await real.reply()).slice(1, -2);
      real.send(encode(["HELLO", String(version)]));
      await real.reply();
      const ours = this.shard.connect(this.node).send("HELLO", String(version));
      this.shard.run(2);
      ours.take();
      this.pairs.push({ real, realId, ours, sent: "" });
    }
    const [first] = this.pairs;
    first?.real.send(encode(["FLUSHALL"]));
    await first?.real.reply();
  }

  /** Takes one step on both sides; answers what differs, "" if nothing does. */
  async take({ client, requests }: Step): Promise<string> {
    const pair = this.pairs[client];
    if (pair === undefined) return "";
    const named = (argv: readonly string[], idOf: (one: Pair) => string): string[] =>
      argv.map((word) => {
        const other = word.startsWith("@") ? this.pairs[Number(word.slice(1))] : undefined;
        return other === undefined ? word : idOf(other);
      });
    for (const argv of requests) {
      pair.ours.send(...named(argv, ({ ours }) => String(ours.id)));
      this.shard.run(2);
      pair.real.send(encode(named(argv, ({ realId }) => realId)));
      await this.settle();
      for (const one of this.pairs) one.sent += one.ours.take();
      for (const [index, { real, sent }] of this.pairs.entries()) {
        const got = await real.receivedWithin(sent.length, PATIENCE_MS);
        if (got !== sent) return `client ${index} was sent ${got}, and here ${sent}`;
      }
    }
    for (const one of this.pairs) {
      one.sent = "";
      one.real.take();
    }
    return "";
  }

  /** The real server has read whatever was sent: else it might read it only after something that is sent later. */
  private async settle(): Promise<void> {
    this.probe.send(encode(["PING"]));
    await this.probe.reply();
  }

  close(): void {
    this.probe.end();
    for (const { real } of this.pairs) real.end();
  }
}

describe("clients that wait on a real redis-server 7.0", () => {
  for (const version of [2, 3] as const) {
    it(`are served as ours are, in RESP${version}`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 1, maxLength: 40, size: "max" }),
          async (steps) => {
            const lab = new Lab();
            await lab.open(version);
            try {
              for (const one of steps) {
                const wrong = await lab.take(one);
                expect(wrong === "" ? "" : [one, wrong]).toBe("");
              }
            } finally {
              lab.close();
            }
          },
        ),
        { seed: SEED + version, numRuns: RUNS },
      );
    });
  }
});
