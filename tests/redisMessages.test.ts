/**
 * What several clients hear of each other on a real redis-server and on the engine's executor: channels, patterns, shard
 * channels, keyspace notifications, MONITOR. After each request every client asks for something whose answer is known, so
 * that what it was sent before is complete; all bytes must be the same, in the same order.
 */
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { latin1Of } from "../engine/bytes/latin1.ts";
import { findCommand } from "../engine/commands/table.ts";
import { TestExecutor } from "../engine/commands/testExecutor.ts";
import { RealServer, type RealConnection } from "../fuzz/realServer.ts";

/** More runs and other seeds: REDIS_RUNS=5000 REDIS_SEED=7 npm run test:redis. */
const RUNS = Number(process.env["REDIS_RUNS"] ?? 150);
const SEED = Number(process.env["REDIS_SEED"] ?? 0);

let server: RealServer;

beforeAll(async () => {
  server = await RealServer.start();
});

afterAll(() => {
  server?.stop();
});

interface Step {
  readonly client: number;
  readonly argv: readonly string[];
}

/** Three clients of the engine and what each was sent and has not looked at. */
class Ours {
  private readonly node = new TestExecutor();
  private readonly sent = new Map<number, string>();

  constructor() {
    this.node.unixMs = Date.now();
  }

  ask({ client, argv }: Step): void {
    this.node.unixMs = Date.now();
    const execution = this.node.execute(argv, client);
    this.add(client, execution.reply);
    for (const { session, bytes } of execution.pushes) this.add(session.clientId, bytes);
  }

  isInTransaction(client: number): boolean {
    return this.node.session(client).isInTransaction;
  }

  /** What a client was sent up to the first `last`, which is left out. */
  until(client: number, last: string): string {
    const sent = this.sent.get(client) ?? "";
    const at = sent.indexOf(last);
    if (at < 0) throw new Error(`client ${client} was not sent ${last}: ${sent}`);
    this.sent.set(client, sent.slice(at + last.length));
    return sent.slice(0, at);
  }

  private add(client: number, bytes: Uint8Array): void {
    this.sent.set(client, (this.sent.get(client) ?? "") + latin1Of(bytes));
  }
}

const clients = [1, 2, 3];

function encode(argv: readonly string[]): string {
  return `*${argv.length}\r\n${argv.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
}

/** Times, and addresses and numbers of clients, are each server's own. */
function normalised(bytes: string): string {
  return bytes
    .replaceAll(/\+\d+\.\d{6} \[0 [^\]]*\]/g, "+time [0 client]")
    .replaceAll(/:\d+\r\n(?=\$4\r\nmode)/g, ":id\r\n");
}

async function compare(steps: readonly Step[]): Promise<void> {
  const ours = new Ours();
  const real = new Map<number, RealConnection>(clients.map((client) => [client, server.connect()]));
  let marks = 0;
  /** What a client was sent before the answer to a last request. */
  const heard = async (client: number): Promise<[string, string]> => {
    marks += 1;
    // Between MULTI and EXEC a PING would be queued.
    const isQueueing = ours.isInTransaction(client);
    const argv = isQueueing ? ["WATCH", "{c}k"] : ["PING", `mark${marks}`];
    const last = isQueueing ? "-ERR WATCH inside MULTI is not allowed\r\n" : `mark${marks}\r\n`;
    real.get(client)?.send(encode(argv));
    const theirs = (await real.get(client)?.until(last)) ?? "";
    ours.ask({ client, argv });
    return [normalised(ours.until(client, last)), normalised(theirs)];
  };
  try {
    for (const argv of [["FLUSHALL"], ["CONFIG", "SET", "notify-keyspace-events", "KEAmn"]]) {
      real.get(1)?.send(encode(argv));
      ours.ask({ client: 1, argv });
      await heard(1);
    }
    for (const step of steps) {
      real.get(step.client)?.send(encode(step.argv));
      ours.ask(step);
      for (const client of [step.client, ...clients.filter((other) => other !== step.client)]) {
        const [mine, theirs] = await heard(client);
        expect([step, client, mine]).toEqual([step, client, theirs]);
      }
    }
  } finally {
    for (const connection of real.values()) connection.end();
  }
}

/**
 * Redis goes through patterns, and through what a client listens to, in the order of a hash table: no two patterns here match
 * one channel, and nobody leaves more than one channel at once.
 */
const channel = fc.constantFrom("{c}a", "{c}b", "__keyevent@0__:set", "__keyevent@0__:del");
const pattern = fc.constantFrom("{c}*", "__keyspace*", "__keyevent@0__:[^sd]*");
const key = fc.constantFrom("{c}k", "{c}l");
const to = (name: string, ...words: fc.Arbitrary<string>[]): fc.Arbitrary<string[]> =>
  fc.tuple(...words).map((all) => [name, ...all]);

const request: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 6, arbitrary: to("SUBSCRIBE", channel) },
  { weight: 2, arbitrary: to("SUBSCRIBE", channel, channel) },
  { weight: 4, arbitrary: to("UNSUBSCRIBE", channel) },
  { weight: 4, arbitrary: to("PSUBSCRIBE", pattern) },
  { weight: 2, arbitrary: to("PUNSUBSCRIBE", pattern) },
  {
    weight: 3,
    arbitrary: to(
      "SSUBSCRIBE",
      channel.filter((name) => name.startsWith("{c}")),
    ),
  },
  {
    weight: 2,
    arbitrary: to(
      "SUNSUBSCRIBE",
      channel.filter((name) => name.startsWith("{c}")),
    ),
  },
  { weight: 8, arbitrary: to("PUBLISH", channel, fc.constantFrom("m", "", "a\r\nb\xff")) },
  {
    weight: 4,
    arbitrary: to(
      "SPUBLISH",
      channel.filter((name) => name.startsWith("{c}")),
      key,
    ),
  },
  {
    weight: 4,
    arbitrary: to("PUBSUB", fc.constantFrom("NUMSUB", "SHARDNUMSUB"), channel, channel),
  },
  { weight: 1, arbitrary: fc.constantFrom(["PUBSUB", "NUMPAT"], ["PUBSUB", "CHANNELS", "{c}a"]) },
  { weight: 6, arbitrary: fc.constantFrom(["MULTI"], ["EXEC"], ["EXEC"], ["DISCARD"]) },
  { weight: 2, arbitrary: fc.constantFrom(["HELLO", "3"], ["HELLO", "2"], ["RESET"], ["MONITOR"]) },
  { weight: 1, arbitrary: fc.constantFrom(["NOSUCH"], ["GET"], ["EXEC", "x"], ["SUBSCRIBE"]) },
  { weight: 2, arbitrary: fc.constantFrom(["ECHO", "hi"], ["CLIENT", "GETNAME"], ["SELECT", "0"]) },
  { weight: 6, arbitrary: to("SET", key, fc.constantFrom("1", "2")) },
  { weight: 4, arbitrary: to("GET", key) },
  {
    weight: 6,
    arbitrary: fc
      .constantFrom("DEL", "INCR", "PERSIST", "GETDEL", "EXISTS", "TTL", "STRLEN", "DECR")
      .chain((name) => to(name, key)),
  },
  { weight: 2, arbitrary: to("EXPIRE", key, fc.constantFrom("1000", "-1")) },
  { weight: 2, arbitrary: to("GETEX", key, fc.constantFrom("PERSIST", "EX")) },
  {
    weight: 2,
    arbitrary: fc.constantFrom("RENAME", "COPY", "RENAMENX").chain((name) => to(name, key, key)),
  },
  { weight: 2, arbitrary: to("SET", key, key, fc.constantFrom("NX", "XX", "GET", "KEEPTTL")) },
  { weight: 1, arbitrary: to("SETEX", key, fc.constant("100"), key) },
);

const list = fc.constantFrom("{c}l1", "{c}l2");
const element = fc.constantFrom("a", "b");
const place = fc.constantFrom("0", "-1", "1");
const listRequest = fc.oneof(
  fc.constantFrom("RPUSH", "LPUSH", "LPUSHX").chain((name) => to(name, list, element, element)),
  fc.constantFrom("LPOP", "RPOP").chain((name) => to(name, list)),
  fc.constantFrom("LPOP", "RPOP").chain((name) => to(name, list, fc.constantFrom("0", "1", "9"))),
  to("RPOPLPUSH", list, list),
  to("LMOVE", list, list, fc.constantFrom("LEFT", "RIGHT"), fc.constantFrom("LEFT", "RIGHT")),
  to("LTRIM", list, place, place),
  to("LSET", list, place, element),
  to("LREM", list, place, element),
  to("LINSERT", list, fc.constantFrom("BEFORE", "AFTER"), element, element),
  to(
    "LMPOP",
    fc.constant("2"),
    list,
    list,
    fc.constant("LEFT"),
    fc.constant("COUNT"),
    fc.constant("2"),
  ),
  to("LRANGE", list, place, place),
  to("BLPOP", list, fc.constant("{c}l1"), fc.constant("1")).map((argv) => [
    "RPUSH",
    "{c}l1",
    ...argv.slice(1, 2),
  ]),
);
const hash = fc.constantFrom("{c}h1", "{c}h2");
const hashRequest = fc.oneof(
  to("HSET", hash, element, element),
  to("HDEL", hash, element, element),
  to("HSETNX", hash, element, element),
  to("HINCRBY", hash, fc.constant("n"), fc.constant("2")),
  to("HINCRBYFLOAT", hash, fc.constant("n"), fc.constant("0.5")),
  to("HMSET", hash, element, element),
  fc.constantFrom("HGETALL", "HLEN", "HRANDFIELD").chain((name) =>
    to(
      name,
      hash.map(() => "{c}none"),
    ),
  ),
);
const setKey = fc.constantFrom("{c}s1", "{c}s2", "{c}s3");
/** Integers come in their order on both sides. */
const member = fc.constantFrom("1", "2");
const setRequest = fc.oneof(
  to("SADD", setKey, member, member),
  to("SREM", setKey, member, member),
  to("SMOVE", setKey, setKey, member),
  fc
    .constantFrom("SINTERSTORE", "SUNIONSTORE", "SDIFFSTORE")
    .chain((name) => to(name, setKey, setKey, setKey)),
  fc
    .constantFrom("SINTER", "SUNION", "SDIFF")
    .chain((name) => to(name, setKey, fc.constant("{c}none"))),
  to("SPOP", setKey, fc.constantFrom("0", "9")),
  to("SORT", list, fc.constant("ALPHA"), fc.constant("STORE"), list),
);
const sortedSet = fc.constantFrom("{c}z1", "{c}z2");
const zsetRequest = fc.oneof(
  to("ZADD", sortedSet, place, element),
  to("ZADD", sortedSet, fc.constant("INCR"), place, element),
  to("ZINCRBY", sortedSet, place, element),
  to("ZREM", sortedSet, element, element),
  fc
    .constantFrom("ZREMRANGEBYRANK", "ZREMRANGEBYSCORE")
    .chain((name) => to(name, sortedSet, place, place)),
  fc.constantFrom("ZPOPMIN", "ZPOPMAX").chain((name) => to(name, sortedSet)),
  fc
    .constantFrom("ZUNIONSTORE", "ZINTERSTORE", "ZDIFFSTORE")
    .chain((name) => to(name, sortedSet, fc.constant("2"), sortedSet, sortedSet)),
  to("ZRANGESTORE", sortedSet, sortedSet, place, place),
  to("ZMPOP", fc.constant("1"), sortedSet, fc.constant("MIN")),
);
const stringRequest = fc.oneof(
  to("SETBIT", key, place, fc.constantFrom("0", "1")),
  to("BITOP", fc.constant("NOT"), key, key),
  to("BITFIELD", key, fc.constant("INCRBY"), fc.constant("u8"), fc.constant("0"), fc.constant("1")),
  to("BITFIELD", key, fc.constant("GET"), fc.constant("u8"), fc.constant("0")),
  to("PFADD", fc.constant("{c}p1"), element),
  to("PFMERGE", fc.constantFrom("{c}p1", "{c}p2"), fc.constantFrom("{c}p1", "{c}p2")),
  to("APPEND", key, element),
  to("SETRANGE", key, fc.constant("2"), element),
  to("INCRBYFLOAT", key, fc.constant("0.5")),
  to("MSET", key, element, key, element),
  to("MSETNX", key, element, key, element),
  to("GETSET", key, element),
);
const streamKey = fc.constantFrom("{c}x1", "{c}x2");
const streamRequest = fc.oneof(
  to("XADD", streamKey, fc.constantFrom("1-*", "2-*"), element, element),
  to(
    "XADD",
    streamKey,
    fc.constant("MAXLEN"),
    fc.constant("1"),
    fc.constant("5-*"),
    element,
    element,
  ),
  to("XTRIM", streamKey, fc.constant("MAXLEN"), fc.constantFrom("0", "1")),
  to("XDEL", streamKey, fc.constantFrom("1-0", "1-1", "2-0")),
  to(
    "XGROUP",
    fc.constant("CREATE"),
    streamKey,
    element,
    fc.constant("0"),
    fc.constant("MKSTREAM"),
  ),
  fc
    .constantFrom("CREATECONSUMER", "DELCONSUMER")
    .chain((name) => to("XGROUP", fc.constant(name), streamKey, element, element)),
  to("XGROUP", fc.constant("DESTROY"), streamKey, element),
  to("XGROUP", fc.constant("SETID"), streamKey, element, fc.constant("0")),
  to(
    "XREADGROUP",
    fc.constant("GROUP"),
    element,
    element,
    fc.constant("STREAMS"),
    streamKey,
    fc.constantFrom("0", ">"),
  ),
  to("XACK", streamKey, element, fc.constant("1-0")),
  to("XSETID", streamKey, fc.constant("9-9")),
  to("XCLAIM", streamKey, element, element, fc.constant("0"), fc.constant("1-0")),
  to("XAUTOCLAIM", streamKey, element, element, fc.constant("0"), fc.constant("0")),
);
/** Redis 7.0 tells who listens in the middle of these replies, of which the same client then can make nothing; here behind them. */
const TOLD_IN_THE_MIDDLE: ReadonlySet<string | undefined> = new Set([
  "ZPOPMIN",
  "ZPOPMAX",
  "ZMPOP",
]);

const keyRequest = fc
  .oneof(listRequest, hashRequest, setRequest, zsetRequest, stringRequest, streamRequest)
  .filter((argv) => findCommand(argv) !== undefined && !TOLD_IN_THE_MIDDLE.has(argv[0]));

/** One client follows all events while the others change keys of every type. */
const keyStories = fc
  .array(keyRequest, { minLength: 1, maxLength: 40, size: "max" })
  .map((all) => [
    { client: 1, argv: ["HELLO", "3"] },
    { client: 1, argv: ["PSUBSCRIBE", "__keyevent*"] },
    ...all.map((argv, index) => ({ client: 1 + (index % 2), argv })),
  ]);

const steps = fc.array(fc.record({ client: fc.constantFrom(...clients), argv: request }), {
  minLength: 1,
  maxLength: 60,
  size: "max",
});

/** Requests of one client, the last of which shows that everything came. */
const stories: readonly (readonly string[])[] = [
  ["CLIENT REPLY OFF", "SUBSCRIBE a", "PUBLISH a m", "GET k", "UNSUBSCRIBE a", "CLIENT REPLY ON"],
  [
    "HELLO 3",
    "CLIENT REPLY OFF",
    "SUBSCRIBE a",
    "PUBLISH a m",
    "GET k",
    "NOSUCH",
    "CLIENT REPLY ON",
  ],
  ["HELLO 3", "SUBSCRIBE a", "CLIENT REPLY SKIP", "PUBLISH a m", "PUBLISH a n"],
  ["CLIENT REPLY SKIP", "SUBSCRIBE a", "UNSUBSCRIBE", "UNSUBSCRIBE"],
  ["CLIENT REPLY SKIP", "CLIENT REPLY SKIP", "GET k", "GET l"],
  [
    "CLIENT REPLY SKIP",
    "CLIENT REPLY OFF",
    "GET k",
    "CLIENT REPLY SKIP",
    "GET k",
    "CLIENT REPLY ON",
  ],
  ["CLIENT REPLY SKIP", "CLIENT REPLY ON", "GET k"],
  ["CLIENT REPLY SKIP", "RESET", "GET k"],
  ["CLIENT REPLY OFF", "RESET", "GET k"],
  ["CLIENT REPLY SKIP", "NOSUCH", "GET k"],
  ["CLIENT REPLY SKIP", "MULTI", "GET k", "CLIENT REPLY SKIP", "EXEC", "GET k", "GET l"],
  ["MULTI", "GET k", "CLIENT REPLY OFF", "GET k", "EXEC", "GET k", "CLIENT REPLY ON"],
  ["CLIENT REPLY OFF", "MULTI", "GET k", "CLIENT REPLY ON", "GET k", "EXEC"],
  [
    "HELLO 3",
    "SUBSCRIBE a",
    "CLIENT REPLY OFF",
    "MULTI",
    "PUBLISH a m",
    "CLIENT REPLY ON",
    "PUBLISH a n",
    "EXEC",
  ],
  [
    "HELLO 3",
    "SUBSCRIBE a",
    "MULTI",
    "PUBLISH a m",
    "CLIENT REPLY OFF",
    "PUBLISH a n",
    "EXEC",
    "CLIENT REPLY ON",
  ],
  ["HELLO 3", "SUBSCRIBE a", "MULTI", "CLIENT REPLY SKIP", "PUBLISH a n", "EXEC", "PUBLISH a m"],
  ["MONITOR", "CLIENT REPLY OFF", "ECHO a", "CLIENT REPLY ON", "ECHO b"],
  ["MONITOR", "CLIENT REPLY SKIP", "ECHO a", "ECHO b"],
  ["MONITOR", "HELLO 3 AUTH default x SETNAME a", "AUTH a b", "AUTH c"],
  [
    "MONITOR",
    "CLIENT GETNAME",
    "CLIENT LIST ID 0",
    "CONFIG GET maxmemory",
    "PUBSUB NUMPAT",
    "HELLO",
    "SELECT 0",
  ],
  ["SUBSCRIBE a", "HELLO 3", "GET k", "HELLO 2", "GET k", "RESET", "GET k"],
  ["MULTI", "SUBSCRIBE a", "PING", "PING x", "PUBLISH a m", "UNSUBSCRIBE", "PING", "EXEC", "GET k"],
  ["MULTI", "SUBSCRIBE a", "EXEC", "MULTI", "EXEC", "DISCARD", "WATCH k", "UNSUBSCRIBE a", "EXEC"],
];

describe("what clients of a real redis-server 7.0 hear of each other", () => {
  for (const story of stories) {
    it(`is what they hear here: ${story.join(", ")}`, async () => {
      const connection = server.connect();
      const ours = new Ours();
      try {
        for (const line of [...story, "RESET", "ECHO end"]) {
          connection.send(encode(line.split(" ")));
          ours.ask({ client: 1, argv: line.split(" ") });
        }
        const theirs = await connection.until("$3\r\nend\r\n");
        expect(normalised(ours.until(1, "$3\r\nend\r\n"))).toBe(normalised(theirs));
      } finally {
        connection.end();
      }
    });
  }
  it("is what they hear here", async () => {
    expect.hasAssertions();
    await fc.assert(fc.asyncProperty(steps, compare), { seed: SEED + 1, numRuns: RUNS });
  });

  it("is what they hear here of keys of every type", async () => {
    expect.hasAssertions();
    await fc.assert(fc.asyncProperty(keyStories, compare), { seed: SEED + 2, numRuns: RUNS });
  });
});
