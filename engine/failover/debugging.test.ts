/** Scripts that are debugged (SCRIPT DEBUG), on the nodes of a shard: who else is served, what is kept, how a session ends. */
import { describe, expect, it } from "vitest";
import { encodeFailoverAsk } from "../control/messages.ts";
import { TestShard, type TestClient, type TestNode } from "./testShard.ts";

const SCRIPT =
  "redis.call('set', KEYS[1], 'mine')\nlocal value = redis.call('get', KEYS[1])\nreturn value";
const FIRST =
  "*2\r\n+* Stopped at 1, stop reason = step over\r\n+-> 1   redis.call('set', KEYS[1], 'mine')\r\n";
const SECOND =
  "*4\r\n+<redis> set key mine\r\n+<reply> \"+OK\"\r\n+* Stopped at 2, stop reason = step over\r\n+-> 2   local value = redis.call('get', KEYS[1])\r\n";
const END = "*1\r\n+<endsession>\r\n";

function serving(): { shard: TestShard; primary: TestNode } {
  const shard = new TestShard().start();
  const primary = shard.elect();
  shard.ask(primary.id, ["SET", "key", "0"]);
  shard.run(50);
  return { shard, primary };
}

/** A client whose script stands still before its first line. */
function debugging(
  shard: TestShard,
  { id }: TestNode,
  mode: string,
  script: string = SCRIPT,
  command = "EVAL",
): TestClient {
  const client = shard.connect(id).send("SCRIPT", "DEBUG", mode);
  expect(client.take()).toBe("+OK\r\n");
  return client.send(command, script, "1", "key");
}

function valueOn({ node }: TestNode, key = "key"): unknown {
  return node.databases.get(0).get(key);
}

describe("SCRIPT DEBUG YES", () => {
  it("runs on a copy: the script sees its changes, nobody else does, and none is logged", () => {
    const { shard, primary } = serving();
    const before = shard.log.length;
    const client = debugging(shard, primary, "YES");
    expect(client.take()).toBe(FIRST);
    expect(client.send("s").take()).toBe(SECOND);
    expect(shard.ask(primary.id, ["GET", "key"])).toBe("$1\r\n0\r\n");
    expect(client.send("c").take()).toBe(`${END}$4\r\nmine\r\n`);
    expect(client.isClosed).toBe(true);
    expect([valueOn(primary), primary.node.forks.length]).toEqual(["0", 0]);
    expect(shard.log.slice(before).filter(({ kind }) => kind === "effects")).toEqual([]);
  });

  it("finds the keys that it names as they were at the beginning, whatever others write meanwhile", () => {
    const { shard, primary } = serving();
    const script = "local a = 1\nreturn {redis.call('get', 'key'), redis.call('pttl', 'key')}";
    const client = debugging(shard, primary, "YES", script);
    expect(shard.ask(primary.id, ["SET", "key", "theirs", "EX", "100"])).toBe("+OK\r\n");
    shard.run(50);
    client.take();
    expect(client.send("c").take()).toBe(`${END}*2\r\n$1\r\n0\r\n:-1\r\n`);
    expect(valueOn(primary)).toBe("theirs");
  });

  it("finds every other key so, too, if a command changes it meanwhile, and none that came later", () => {
    const { shard, primary } = serving();
    shard.ask(primary.id, ["MSET", "{key}a", "1", "{key}b", "2"]);
    shard.ask(primary.id, ["RPUSH", "{key}list", "x"]);
    shard.run(50);
    const script =
      "local a = 1\nreturn {redis.call('mget', '{key}a', '{key}b', '{key}c'), redis.call('lrange', '{key}list', 0, -1), redis.call('dbsize')}";
    const client = debugging(shard, primary, "YES", script);
    client.take();
    shard.ask(primary.id, ["SET", "{key}a", "changed"]);
    shard.ask(primary.id, [
      "EVAL",
      "redis.call('del', '{key}b') redis.call('set', '{key}c', '3')",
      "0",
    ]);
    const writer = shard
      .connect(primary.id)
      .send("MULTI")
      .send("RPUSH", "{key}list", "y")
      .send("EXEC");
    shard.run(50);
    expect(writer.take()).toContain(":2\r\n");
    const waiter = shard.connect(primary.id).send("BLPOP", "{key}later", "0");
    shard.ask(primary.id, ["RPUSH", "{key}later", "x", "y"]);
    shard.run(50);
    expect(waiter.take()).toContain("$1\r\nx\r\n");
    expect(client.send("c").take()).toBe(
      `${END}*3\r\n*3\r\n$1\r\n1\r\n$1\r\n2\r\n$-1\r\n*1\r\n$1\r\nx\r\n:4\r\n`,
    );
    expect(shard.ask(primary.id, ["DBSIZE"])).toBe(":5\r\n");
  });

  it("says in the log of its node what the script says there", () => {
    const { shard, primary } = serving();
    debugging(shard, primary, "YES", "redis.log(redis.LOG_WARNING, 'heard')").send("c").take();
    expect(shard.traced("script.said", primary.id)[0].text).toBe("heard");
  });

  it("moves nothing of its node", () => {
    const { shard, primary } = serving();
    const [target] = shard.replicas();
    const client = debugging(shard, target, "YES", SCRIPT).send("READONLY");
    client.send("EVAL", "return redis.call('cluster', 'failover')", "1", "key").send("c");
    shard.run(2000);
    expect(client.take()).toContain("+OK\r\n");
    expect(shard.primary?.id).toBe(primary.id);
  });

  it("copies a whole keyspace piece by piece where a command looks at all of it, and serves others in between", () => {
    const { shard, primary } = serving();
    const pairs = Array.from({ length: 3000 }, (_, index) => [`{k}${index}`, `${index}`]).flat();
    shard.ask(primary.id, ["MSET", ...pairs]);
    shard.run(50);
    // Each slice is as short as it can be.
    shard.workUs = 6000;
    const script =
      "redis.call('set', 'new', '1')\nreturn {redis.call('dbsize'), #redis.call('keys', '*')}";
    const client = debugging(shard, primary, "YES", script);
    client.take();
    client.send("c");
    expect(client.take()).toBe("");
    expect(shard.ask(primary.id, ["DBSIZE"])).toBe(":3001\r\n");
    shard.run(3000);
    expect(client.take()).toBe(`${END}*2\r\n:3002\r\n:3002\r\n`);
    expect(shard.ask(primary.id, ["EXISTS", "new"])).toBe(":0\r\n");
  });

  it("debugs several scripts at once, and drops one whose client leaves", () => {
    const { shard, primary } = serving();
    const clients = [debugging(shard, primary, "YES"), debugging(shard, primary, "YES")] as const;
    for (const client of clients) expect(client.send("s").take()).toBe(FIRST + SECOND);
    expect(primary.node.forks).toHaveLength(2);
    clients[0].close();
    expect(primary.node.forks).toHaveLength(1);
    expect(clients[1].send("c").take()).toBe(`${END}$4\r\nmine\r\n`);
  });

  it("runs a whole transaction on the copy", () => {
    const { shard, primary } = serving();
    const client = shard.connect(primary.id).send("SCRIPT", "DEBUG", "YES").send("MULTI");
    client.send("APPEND", "key", "1").send("EVAL", "return redis.call('get', 'key')", "0");
    client.send("APPEND", "key", "2").send("EXEC").take();
    expect(client.send("s").take()).toBe(
      '*3\r\n+<redis> get key\r\n+<reply> "01"\r\n+<endsession>\r\n*3\r\n:2\r\n$2\r\n01\r\n:3\r\n',
    );
    expect(valueOn(primary)).toBe("0");
  });

  it("on a replica reads while its node follows the log, and may not write", () => {
    const { shard, primary } = serving();
    const [replica] = shard.replicas();
    const client = debugging(shard, replica, "YES", SCRIPT, "EVAL");
    expect(client.take()).toMatch(/^-MOVED /);
    client.send("READONLY").take();
    client.send(
      "EVAL",
      "local a = redis.call('get', KEYS[1])\nredis.call('del', KEYS[1])",
      "1",
      "key",
    );
    client.take();
    shard.ask(primary.id, ["SET", "key", "newer"]);
    shard.run(200);
    expect(valueOn(replica)).toBe("newer");
    expect(client.send("s").take()).toContain('<reply> "0"');
    expect(client.send("s").take()).toMatch(/\+<endsession>\r\n-READONLY You can't write/);
  });

  it("ends when its node discards its memory", () => {
    const { shard, primary } = serving();
    const client = debugging(shard, primary, "YES");
    client.take();
    primary.isCutFromLog = true;
    shard.run(8000);
    shard.elect();
    primary.isCutFromLog = false;
    shard.run(1000);
    expect(client.take()).toMatch(/^\*1\r\n\+<endsession>\r\n-UNBLOCKED the debugged script/);
    expect([client.isClosed, primary.node.forks.length]).toEqual([true, 0]);
  });
});

describe("SCRIPT DEBUG SYNC", () => {
  it("runs on the data: others wait, and all it did is one record when it ends", () => {
    const { shard, primary } = serving();
    const before = shard.entriesOf("effects").length;
    const client = debugging(shard, primary, "SYNC");
    expect(client.send("s").take()).toBe(FIRST + SECOND);
    const other = shard.connect(primary.id).send("GET", "key");
    shard.run(1000);
    expect([other.take(), shard.entriesOf("effects").length - before]).toEqual(["", 0]);
    expect(client.send("c").take()).toBe(END);
    shard.run(50);
    expect([client.take(), client.isClosed, other.take()]).toEqual([
      "$4\r\nmine\r\n",
      true,
      "$4\r\nmine\r\n",
    ]);
    expect(shard.entriesOf("effects").length - before).toBe(1);
    for (const one of shard.replicas()) expect(valueOn(one)).toBe("mine");
  });

  it("lets its node keep the lease for as long as its client thinks; others hear that it is busy and may kill it", () => {
    const { shard, primary } = serving();
    const client = debugging(shard, primary, "SYNC");
    client.take();
    shard.run(20_000);
    expect([primary.node.role, shard.traced("role.primary").length]).toEqual(["primary", 1]);
    expect(shard.ask(primary.id, ["GET", "key"])).toMatch(/^-BUSY /);
    expect(shard.ask(primary.id, ["SCRIPT", "KILL"])).toBe("+OK\r\n");
    shard.run(50);
    expect(client.take()).toMatch(/^\*1\r\n\+<endsession>\r\n-ERR Script killed by user/);
    expect([client.isClosed, valueOn(primary)]).toEqual([true, "0"]);
  });

  it("runs to its end when its client has left: what it changed stays", () => {
    const { shard, primary } = serving();
    const client = debugging(shard, primary, "SYNC");
    client.send("b", "3").send("s").take();
    client.close();
    shard.run(100);
    expect([valueOn(primary), primary.node.script]).toEqual(["mine", undefined]);
    for (const one of shard.replicas()) expect(valueOn(one)).toBe("mine");
  });

  it("stops a script that does not end by itself; without its client it is ended", () => {
    const { shard, primary } = serving();
    shard.workUs = 6000;
    shard.ask(primary.id, ["CONFIG", "SET", "busy-reply-threshold", "300"]);
    const endless = "redis.call('set', KEYS[1], 'mine')\nwhile true do\n  local x = 1\nend";
    const client = debugging(shard, primary, "SYNC", endless);
    client.send("c").take();
    shard.run(400);
    expect(client.take()).toMatch(
      /^\*2\r\n\+\* Stopped at [23], stop reason = timeout reached, infinite loop\?/,
    );
    expect(client.send("p").take()).toMatch(/^\*1\r\n/);
    client.close();
    shard.run(400);
    expect([primary.node.script, valueOn(primary)]).toEqual([undefined, "mine"]);
  });

  it("gives way to a hand-over if it has changed nothing, else runs to its end without another stop", () => {
    const { shard, primary } = serving();
    const [target] = shard.replicas();
    const reader = debugging(shard, primary, "SYNC");
    reader.take();
    shard.message(primary.id, encodeFailoverAsk(0, target.id));
    shard.run(500);
    expect(reader.take()).toMatch(/^\*1\r\n\+<endsession>\r\n-UNBLOCKED .* it had changed nothing/);
    expect([reader.isClosed, shard.primary?.id]).toEqual([true, target.id]);
    const writer = debugging(shard, target, "SYNC");
    writer.send("s").take();
    shard.message(target.id, encodeFailoverAsk(0, primary.id));
    shard.run(2000);
    expect(writer.take()).toBe(`${END}$4\r\nmine\r\n`);
    expect([shard.primary?.id, valueOn(primary)]).toEqual([primary.id, "mine"]);
  });

  it("is lost with the leadership of its node, and its client is told", () => {
    const { shard, primary } = serving();
    const client = debugging(shard, primary, "SYNC");
    client.send("s").take();
    primary.isCutFromLog = true;
    shard.run(8000);
    const successor = shard.elect();
    primary.isCutFromLog = false;
    shard.run(1000);
    expect(client.take()).toMatch(
      /^\*1\r\n\+<endsession>\r\n-UNBLOCKED .* its changes are discarded/,
    );
    expect([client.isClosed, valueOn(successor), valueOn(primary)]).toEqual([true, "0", "0"]);
  });

  it("stops within a transaction, which goes on behind it", () => {
    const { shard, primary } = serving();
    const client = shard.connect(primary.id).send("SCRIPT", "DEBUG", "SYNC").send("MULTI");
    client.send("INCR", "key").send("EVAL", "return 1", "0").send("INCR", "key").send("EXEC");
    client.take();
    client.send("s");
    shard.run(50);
    expect(client.take()).toBe(`${END}*3\r\n:1\r\n:1\r\n:2\r\n`);
    expect(valueOn(primary)).toBe("2");
  });
});

describe("SCRIPT DEBUG", () => {
  it("is refused in a pipeline and in a transaction", () => {
    const { shard, primary } = serving();
    const refused = "-ERR SCRIPT DEBUG must be called outside a pipeline\r\n";
    const client = shard.connect(primary.id).send("MULTI").send("SCRIPT", "DEBUG", "YES");
    client.take();
    expect(client.send("EXEC").take()).toBe(`*1\r\n${refused}`);
    client.send("SET", "key", "1");
    expect(client.send("SCRIPT", "DEBUG", "YES").take()).toBe("");
    shard.run(50);
    expect(client.take()).toBe(`+OK\r\n${refused}`);
  });

  it("debugs no digest, and nothing any more after NO", () => {
    const { shard, primary } = serving();
    const client = shard.connect(primary.id).send("SCRIPT", "DEBUG", "sync");
    expect(client.send("EVALSHA", "0".repeat(40), "0").take()).toBe(
      "+OK\r\n-ERR Please use EVAL instead of EVALSHA for debugging\r\n",
    );
    expect(client.send("SCRIPT", "DEBUG", "maybe").take()).toBe(
      "-ERR Use SCRIPT DEBUG YES/SYNC/NO\r\n",
    );
    expect(client.send("SCRIPT", "DEBUG", "no").take()).toBe("+OK\r\n");
    expect(client.send("EVAL", "return 1", "0").take()).toBe(":1\r\n");
  });

  it("is a right of its own, and gives no other", () => {
    const { shard, primary } = serving();
    shard.ask(primary.id, ["ACL", "SETUSER", "ada", "on", "nopass", "~*", "+eval", "+get"]);
    shard.run(50);
    const client = shard.connect(primary.id).send("AUTH", "ada", "x");
    client.take();
    expect(client.send("SCRIPT", "DEBUG", "YES").take()).toMatch(/^-NOPERM .* 'script\|debug'/);
    shard.ask(primary.id, ["ACL", "SETUSER", "ada", "+script|debug"]);
    shard.run(50);
    client.send("SCRIPT", "DEBUG", "YES").send("EVAL", "return 1", "0").take();
    expect(client.send("r", "set", "key", "x").take()).toContain(
      "+<error> The user executing the script can't run this command",
    );
  });

  it("answers what speaks against the script when the session has ended at once", () => {
    const { shard, primary } = serving();
    for (const mode of ["YES", "SYNC"]) {
      const broken = debugging(shard, primary, mode, "return )");
      expect(broken.take()).toMatch(/^\*1\r\n\+<endsession>\r\n-ERR Error compiling script/);
      expect(broken.isClosed).toBe(true);
    }
  });
});
