/** What a user does when a right is taken away goes on no further: what waits, listens, watches, is queued or runs is judged anew. */
import { beforeEach, describe, expect, it } from "vitest";
import { TestShard, type TestClient } from "./testShard.ts";

let shard: TestShard;
let primary: string;

beforeEach(() => {
  shard = new TestShard({ isClusterMode: false }).start();
  primary = shard.elect().id;
  shard.run(20);
  setUser("on", ">pw", "~*", "&*", "+@all");
  ask("CONFIG SET notify-keyspace-events KEA");
});

function ask(line: string): string {
  return shard.ask(primary, line.split(" "));
}

function setUser(...rules: string[]): void {
  expect(shard.ask(primary, ["ACL", "SETUSER", "bob", ...rules])).toBe("+OK\r\n");
}

function bob(): TestClient {
  const client = shard.connect(primary).send("AUTH", "bob", "pw");
  shard.run(3);
  expect(client.take()).toBe("+OK\r\n");
  return client;
}

/** What bob waits for, the rules that change, and what would have served him: one line each. */
const waiting: readonly (readonly [string, string, string])[] = [
  ["BLPOP k 0", "resetkeys", "RPUSH k secret"],
  ["BRPOP k 0", "-brpop", "RPUSH k secret"],
  ["BLMOVE k to LEFT LEFT 0", "resetkeys ~k", "RPUSH k secret"],
  ["BLMOVE k to LEFT LEFT 0", "resetkeys ~to %W~k", "RPUSH k secret"],
  ["BRPOPLPUSH k to 0", "-@write", "RPUSH k secret"],
  ["BLMPOP 0 2 own k LEFT", "resetkeys ~own", "RPUSH k secret"],
  ["BZPOPMIN k 0", "resetkeys %R~k", "ZADD k 1 secret"],
  ["BZPOPMAX k 0", "-@sortedset", "ZADD k 1 secret"],
  ["BZMPOP 0 1 k MIN", "resetkeys", "ZADD k 1 secret"],
  ["XREAD BLOCK 0 STREAMS k $", "resetkeys %W~k", "XADD k * f secret"],
  ["XREADGROUP GROUP g c BLOCK 0 STREAMS groups >", "-xreadgroup", "XADD groups * f secret"],
];

describe("a client that waits when its user loses the right", () => {
  it.each(waiting)("%s is refused after ACL SETUSER bob %s", (line, rules, served) => {
    ask("XGROUP CREATE groups g $ MKSTREAM");
    const client = bob().send(...line.split(" "));
    expect(client.take()).toBe("");
    setUser(...rules.split(" "));
    ask(served);
    shard.run(5);
    expect(client.take()).toMatch(/^-NOPERM [^\r]*\r\n$/);
    // And takes nothing away.
    const key = line.includes("groups") ? "groups" : "k";
    expect(ask(`EXISTS ${key}`)).toBe(":1\r\n");
    expect(ask("EXISTS to")).toBe(":0\r\n");
  });
});

/** What bob listens to or watches, and the rules that change. */
const listening: readonly (readonly [string, string])[] = [
  ["MONITOR", "-monitor"],
  ["MONITOR", "-@all +get"],
  ["SUBSCRIBE secret", "resetchannels"],
  ["SUBSCRIBE mine secret", "resetchannels &mine"],
  ["PSUBSCRIBE *", "resetchannels &secret"],
  ["PSUBSCRIBE __key*", "resetchannels &*ecret"],
  ["SSUBSCRIBE secret", "resetchannels &mine"],
  ["SUBSCRIBE __keyspace@0__:k", "resetchannels"],
  ["SUBSCRIBE secret", "off resetchannels"],
];

describe("a client that listens when its user loses the right", () => {
  it.each(listening)("%s ends with ACL SETUSER bob %s", (line, rules) => {
    const client = bob().send(...line.split(" "));
    client.take();
    setUser(...rules.split(" "));
    ask("PUBLISH secret x");
    ask("SPUBLISH secret x");
    ask("SET k secret");
    shard.run(5);
    expect([client.take(), client.isClosed]).toEqual(["", true]);
  });
});

describe("what a user has begun when it loses the right", () => {
  it("is refused by EXEC, command by command", () => {
    const client = bob().send("MULTI").send("SET", "mine", "1").send("GET", "k").send("INCR", "n");
    client.take();
    ask("SET k secret");
    setUser("resetkeys", "~mine", "-incr");
    client.send("EXEC");
    shard.run(5);
    expect(client.take()).toMatch(/^\*3\r\n\+OK\r\n-NOPERM [^\r]*\r\n-NOPERM [^\r]*\r\n$/);
    expect(ask("EXISTS n")).toBe(":0\r\n");
  });

  it("is refused in the middle of a long script", () => {
    ask("SET k secret");
    // A short piece of a script is a slice.
    shard.workUs = 6000;
    const script = "for i = 1, 1e5 do end return redis.pcall('GET', 'k').err or 'told'";
    const client = bob().send("EVAL", script, "0");
    expect(client.take()).toBe("");
    // A busy node takes no orders from clients: the change comes from elsewhere.
    const { executor } = shard.at(primary).node;
    const draft = executor.users.get("bob")?.draft();
    draft?.root.commands.fill(0);
    if (draft !== undefined) {
      draft.root.allowsAllCommands = false;
      executor.users.learn({ name: "bob", version: 99, shard: 1, user: draft });
    }
    for (let waited = 0; waited < 5000 && client.received === ""; waited += 10) shard.run(10);
    expect(client.take()).toMatch(/The user executing the script can't run this command/);
  });

  it("stays refused when it is asked for again by EVALSHA and FCALL", () => {
    const client = bob().send("SCRIPT", "LOAD", "return redis.call('GET', 'k')");
    const digest = client.take().split("\r\n")[1] ?? "";
    client.send(
      "FUNCTION",
      "LOAD",
      "#!lua name=l\nredis.register_function('f', function() return redis.call('GET', 'k') end)",
    );
    shard.run(5);
    client.take();
    ask("SET k secret");
    setUser("resetkeys");
    for (const argv of [
      ["EVALSHA", digest, "0"],
      ["FCALL", "f", "0"],
    ]) {
      client.send(...argv);
      shard.run(5);
      expect(client.take()).toMatch(/^-ERR The user executing the script can't access/);
    }
  });
});
