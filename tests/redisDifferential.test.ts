/**
 * What is written down to be asked of a real redis-server and of the engine's executor, byte for byte: keys whose deadline has
 * passed, and streams of bytes that are no requests. Random requests are asked by redisFuzz.test.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { latin1Bytes, latin1Of } from "../engine/bytes/latin1.ts";
import { Executor } from "../engine/commands/execute.ts";
import { noDeeds, type ServerFacts } from "../engine/commands/serverFacts.ts";
import { Session } from "../engine/commands/session.ts";
import { findCommand } from "../engine/commands/table.ts";
import { told } from "../engine/commands/testExecutor.ts";
import { Databases } from "../engine/keyspace/databases.ts";
import type { Keyspace } from "../engine/keyspace/keyspace.ts";
import { applyRecord } from "../engine/replication/apply.ts";
import { encode, RealServer } from "../fuzz/realServer.ts";

const self = {
  nodeId: "db-0-a",
  host: "",
  hostname: "",
  port: 0,
  tlsPort: 0,
  busPort: 0,
  zone: "a",
};

const facts: ServerFacts = {
  aclFile: undefined,
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
  readUnixMs: 0,
  loggedBytes: 0,
  guaranteedOtherZones: 0,
  primary: self,
  replicas: [],
  slotRanges: [{ firstSlot: 0, lastSlot: 16383, shard: 0, epoch: 1, primary: self, replicas: [] }],
  sessions: [],
  sessionOf: () => undefined,
  scriptMs: 0,
  parkedBytesOf: () => 0,
  parkedPushBytesOf: () => 0,
  hasCommitted: () => true,
  hasUnsentReplies: () => false,
  isPaused: false,
  ...noDeeds,
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

let server: RealServer;

beforeAll(async () => {
  server = await RealServer.start();
});

afterAll(() => {
  server?.stop();
});

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

/** Without the order of a hash table. */
function sorted(argv: readonly string[], reply: string): string {
  return /^(keys|scan)$/i.test(argv[0] ?? "") ? reply.split("\r\n").toSorted().join("\r\n") : reply;
}

describe("keys whose deadline has passed on a real redis-server 7.0", () => {
  /**
   * "…" waits until the deadlines before it have passed; a number in front says which client. Active expiry is off. What has to come before
   * a deadline has a second.
   */
  const stories: readonly (readonly string[])[] = [
    ["SET a 1 PX 60", "…", "GET a", "EXISTS a", "TTL a", "TYPE a", "STRLEN a", "PEXPIRETIME a"],
    ["SET a 1 PX 1000", "WATCH a", "…", "MULTI", "PING", "EXEC"],
    ["SET a 1 PX 1000", "WATCH a", "…", "MULTI", "GET a", "EXEC", "MULTI", "GET a", "EXEC"],
    ["SET a 1 PX 60", "…", "WATCH a", "1 GET a", "MULTI", "PING", "EXEC"],
    ["SET a 1 PX 60", "…", "WATCH a", "1 DEL a", "MULTI", "PING", "EXEC"],
    ["SET a 1 PX 60", "…", "WATCH a", "1 SET a 2", "MULTI", "PING", "EXEC"],
    ["SET a 1 PX 60", "…", "WATCH a", "1 FLUSHALL", "MULTI", "PING", "EXEC"],
    ["SET a 1 PX 60", "…", "WATCH a", "MULTI", "PING", "EXEC"],
    ["SET a 1 PX 60", "SET b 1", "…", "DBSIZE", "KEYS *", "SCAN 0", "DBSIZE"],
    ["SET a 1 PX 60", "SET b 1", "…", "RENAMENX b a", "GET a", "TTL a"],
    ["SET a 1 PX 60", "SET b 1", "…", "COPY b a", "RENAME a b", "GET b", "TTL b"],
    [
      "SET a 1 PX 60",
      "…",
      "RENAME a b",
      "COPY a b",
      "PERSIST a",
      "EXPIRE a 100",
      "GETEX a PERSIST",
    ],
    ["SET a 1 PX 60", "…", "SETNX a 2", "TTL a"],
    ["SET a 1 PX 60", "…", "MSETNX a 2 b 3", "TTL a"],
    ["SET a 1 PX 60", "…", "APPEND a 2", "TTL a"],
    ["SET a 1 PX 60", "…", "INCR a", "TTL a"],
    ["SET a 1 PX 60", "…", "INCRBYFLOAT a 1.5", "TTL a"],
    ["SET a 1 PX 60", "…", "SETRANGE a 2 x", "TTL a"],
    ["SET a 1 PX 60", "…", "SET a x XX", "SET a x GET", "SET a y KEEPTTL GET", "TTL a"],
    ["SET a 1 PX 60", "…", "SET a x KEEPTTL", "TTL a"],
    ["SET a 1 PX 60", "…", "GETSET a x", "GETDEL a", "GETDEL a"],
    ["SET a 1 PX 60", "…", "RANDOMKEY", "DBSIZE"],
    [
      "SET a 1 PX 60",
      "…",
      "LCS a b",
      "MGET a b",
      "GETRANGE a 0 -1",
      "TOUCH a",
      "OBJECT ENCODING a",
    ],
    ["SET a 1 PX 60", "…", "DEL a", "UNLINK a"],
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
          const deadlinesMs = story.flatMap(
            (one) => / PX (\d+)/.exec(one)?.slice(1).map(Number) ?? [],
          );
          await new Promise((resolve) => setTimeout(resolve, Math.max(...deadlinesMs) + 10));
          continue;
        }
        const words = line.split(" ").map((word) => (/^[ab]$/.test(word) ? `{k}${word}` : word));
        const isOther = words[0] === "1";
        const argv = isOther ? words.slice(1) : words;
        const [mine, theirs] = await ask(isOther ? 1 : 0, argv);
        expect([line, sorted(argv, mine)]).toEqual([line, sorted(argv, theirs)]);
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
    "SCRIPT FLUSH x\r\nSCRIPT FLUSH SYNC x\r\nSCRIPT FLUSH a b c\r\nQUIT\r\n",
    "POST / HTTP/1.1\r\nHost: here\r\nPING\r\n",
    "host: here\r\nPING\r\n",
    "*2\r\n$4\r\npost\r\n$1\r\n/\r\n*1\r\n$4\r\nPING\r\n",
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
