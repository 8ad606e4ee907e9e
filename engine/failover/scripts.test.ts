/** Scripts that are long, and functions, on the nodes of a shard (PROTOCOL rule 26). */
import { describe, expect, it } from "vitest";
import { crc64 } from "../bytes/crc64.ts";
import { latin1Bytes } from "../bytes/latin1.ts";
import { encodeFailoverAsk } from "../control/messages.ts";
import { TestShard, type TestNode } from "./testShard.ts";

const ENDLESS = "while true do end";
const BUSY =
  "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n";
const LIBRARY =
  "#!lua name=lib\nredis.register_function('put', function(keys, args) return redis.call('set', keys[1], args[1]) end)\nredis.register_function{function_name='read', callback=function(keys) for i = 1, 5e4 do end return redis.call('get', keys[1]) end, flags={'no-writes'}}";

function serving(): { shard: TestShard; primary: TestNode } {
  const shard = new TestShard().start();
  const primary = shard.elect();
  shard.run(50);
  // A short piece of a script is a slice.
  shard.workUs = 6000;
  for (const { id } of [primary, ...shard.replicas()]) {
    shard.ask(id, ["CONFIG", "SET", "busy-reply-threshold", "1000"]);
  }
  return { shard, primary };
}

/** So many loops that a script takes several steps, then this. */
function longBefore(rest: string): string {
  return `for i = 1, 1e5 do end ${rest}`;
}

describe("a script that is long", () => {
  it("lets the node keep its lease; others wait, then hear that it is busy, and may kill it", () => {
    const { shard, primary } = serving();
    const author = shard.connect(primary.id).send("EVAL", ENDLESS, "0");
    const early = shard.connect(primary.id).send("GET", "key");
    shard.run(500);
    expect(early.take()).toBe("");
    shard.run(3000);
    expect([early.take(), author.take(), primary.node.role]).toEqual([BUSY, "", "primary"]);
    expect(shard.ask(primary.id, ["PING"])).toBe(BUSY);
    expect(shard.ask(primary.id, ["NOSUCH"])).toMatch(/^-ERR unknown command/);
    author.send("PING");
    expect(shard.ask(primary.id, ["SCRIPT", "KILL"])).toBe("+OK\r\n");
    shard.run(100);
    expect(author.take()).toMatch(/^-ERR Script killed by user[^\n]*\n\+PONG\r\n$/);
    expect(shard.ask(primary.id, ["PING"])).toBe("+PONG\r\n");
    expect(shard.traced("role.primary")).toHaveLength(1);
    expect([...shard.marks]).toContain("script goes on in a later step");
    expect([...shard.marks]).toContain("request refused: a script is busy");
  });

  it("sees the clock go on, from which deadlines count, and keys that it has seen stay", () => {
    const { shard, primary } = serving();
    shard.ask(primary.id, ["SET", "a", "1", "PX", "300"]);
    const script = `local function seconds() return tonumber(redis.call('time')[1]) end
      local first = seconds()
      while seconds() < first + 2 do end
      redis.call('set', 'b', '1', 'PX', 1000)
      return { seconds() - first, redis.call('exists', 'a') + redis.call('exists', 'b'), redis.call('pttl', 'b') }`;
    const author = shard.connect(primary.id).send("EVAL", script, "0");
    shard.run(2500);
    expect(author.take()).toBe("*3\r\n:2\r\n:2\r\n:1000\r\n");
    expect(shard.ask(primary.id, ["EXISTS", "a"])).toBe(":0\r\n");
  });

  it("is one record, which others see whole or not at all, also if its client has left", () => {
    const { shard, primary } = serving();
    shard.ask(primary.id, ["SET", "a", "1", "PX", "300"]);
    const before = shard.entriesOf("effects").length;
    const script = `redis.call('set', 'b', '1') ${longBefore("redis.call('set', 'b', redis.call('exists', 'a'))")}`;
    const author = shard.connect(primary.id).send("EVAL", script, "0");
    const waiting = shard.connect(primary.id).send("GET", "b");
    shard.run(100);
    author.close();
    shard.run(900);
    // The clock of a script stands still: the key that expires meanwhile is there for it.
    expect(waiting.take()).toBe("$1\r\n1\r\n");
    expect(shard.ask(primary.id, ["EXISTS", "a"])).toBe(":0\r\n");
    expect(shard.entriesOf("effects").length - before).toBe(2);
    for (const { node } of shard.replicas()) expect(node.databases.get(0).get("b")).toBe("1");
  });

  it("that has written is lost whole with the leadership of its node", () => {
    const { shard, primary } = serving();
    const author = shard
      .connect(primary.id)
      .send("EVAL", `redis.call('set', 'key', 'lost') ${ENDLESS}`, "0");
    shard.run(100);
    expect(shard.ask(primary.id, ["SCRIPT", "KILL"], 2000)).toMatch(/^-UNKILLABLE /);
    primary.isCutFromLog = true;
    shard.run(8000);
    const successor = shard.elect();
    expect(successor.id).not.toBe(primary.id);
    primary.isCutFromLog = false;
    shard.run(1000);
    expect(author.take()).toMatch(/^-UNBLOCKED .* its changes are discarded/);
    expect(primary.node.role).toBe("replica");
    for (const { node } of [primary, successor]) {
      expect(node.databases.get(0).get("key")).toBeUndefined();
    }
    expect([...shard.marks]).toContain("changes of an unfinished script discarded");
  });

  it("gives way to a hand-over if it has changed nothing, and ends first if it has", () => {
    const { shard, primary } = serving();
    const [target] = shard.replicas();
    const author = shard.connect(primary.id).send("EVAL", ENDLESS, "0");
    shard.run(100);
    shard.message(primary.id, encodeFailoverAsk(0, target.id));
    shard.run(500);
    expect(author.take()).toMatch(/^-UNBLOCKED .* it had changed nothing/);
    expect(shard.primary?.id).toBe(target.id);
    expect([...shard.marks]).toContain("script given up for a change of role");
    const writer = shard
      .connect(target.id)
      .send("EVAL", `redis.call('set', 'key', 'kept') ${longBefore("return 1")}`, "0");
    shard.message(target.id, encodeFailoverAsk(0, primary.id));
    shard.run(2000);
    expect([writer.take(), shard.primary?.id]).toEqual([":1\r\n", primary.id]);
    expect(primary.node.databases.get(0).get("key")).toBe("kept");
  });

  it("on a replica reads one state, and its node follows the log behind it", () => {
    const { shard, primary } = serving();
    const [replica] = shard.replicas();
    shard.ask(primary.id, ["SET", "key", "old"]);
    shard.run(50);
    const reader = shard.connect(replica.id).send("READONLY");
    reader.take();
    const script = `local old = redis.call('get', KEYS[1]) ${longBefore("return {old, redis.call('get', KEYS[1])}")}`;
    reader.send("EVAL_RO", script, "1", "key");
    shard.ask(primary.id, ["SET", "key", "new"]);
    shard.run(1500);
    expect(reader.take()).toBe("*2\r\n$3\r\nold\r\n$3\r\nold\r\n");
    expect(reader.send("GET", "key").take()).toBe("$3\r\nnew\r\n");
    expect([...shard.marks]).toContain("entries wait for a script of a replica");
  });

  it("on a replica gives way to an election", () => {
    const { shard, primary } = serving();
    const replicas = shard.replicas().slice(0, 2) as [TestNode, TestNode];
    const readers = replicas.map(({ id }) => shard.connect(id).send("READONLY"));
    for (const reader of readers) reader.send("EVAL_RO", ENDLESS, "0").take();
    shard.run(3000);
    expect(primary.node.role).toBe("primary");
    shard.crash(primary.id);
    expect(replicas.map(({ id }) => id)).toContain(shard.elect().id);
    expect(readers.map((reader) => reader.received).join("")).toMatch(/-UNBLOCKED /);
  });
});

it("what a script says by redis.log is told once, level and words", () => {
  const { shard, primary } = serving();
  shard.ask(primary.id, ["EVAL", "redis.log(redis.LOG_WARNING, 'high', 'water', 7)", "0"]);
  shard.ask(primary.id, ["PING"]);
  const told = shard.traced("script.said").map(({ node, value, text }) => [node, value, text]);
  expect(told).toEqual([[primary.id, 3, "high water 7"]]);
});

it("why RESTORE refuses a payload is told once, and no payload", () => {
  const { shard, primary } = serving();
  shard.ask(primary.id, ["SADD", "key", "1"]);
  const [, payload = ""] =
    /^\$\d+\r\n([^]*)\r\n$/.exec(shard.ask(primary.id, ["DUMP", "key"])) ?? [];
  // An integer set of a width that is none, with its checksum.
  const body = payload.slice(0, -8).replace("\x02\0\0\0", "\x03\0\0\0");
  const sum = crc64(latin1Bytes(body), 0, body.length);
  const bytes = Array.from({ length: 8 }, (_, at) => Number((sum >> BigInt(8 * at)) & 0xffn));
  const damaged = body + String.fromCharCode(...bytes);
  expect(shard.ask(primary.id, ["RESTORE", "other", "0", damaged])).toContain("Bad data format");
  shard.ask(primary.id, ["PING"]);
  const told = shard.traced("payload.refused").map(({ node, text }) => [node, text]);
  expect(told).toEqual([[primary.id, "Intset integrity check failed."]]);
});

describe("functions", () => {
  it("are replicated, recovered, and as durable as keys", () => {
    const { shard, primary } = serving();
    const loader = shard.connect(primary.id).send("FUNCTION", "LOAD", LIBRARY);
    const caller = shard.connect(primary.id).send("FCALL", "put", "1", "key", "v");
    expect([loader.take(), caller.take()]).toEqual(["", ""]);
    shard.run(20);
    expect([loader.take(), caller.take()]).toEqual(["$3\r\nlib\r\n", "+OK\r\n"]);
    shard.ask(primary.id, ["FLUSHALL"]);
    shard.ask(primary.id, ["FCALL", "put", "1", "key", "w"]);
    shard.run(20);
    const [replica] = shard.replicas();
    const reader = shard.connect(replica.id).send("READONLY");
    reader.take();
    reader.send("FCALL_RO", "read", "1", "key");
    shard.run(1000);
    expect(reader.take()).toBe("$1\r\nw\r\n");
    expect(shard.ask(replica.id, ["FUNCTION", "DELETE", "lib"])).toMatch(/^-(MOVED|READONLY) /);
    shard.crash(primary.id);
    const successor = shard.elect();
    expect(shard.ask(successor.id, ["FCALL", "put", "1", "key", "x"], 50)).toBe("+OK\r\n");
    shard.startNode(primary.id);
    shard.run(1000);
    expect([...shard.at(primary.id).node.databases.libraries.entries]).toEqual([["lib", LIBRARY]]);
    shard.ask(successor.id, ["FUNCTION", "FLUSH"]);
    shard.run(50);
    expect(shard.at(primary.id).node.databases.libraries.entries.size).toBe(0);
  });
});
