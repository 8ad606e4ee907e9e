/**
 * Random requests to a real redis-server and to the engine's executor: the bytes of every reply must be the same.
 *
 * The requests are drawn from the command table's own notation, over few keys with one hash tag, with values that lie at
 * edges. Meant differences, each with its reason, are in `isMeantDifference` and
 * `normalised`. Over 500 lines: half of it is the grammar's words as data.
 */
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { latin1Bytes, latin1Of } from "../engine/bytes/latin1.ts";
import { Executor } from "../engine/commands/execute.ts";
import type { ServerFacts } from "../engine/commands/serverFacts.ts";
import { Session } from "../engine/commands/session.ts";
import { parseSyntax, type SyntaxArgument } from "../engine/commands/syntax.ts";
import type { CommandSpec } from "../engine/commands/spec.ts";
import { commandTable, findCommand } from "../engine/commands/table.ts";
import { told } from "../engine/commands/testExecutor.ts";
import { Databases } from "../engine/keyspace/databases.ts";
import type { Keyspace } from "../engine/keyspace/keyspace.ts";
import { applyRecord } from "../engine/replication/apply.ts";
import {
  bitmapStories,
  bytesValuesByName,
  hyperLogLogStories,
  isSmall,
  withoutTableOrder,
} from "./bytesRequests.ts";
import {
  hashStories,
  hashValuesByName,
  inAnyOrder,
  popsAll,
  setStories,
  sortStories,
} from "./hashSetRequests.ts";
import { RealServer, type RealConnection } from "./redisServer.ts";
import { isComparable, streamValuesByName, withoutTimes } from "./streamRequests.ts";
import { geoStories, withoutDraws, zsetStories, zsetValuesByName } from "./zsetRequests.ts";

const self = { nodeId: "db-0-a", host: "", port: 0, zone: "a" };

const facts: ServerFacts = {
  isClusterMode: true,
  databaseCount: 1,

  self,
  incarnation: 1,
  startedUnixUs: 0,
  role: "primary",
  epoch: 1,
  isCaughtUp: true,
  appliedPosition: 0,
  committedPosition: 0,
  guaranteedOtherZones: 0,
  primary: self,
  replicas: [],
  slotRanges: [{ firstSlot: 0, lastSlot: 16383, shard: 0, epoch: 1, primary: self, replicas: [] }],
  sessions: [],
  parkedBytesOf: () => 0,
  hasCommitted: () => true,
  isPaused: false,
  pause: () => {},
  unblock: () => false,
  rewriteConfiguration: () => {},
  shutdown: () => {},
  abortShutdown: () => false,
  handOver: () => {},
  askForHandover: () => false,
  closeSession: () => undefined,
};

/** The engine without a log: executes at the wall clock, and applies each record to a second keyspace. */
class Ours {
  readonly databases: Databases = new Databases();
  readonly replica: Databases = new Databases();
  private readonly executor = new Executor(this.databases, facts, () => 0.5);
  private readonly sessions = new Map<number, Session>();

  session(id: number): Session {
    const present = this.sessions.get(id);
    if (present !== undefined) return present;
    const made = new Session(id, "127.0.0.1:1", Date.now() * 1000);
    this.sessions.set(id, made);
    return made;
  }

  /** Feeds bytes and returns everything that is answered. */
  feed(id: number, bytes: string): { reply: string; isClosed: boolean } {
    const session = this.session(id);
    session.decoder.push(latin1Bytes(bytes));
    let reply = "";
    for (;;) {
      const argv = session.decoder.next();
      if (argv === undefined) break;
      const spec = findCommand(argv);
      const result = this.executor.execute(session, argv, spec, Date.now() * 1000, true);
      reply += latin1Of(result.reply);
      if (result.record !== undefined) applyRecord(this.replica, result.record);
      if (result.close) return { reply, isClosed: true };
    }
    if (session.decoder.failure === undefined) return { reply, isClosed: false };
    return { reply: reply + latin1Of(this.executor.protocolError(session).reply), isClosed: true };
  }
}

/** More runs and other seeds: REDIS_RUNS=5000 REDIS_SEED=7 npm run test:redis. */
const RUNS = Number(process.env["REDIS_RUNS"] ?? 400);
const SEED = Number(process.env["REDIS_SEED"] ?? 0);

let server: RealServer;

beforeAll(async () => {
  server = await RealServer.start();
});

afterAll(() => {
  server?.stop();
});

function encode(argv: readonly string[]): string {
  return `*${argv.length}\r\n${argv.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
}

const keyNames = ["{k}a", "{k}b", "{k}c"];
const keyOf = fc.constantFrom(...keyNames);

const edgeIntegers = [
  "0",
  "1",
  "-1",
  "2",
  "10",
  "-10",
  "100",
  "9999",
  "10000",
  "9007199254740991",
  "9007199254740993",
  "-9007199254740993",
  "9223372036854775807",
  "9223372036854775806",
  "-9223372036854775808",
  "9223372036854775808",
  "-9223372036854775809",
  "+1",
  "01",
  "-0",
  " 1",
  "1 ",
  "",
  "abc",
  "1.5",
];
const edgeDoubles = [
  "0.1",
  "0.2",
  "3.0e3",
  "1e-5",
  "-0.5",
  "123456789.123456789",
  "1e17",
  "1.5e300",
  "inf",
  "-inf",
  "nan",
  "0x1p4",
  "0x1.8",
  "1e5000",
  "1e-5000",
  ".5",
  "5.",
  ".",
  "1e",
  "-0",
  "0.1234567890123456789",
  "99999999999999999999",
  "1e4932",
];
const values = [
  "",
  "a",
  "hello",
  "ohmytext",
  "mynewtext",
  "\0\xff\r\n",
  "x".repeat(45),
  "x".repeat(44),
  "foo bar",
  ...edgeIntegers,
  ...edgeDoubles,
];
const small = fc.constantFrom("0", "1", "2", "3", "5", "7", "-1", "-3", "100");
const integer = fc.oneof(small, fc.constantFrom(...edgeIntegers));
const value = fc.oneof(fc.constantFrom(...values), fc.string({ maxLength: 8 }).map(toLatin1));
const shortElement = fc.constantFrom("a", "b", "c", "1");
const unixTime = fc.constantFrom(
  "1",
  "0",
  "-1",
  "1000000000",
  "1000000000000",
  "9999999999",
  "99999999999999",
  "9223372036854775807",
  "9223372036854775",
  "x",
);

function toLatin1(text: string): string {
  let latin1 = "";
  for (const char of text) latin1 += String.fromCharCode(char.charCodeAt(0) & 0xff);
  return latin1;
}

/** Offsets and deadlines that stay comparable: nothing huge is allocated, nothing expires between two servers. */
const valuesByName: Readonly<Record<string, fc.Arbitrary<string>>> = {
  offset: fc.constantFrom("0", "1", "5", "20", "-1", "x", "536870912", "9223372036854775807"),
  seconds: fc.constantFrom(
    "100",
    "1000",
    "0",
    "-1",
    "x",
    "9223372036854775807",
    "9223372036854775",
    "9223372036854776",
  ),
  milliseconds: fc.constantFrom(
    "100000",
    "1000000",
    "0",
    "-1",
    "x",
    "9223372036854775807",
    "9000000000000000000",
  ),
  cursor: fc.constantFrom("0", "x", "-", "18446744073709551616", "", "+0"),
  count: fc.constantFrom("1000", "0", "-1", "x"),
  pattern: fc.constantFrom(
    "*",
    "{k}*",
    "*a",
    "?k?[ab]",
    "[^{]*",
    "*[",
    "\\{k}a",
    "**",
    "",
    "{k}[a-b]",
    "{k}[b-a]",
    "{k}\\",
    "{k}[]a]",
  ),
  slot: fc.constantFrom("0", "-1", "16384", "x", "16383"),
  index: fc.constantFrom("0", "1", "16", "-1", "x", "9999999999"),
  "destination-db": fc.constantFrom("0", "1", "15", "16", "-1", "x", "9999999999"),
  numkeys: fc.constantFrom("1", "1", "2", "3", "0", "-1", "x", "9223372036854775807"),
  element: fc.oneof(shortElement, shortElement, shortElement, value),
  pivot: shortElement,
  rank: small,
  "num-matches": small,
  len: small,
  numreplicas: fc.constantFrom("0", "x"),
  timeout: fc.constantFrom("0", "1", "-1", "x"),
  protover: fc.constantFrom("2", "3", "1", "4", "x"),
  "client-id": fc.constantFrom("1", "0", "x"),
  clientname: fc.constantFrom("bob", "with blank", "", "new\nline"),
  "connection-name": fc.constantFrom("bob", "with blank", "", "new\nline"),
  username: fc.constantFrom("default", "alice"),
  type: fc.constantFrom("string", "hash", "nosuch", "normal", "master", "STRING"),
  command: fc.constantFrom(
    "get",
    "GET",
    "mset",
    "ping",
    "nosuch",
    "rename",
    "client",
    "copy",
    "lcs",
  ),
  "command-name": fc.constantFrom(
    "get",
    "SET",
    "nosuch",
    "rename",
    "lcs",
    "mget",
    "expire",
    "client|list",
    "copy",
    "flushall",
    "wait",
    "watch",
    "exec",
    "info",
    "role",
    "object|encoding",
  ),
  arg: keyOf,
  filter: fc.constantFrom("PATTERN", "MODULE", "ACLCAT", "NOSUCH"),
  "on-off-skip": fc.constantFrom("ON", "nosuch"),
  enabled: fc.constantFrom("on", "OFF", "maybe"),
  ...hashValuesByName,
  ...streamValuesByName,
  ...zsetValuesByName,
  ...bytesValuesByName,
};

function argumentsOf(all: readonly SyntaxArgument[]): fc.Arbitrary<string[]> {
  return fc.tuple(...all.map(argumentOf)).map((parts) => parts.flat());
}

function argumentOf(argument: SyntaxArgument): fc.Arbitrary<string[]> {
  const once = onceOf(argument);
  const token = argument.token !== undefined && !argument.repeatsToken ? [argument.token] : [];
  const often = argument.isMultiple
    ? fc
        .array(onceOf({ ...argument, token: argument.repeatsToken ? argument.token : undefined }), {
          minLength: argument.isOptional ? 0 : 1,
          maxLength: 3,
        })
        .map((all) => [...token, ...all.flat()])
    : once;
  return argument.isOptional ? fc.option(often, { nil: [], freq: 1 }) : often;
}

function onceOf(argument: SyntaxArgument): fc.Arbitrary<string[]> {
  const token = argument.token === undefined ? [] : [argument.token];
  if (argument.type === "oneof") {
    return fc.oneof(...argument.parts.map(argumentOf)).map((words) => [...token, ...words]);
  }
  if (argument.type === "block") return argumentsOf(argument.parts);
  if (argument.type === "pure-token") {
    const lowercase = token.map((word) => word.toLowerCase());
    return fc.constantFrom(token, lowercase);
  }
  return valueOf(argument).map((word) => [...token, word]);
}

function valueOf(argument: SyntaxArgument): fc.Arbitrary<string> {
  const special = valuesByName[argument.name];
  if (special !== undefined) return special;
  if (argument.type === "key") return keyOf;
  if (argument.type === "integer") return integer;
  if (argument.type === "unix-time") return unixTime;
  if (argument.type === "double") return fc.constantFrom(...edgeDoubles, ...edgeIntegers);
  return value;
}

/** Replies that tell of the server itself, not of the data, or that come in an order of their own. */
/** Of the commands on servers and clusters: the others tell of the process or the layout, or end them. */
const aboutKeys: ReadonlySet<string> = new Set([
  "cluster|countkeysinslot",
  "cluster|keyslot",
  "command|getkeys",
  "command|getkeysandflags",
  "command|info",
  "config|get",
  "config|resetstat",
  "config|set",
  "dbsize",
  "flushall",
  "flushdb",
  "restore-asking",
  "swapdb",
]);

const notCompared: ReadonlySet<string> = new Set([
  "randomkey", // two generators
  "quit", // ends the connection; has a test of its own
  "client|help",
  "client|id", // numbers of connections
  "client|info",
  "client|kill",
  "client|list",
  "function|help",
  "migrate", // is refused
  "pfselftest", // takes seconds there
  "object|help",
  "xgroup|help",
  "xinfo|help",
  "object|refcount", // copies of small integers are not shared there
  "wait", // counts zones here
  "client|reply", // has a test of its own
]);

const compared = commandTable.all
  .flatMap((spec) => (spec.subcommands === undefined ? [spec] : [...spec.subcommands.values()]))
  // A client that waits for a key would hold the comparison up: engine/failover has tests of those. Messages have a test of their own.
  .filter((spec) => !notCompared.has(spec.name) && !spec.flags.includes("blocking"))
  .filter(({ name, row }) => !/^(server|cluster)$/.test(row.group) || aboutKeys.has(name))
  .filter((spec) => spec.row.group !== "pubsub" && spec.name !== "monitor");

function requestOf(specs: readonly CommandSpec[]): fc.Arbitrary<string[]> {
  return (
    fc
      .constantFrom(...specs)
      .chain((spec) =>
        fc.tuple(
          fc.constantFrom(spec.name.split("|"), spec.name.toUpperCase().split("|")),
          argumentsOf(parseSyntax(spec.row.syntax)),
          fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, -1),
        ),
      )
      .map(([name, words, change]) => {
        if (change === 0) return [...name, ...words];
        return change > 0 ? [...name, ...words, "{k}surplus"] : [...name, ...words].slice(0, -1);
      })
      // COMMAND INFO of all commands would show those that are still to come.
      .filter((argv) => argv.length > (argv[0]?.toLowerCase() === "command" ? 2 : 0))
      .filter((argv) => isComparable(argv) && popsAll(argv) && isSmall(argv))
  );
}

const request = requestOf(compared);

const stringRequest: fc.Arbitrary<string[]> = request.filter((argv) => {
  const spec = findCommand(argv);
  return spec?.row.group === "string";
});

/** Few elements, so that they are found again, and pushes before all so that there is something to find. */
const listRequest: fc.Arbitrary<string[]> = fc.oneof(
  fc.tuple(fc.constantFrom("RPUSH", "LPUSH"), keyOf, shortElement, shortElement, shortElement),
  request.filter((argv) => findCommand(argv)?.row.group === "list"),
);

/** Groups are made now and then on purpose: most of what there is to ask needs one. */
const streamRequest: fc.Arbitrary<readonly string[]> = fc.oneof(
  {
    weight: 1,
    arbitrary: keyOf.map((key) => ["XGROUP", "CREATE", key, "g", "0", "MKSTREAM"]),
  },
  { weight: 12, arbitrary: requestOf(specsOfGroup("stream")) },
);

const zsetSpecs = specsOfGroup("sorted-set").filter(({ flags }) => !flags.includes("blocking"));

const zsetRequest: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 1, arbitrary: zsetStories(keyOf) },
  { weight: 2, arbitrary: requestOf(zsetSpecs) },
);

const geoRequest: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 1, arbitrary: geoStories(keyOf) },
  { weight: 4, arbitrary: requestOf(specsOfGroup("geo")) },
);

const bitmapRequest: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 2, arbitrary: bitmapStories(keyOf) },
  { weight: 1, arbitrary: requestOf(specsOfGroup("bitmap")) },
);

const hyperLogLogRequest: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 2, arbitrary: hyperLogLogStories(keyOf) },
  { weight: 1, arbitrary: requestOf(specsOfGroup("hyperloglog")) },
);

const hashRequest: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 1, arbitrary: hashStories(keyOf) },
  { weight: 1, arbitrary: requestOf(specsOfGroup("hash")) },
);

const setRequest: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 2, arbitrary: setStories(keyOf) },
  { weight: 1, arbitrary: requestOf(specsOfGroup("set")) },
);

const sortRequest: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 4, arbitrary: sortStories(keyOf) },
  // Sorting changes how Redis holds a sorted set, and nothing here.
  { weight: 1, arbitrary: setStories(keyOf).filter(([name]) => name !== "OBJECT") },
  // A score beyond all doubles leaves an error number behind in Redis that SORT takes for its own.
  {
    weight: 1,
    arbitrary: zsetStories(keyOf).filter((argv) => argv[0] === "ZADD" && !argv.includes("1e400")),
  },
);

function specsOfGroup(group: string): CommandSpec[] {
  return commandTable.all
    .filter(({ row }) => row.group === group)
    .flatMap((spec) => [...(spec.subcommands?.values() ?? [spec])])
    .filter((spec) => !notCompared.has(spec.name));
}

/** Puts into order what a hash table returns in its own. */
function normalised(argv: readonly string[], reply: string): string {
  const name = (argv[0] ?? "").toLowerCase();
  if (name === "keys" || name === "scan") return reply.split("\r\n").toSorted().join("\r\n");
  if (name === "hello") return reply.replace(/:\d+\r\n(?=\$4\r\nmode)/, ":id\r\n");
  if (name === "pttl") return reply.replace(/^:\d{4,}\r/, ":left\r");
  // Deadlines that were relative differ by the milliseconds between two servers.
  if (name === "pexpiretime" || name === "expiretime")
    return reply.replace(/^:\d{8,}\r/, ":late\r");
  // The replies inside may be any of the above: their lines are compared without order, long numbers not at all.
  if (name === "exec")
    return reply
      .replace(/:\d+(?=\r\n:)|(?<=idle\r\n):\d+/g, ":ms")
      .replace(/:-?\d{5,}/g, ":long")
      .split("\r\n")
      .toSorted()
      .join("\r\n");
  // COMMAND INFO: sets come in the order of a table there.
  if (name === "command") return reply.split("\r\n").toSorted().join("\r\n");
  return withoutTableOrder(argv, inAnyOrder(argv, withoutDraws(argv, withoutTimes(argv, reply))));
}

interface Step {
  readonly client: number;
  readonly argv: readonly string[];
}

async function compare(steps: readonly Step[], version: 2 | 3): Promise<void> {
  const ours = new Ours();
  const real: RealConnection[] = [server.connect(), server.connect()];
  try {
    for (const [id, connection] of real.entries()) {
      const opening = encode(["HELLO", String(version)]) + encode(["FLUSHALL"]);
      connection.send(opening);
      await connection.reply();
      await connection.reply();
      ours.feed(id, opening);
    }
    for (const { client, argv } of steps) {
      const connection = real[client];
      if (connection === undefined) continue;
      connection.send(encode(argv));
      const theirs = await connection.reply();
      const mine = ours.feed(client, encode(argv)).reply;
      if (isMeantDifference(argv, theirs)) continue;
      expect([argv, normalised(argv, mine)]).toEqual([argv, normalised(argv, theirs)]);
    }
    expectSameKeyspaces(ours);
  } finally {
    for (const connection of real) connection.end();
  }
}

/** A deadline beyond 2^53 ms is kept as 2^53 - 1 by us. Slots are judged before the executor, which is alone here. */
function isMeantDifference(argv: readonly string[], theirs: string): boolean {
  const name = (argv[0] ?? "").toLowerCase();
  if (theirs.startsWith("-CROSSSLOT")) return true;
  return /^p?(ttl|expiretime)$/.test(name) && /^:\d{13,}\r/.test(theirs);
}

/** What the records rebuild is what the commands left. */
function expectSameKeyspaces(ours: Ours): void {
  const contents = (keyspace: Keyspace): string[] => {
    const found: string[] = [];
    keyspace.forEach((key, held, expireAtUnixMs) =>
      found.push(JSON.stringify([key, told(held), expireAtUnixMs])),
    );
    return found.toSorted();
  };
  expect(contents(ours.replica.get(0))).toEqual(contents(ours.databases.get(0)));
}

/** Two clients that watch and change the same keys. */
const transactionRequest: fc.Arbitrary<readonly string[]> = fc.oneof<
  fc.Arbitrary<readonly string[]>[]
>(
  fc.constantFrom(["MULTI"], ["EXEC"], ["EXEC"], ["DISCARD"], ["UNWATCH"], ["FLUSHALL"]),
  keyOf.map((key) => ["WATCH", key]),
  fc
    .constantFrom("GET", "DEL", "INCR", "PERSIST", "GETDEL", "EXISTS", "TTL", "STRLEN")
    .chain((name) => keyOf.map((key) => [name, key])),
  fc
    .constantFrom("SET", "SETNX", "APPEND", "GETSET", "INCRBY")
    .chain((name) => keyOf.map((key) => [name, key, "7"])),
  fc.constantFrom("EXPIRE", "EXPIREAT").chain((name) => keyOf.map((key) => [name, key, "1000"])),
  fc
    .constantFrom("RENAME", "COPY", "RENAMENX", "MSETNX")
    .chain((name) => fc.tuple(keyOf, keyOf).map(([from, to]) => [name, from, to])),
  fc.constantFrom(["NOSUCH"], ["GET"], ["MSET", "{k}a"], ["INCR", "{k}a", "1"]),
);

function stepsOf(one: fc.Arbitrary<readonly string[]>): fc.Arbitrary<Step[]> {
  const step = fc.record({ client: fc.constantFrom(0, 0, 1), argv: one });
  return fc.array(step, { minLength: 1, maxLength: 40, size: "max" });
}

describe("replies of a real redis-server 7.0", () => {
  for (const version of [2, 3] as const) {
    it(`are ours, for every command in the table, in RESP${version}`, async () => {
      expect.hasAssertions();
      await fc.assert(
        fc.asyncProperty(stepsOf(request), (steps) => compare(steps, version)),
        { seed: SEED + 1, numRuns: RUNS },
      );
    });

    it(`are ours, for the string commands alone, in RESP${version}`, async () => {
      expect.hasAssertions();
      await fc.assert(
        fc.asyncProperty(stepsOf(stringRequest), (steps) => compare(steps, version)),
        { seed: SEED + 2, numRuns: RUNS },
      );
    });

    it(`are ours, for the list commands alone, in RESP${version}`, async () => {
      expect.hasAssertions();
      await fc.assert(
        fc.asyncProperty(stepsOf(listRequest), (steps) => compare(steps, version)),
        { seed: SEED + 6, numRuns: RUNS },
      );
    });

    it(`are ours, for the stream commands alone, in RESP${version}`, async () => {
      expect.hasAssertions();
      await fc.assert(
        fc.asyncProperty(stepsOf(streamRequest), (steps) => compare(steps, version)),
        { seed: SEED + 7, numRuns: RUNS },
      );
    });

    it(`are ours, for the commands on sorted sets alone, in RESP${version}`, async () => {
      expect.hasAssertions();
      await fc.assert(
        fc.asyncProperty(stepsOf(zsetRequest), (steps) => compare(steps, version)),
        { seed: SEED + 8, numRuns: RUNS },
      );
    });

    it(`are ours, for the commands on hashes alone, in RESP${version}`, async () => {
      expect.hasAssertions();
      await fc.assert(
        fc.asyncProperty(stepsOf(hashRequest), (steps) => compare(steps, version)),
        { seed: SEED + 10, numRuns: RUNS },
      );
    });

    it(`are ours, for the commands on sets alone, in RESP${version}`, async () => {
      expect.hasAssertions();
      await fc.assert(
        fc.asyncProperty(stepsOf(setRequest), (steps) => compare(steps, version)),
        { seed: SEED + 11, numRuns: RUNS },
      );
    });

    it(`are ours, for SORT of lists, sets and sorted sets, in RESP${version}`, async () => {
      expect.hasAssertions();
      await fc.assert(
        fc.asyncProperty(stepsOf(sortRequest), (steps) => compare(steps, version)),
        { seed: SEED + 12, numRuns: RUNS },
      );
    });

    it(`are ours, for the commands on bits alone, in RESP${version}`, async () => {
      expect.hasAssertions();
      await fc.assert(
        fc.asyncProperty(stepsOf(bitmapRequest), (steps) => compare(steps, version)),
        { seed: SEED + 13, numRuns: RUNS },
      );
    });

    it(`are ours, for the HyperLogLog commands alone, in RESP${version}`, async () => {
      expect.hasAssertions();
      await fc.assert(
        fc.asyncProperty(stepsOf(hyperLogLogRequest), (steps) => compare(steps, version)),
        { seed: SEED + 14, numRuns: RUNS },
      );
    });

    it(`are ours, for the commands on places alone, in RESP${version}`, async () => {
      expect.hasAssertions();
      await fc.assert(
        fc.asyncProperty(stepsOf(geoRequest), (steps) => compare(steps, version)),
        { seed: SEED + 9, numRuns: RUNS },
      );
    });
  }

  it("are ours for transactions of two clients over the same keys", async () => {
    expect.hasAssertions();
    await fc.assert(
      fc.asyncProperty(stepsOf(transactionRequest), (steps) => compare(steps, 2)),
      { seed: SEED + 5, numRuns: RUNS },
    );
  });

  it("are ours for the numbers of INCRBYFLOAT", async () => {
    expect.hasAssertions();
    const decimal = fc
      .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: -12, max: 12 }), fc.boolean())
      .map(([digits, power, isPlain]) =>
        isPlain ? String(digits / 10 ** Math.abs(power)) : `${digits}e${power}`,
      );
    await fc.assert(
      fc.asyncProperty(fc.array(decimal, { minLength: 1, maxLength: 10 }), (numbers) =>
        compare(
          numbers.map((number) => ({ client: 0, argv: ["INCRBYFLOAT", "{k}a", number] })),
          2,
        ),
      ),
      { seed: SEED + 3, numRuns: RUNS },
    );
  });

  it("are ours for LCS", async () => {
    expect.hasAssertions();
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(text, text, fc.nat(4), (a, b, least) =>
        compare(
          [
            ["MSET", "{k}a", a, "{k}b", b],
            ["LCS", "{k}a", "{k}b"],
            ["LCS", "{k}a", "{k}b", "LEN"],
            ["LCS", "{k}a", "{k}b", "IDX", "WITHMATCHLEN"],
            ["LCS", "{k}a", "{k}b", "IDX", "MINMATCHLEN", String(least)],
          ].map((argv) => ({ client: 0, argv })),
          3,
        ),
      ),
      { seed: SEED + 4, numRuns: RUNS },
    );
  });
});

describe("keys whose deadline has passed on a real redis-server 7.0", () => {
  /** "…" waits until the deadlines before it have passed; a number in front says which client. Active expiry is off. */
  const stories: readonly (readonly string[])[] = [
    ["SET a 1 PX 5", "…", "GET a", "EXISTS a", "TTL a", "TYPE a", "STRLEN a", "PEXPIRETIME a"],
    ["SET a 1 PX 5", "WATCH a", "…", "MULTI", "PING", "EXEC"],
    ["SET a 1 PX 5", "WATCH a", "…", "MULTI", "GET a", "EXEC", "MULTI", "GET a", "EXEC"],
    ["SET a 1 PX 5", "…", "WATCH a", "1 GET a", "MULTI", "PING", "EXEC"],
    ["SET a 1 PX 5", "…", "WATCH a", "1 DEL a", "MULTI", "PING", "EXEC"],
    ["SET a 1 PX 5", "…", "WATCH a", "1 SET a 2", "MULTI", "PING", "EXEC"],
    ["SET a 1 PX 5", "…", "WATCH a", "1 FLUSHALL", "MULTI", "PING", "EXEC"],
    ["SET a 1 PX 5", "…", "WATCH a", "MULTI", "PING", "EXEC"],
    ["SET a 1 PX 5", "SET b 1", "…", "DBSIZE", "KEYS *", "SCAN 0", "DBSIZE"],
    ["SET a 1 PX 5", "SET b 1", "…", "RENAMENX b a", "GET a", "TTL a"],
    ["SET a 1 PX 5", "SET b 1", "…", "COPY b a", "RENAME a b", "GET b", "TTL b"],
    ["SET a 1 PX 5", "…", "RENAME a b", "COPY a b", "PERSIST a", "EXPIRE a 100", "GETEX a PERSIST"],
    ["SET a 1 PX 5", "…", "SETNX a 2", "TTL a"],
    ["SET a 1 PX 5", "…", "MSETNX a 2 b 3", "TTL a"],
    ["SET a 1 PX 5", "…", "APPEND a 2", "TTL a"],
    ["SET a 1 PX 5", "…", "INCR a", "TTL a"],
    ["SET a 1 PX 5", "…", "INCRBYFLOAT a 1.5", "TTL a"],
    ["SET a 1 PX 5", "…", "SETRANGE a 2 x", "TTL a"],
    ["SET a 1 PX 5", "…", "SET a x XX", "SET a x GET", "SET a y KEEPTTL GET", "TTL a"],
    ["SET a 1 PX 5", "…", "SET a x KEEPTTL", "TTL a"],
    ["SET a 1 PX 5", "…", "GETSET a x", "GETDEL a", "GETDEL a"],
    ["SET a 1 PX 5", "…", "RANDOMKEY", "DBSIZE"],
    ["SET a 1 PX 5", "…", "LCS a b", "MGET a b", "GETRANGE a 0 -1", "TOUCH a", "OBJECT ENCODING a"],
    ["SET a 1 PX 5", "…", "DEL a", "UNLINK a"],
    ["SET a 1 PXAT 1", "DBSIZE", "GET a", "DBSIZE"],
    ["SET a 1", "EXPIREAT a 1", "DBSIZE", "SET a 1", "GETEX a EXAT 1", "DBSIZE"],
    ["SET a 1", "WATCH a", "1 PEXPIREAT a 1", "MULTI", "PING", "EXEC"],
  ];

  for (const story of stories) {
    it(`are what they are here: ${story.join(", ")}`, async () => {
      const ours = new Ours();
      const real = [server.connect(), server.connect()];
      const ask = async (client: number, argv: readonly string[]): Promise<[string, string]> => {
        const connection = real[client];
        if (connection === undefined) throw new Error("a story has two clients");
        connection.send(encode(argv));
        return [ours.feed(client, encode(argv)).reply, await connection.reply()];
      };
      await ask(0, ["FLUSHALL"]);
      real[0]?.send(encode(["DEBUG", "SET-ACTIVE-EXPIRE", "0"]));
      expect(await real[0]?.reply()).toBe("+OK\r\n");
      for (const line of story) {
        if (line === "…") {
          await new Promise((resolve) => setTimeout(resolve, 12));
          continue;
        }
        const words = line.split(" ").map((word) => (/^[ab]$/.test(word) ? `{k}${word}` : word));
        const isOther = words[0] === "1";
        const argv = isOther ? words.slice(1) : words;
        const [mine, theirs] = await ask(isOther ? 1 : 0, argv);
        expect([line, normalised(argv, mine)]).toEqual([line, normalised(argv, theirs)]);
      }
      expectSameKeyspaces(ours);
      for (const connection of real) connection.end();
    });
  }
});

describe("the protocol of a real redis-server 7.0", () => {
  const streams: readonly string[] = [
    "*3\r\n$3\r\nSET\r\n$4\r\n{k}a\r\n$1\r\nx\r\n*1\r\n$4\r\nQUIT\r\n",
    'SET {k}a "a\\x41\\n" \r\nGET {k}a\r\nQUIT\r\n',
    "SET {k}a 'it\\'s'\nGET {k}a\nQUIT\n",
    'SET {k}a "unbalanced\r\n',
    "SET {k}a 'x'y\r\n",
    "*x\r\n",
    "*1048577\r\n*1\r\n$4\r\nQUIT\r\n".slice(0, 0) + "*2147483648\r\n",
    "*-1\r\n*0\r\nPING\r\nQUIT\r\n",
    "*01\r\n",
    "*1\r\nx4\r\nPING\r\n",
    "*1\r\n$-1\r\n",
    "*1\r\n$x\r\n",
    "*1\r\n$536870913\r\n",
    "*1\r\n$9223372036854775808\r\n",
    "*1\r\n\n4\r\n",
    `*${"1".repeat(70_000)}`,
    `*1\r\n$${"1".repeat(70_000)}`,
    `PING ${"a".repeat(70_000)}`,
    "\r\n\r\nPING\r\n\r\nQUIT\r\n",
    "PING\0x\r\nQUIT\r\n".replace("\0x", ""),
    "NOSUCH a b c\r\nQUIT\r\n",
    `NOSUCH ${"a".repeat(200)} ${"b".repeat(200)}\r\nQUIT\r\n`,
    `${"n".repeat(300)} x\r\nQUIT\r\n`,
    "CLIENT NOSUCH\r\nQUIT\r\n",
    "CLIENT\r\nQUIT\r\n",
    "client setname\r\nQUIT\r\n",
    "CLIENT REPLY OFF\r\nPING\r\nCLIENT REPLY ON\r\nPING\r\nQUIT\r\n",
    "CLIENT REPLY SKIP\r\nPING\r\nPING\r\nQUIT\r\n",
    "CLIENT REPLY SKIP\r\nCLIENT REPLY ON\r\nPING\r\nQUIT\r\n",
    "CLIENT REPLY OFF\r\nCLIENT REPLY SKIP\r\nPING\r\nCLIENT REPLY ON\r\nQUIT\r\n",
    "CLIENT REPLY SKIP\r\nNOSUCH\r\nPING\r\nQUIT\r\n",
    "MULTI\r\nEXEC x\r\nEXEC\r\nQUIT\r\n",
    "MULTI\r\nSET {k}a\r\nEXEC\r\nQUIT\r\n",
    "MULTI\r\nSET {k}a 1\r\nINCR {k}a\r\nAPPEND {k}a\r\nDISCARD\r\nEXEC\r\nQUIT\r\n",
    "MULTI\r\nMULTI\r\nWATCH {k}a\r\nPING\r\nEXEC\r\nQUIT\r\n",
    "MULTI\r\nQUIT\r\n",
    "MULTI\r\nRESET\r\nEXEC\r\nQUIT\r\n",
    "HELLO 3 SETNAME bob\r\nCLIENT GETNAME\r\nRESET\r\nCLIENT GETNAME\r\nQUIT\r\n".replace(
      "HELLO 3 SETNAME bob",
      "CLIENT SETNAME bob",
    ),
    "SET {k}a 5\r\nWATCH {k}a\r\nSET {k}a 6\r\nMULTI\r\nGET {k}a\r\nEXEC\r\nMULTI\r\nGET {k}a\r\nEXEC\r\nQUIT\r\n",
    "SET {k}a 5 PX 1\r\nWATCH {k}b\r\nDEL {k}b\r\nMULTI\r\nPING\r\nEXEC\r\nQUIT\r\n",
    "WATCH {k}z\r\nFLUSHALL\r\nMULTI\r\nPING\r\nEXEC\r\nQUIT\r\n",
    "MULTI\r\nSET {k}a x\r\nINCR {k}a\r\nGET {k}a\r\nEXEC\r\nQUIT\r\n",
    "FLUSHALL\r\nSET {k}b v\r\nSCAN 0 MATCH ** COUNT 100\r\nKEYS *\r\nQUIT\r\n",
    "PING a b\r\nPING a\r\nECHO\r\nECHO x\r\nSELECT 0\r\nSELECT 1\r\nQUIT\r\n",
    "AUTH x\r\nAUTH default x\r\nAUTH a b\r\nAUTH a b c\r\nHELLO 2 AUTH a b\r\nHELLO 9\r\nHELLO x\r\nHELLO 3 FOO\r\nQUIT\r\n",
    "LCS {k}a\r\nLCS {k}a {k}b IDX LEN\r\nLCS {k}a {k}b FOO\r\nQUIT\r\n",
    "COMMAND GETKEYS MSET a\r\nCOMMAND GETKEYS PING\r\nCOMMAND GETKEYS RENAME a b\r\nCOMMAND GETKEYSANDFLAGS COPY a b\r\nCOMMAND GETKEYS NOSUCH x\r\nQUIT\r\n",
    "OBJECT ENCODING {k}nosuch\r\nSET {k}i 12\r\nOBJECT ENCODING {k}i\r\nOBJECT REFCOUNT {k}i\r\nAPPEND {k}i 3\r\nOBJECT ENCODING {k}i\r\nQUIT\r\n",
    "QUIT x\r\n",
  ];

  for (const stream of streams) {
    const title = stream.length > 60 ? `${stream.slice(0, 60)}… (${stream.length} bytes)` : stream;
    it(`is ours for ${JSON.stringify(title)}`, async () => {
      const cleaner = server.connect();
      cleaner.send(encode(["FLUSHALL"]));
      await cleaner.reply();
      cleaner.end();
      const connection = server.connect();
      connection.send(stream);
      const theirs = await connection.untilClosed();
      const mine = new Ours().feed(1, stream);
      expect(mine.reply).toBe(theirs);
      expect(mine.isClosed).toBe(true);
    });
  }
});
