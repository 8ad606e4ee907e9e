import { describe, expect, it } from "vitest";
import { TestShard, type TestClient } from "./testShard.ts";

const NOPERM_SET = "-NOPERM this user has no permissions to run the 'set' command\r\n";

function stage(): { shard: TestShard; primary: string; replica: string } {
  const shard = new TestShard().start();
  const primary = shard.elect().id;
  shard.run(20);
  return { shard, primary, replica: shard.replicas()[0].id };
}

/** A connection as this user. */
function loggedIn(shard: TestShard, node: string, user: string): TestClient {
  const client = shard.connect(node).send("AUTH", user, "pw");
  shard.run(5);
  expect(client.take()).toBe("+OK\r\n");
  return client;
}

function answer(shard: TestShard, client: TestClient, ...argv: string[]): string {
  client.send(...argv);
  shard.run(5);
  return client.take();
}

describe("users", () => {
  it("are a part of the log: replicas, successors and restarted nodes have them", () => {
    const { shard, primary, replica } = stage();
    const made = ["ACL", "SETUSER", "bob", "on", ">pw", "~k*", "+get", "+set", "+readonly"];
    expect(shard.ask(primary, made)).toBe("+OK\r\n");
    expect(shard.ask(primary, ["ACL", "SETUSER", "bob", "-set"])).toBe("+OK\r\n");
    shard.run(5);
    const onReplica = loggedIn(shard, replica, "bob");
    expect(answer(shard, onReplica, "SET", "k", "1")).toBe(NOPERM_SET);
    expect(shard.ask(replica, ["ACL", "SETUSER", "bob", "+set"])).toMatch(/^-READONLY /);
    shard.crash(primary);
    const next = shard.elect().id;
    expect(answer(shard, loggedIn(shard, next, "bob"), "SET", "k", "1")).toBe(NOPERM_SET);
    shard.startNode(primary);
    shard.run(2000);
    expect(answer(shard, loggedIn(shard, primary, "bob"), "SET", "k", "1")).toBe(NOPERM_SET);
  });

  it("are answered for when their change is durable, and so is all that they were asked by", () => {
    const { shard, primary } = stage();
    shard.ask(primary, ["ACL", "SETUSER", "bob", "on", ">pw", "~k*", "+get"]);
    shard.at(primary).isCutFromLog = true;
    const admin = shard.connect(primary).send("ACL", "SETUSER", "bob", "~x*");
    const bob = shard.connect(primary).send("AUTH", "bob", "pw").send("GET", "x");
    shard.run(200);
    expect([admin.take(), bob.take()]).toEqual(["", ""]);
    const next = new Set(shard.replicas().map(({ id }) => id));
    shard.run(8000);
    const successor = [...next].find((id) => shard.at(id).node.role === "primary") ?? "";
    expect(answer(shard, loggedIn(shard, successor, "bob"), "GET", "x")).toMatch(/^-NOPERM /);
    // What was never durable was never so: the old primary reads it from the log.
    shard.at(primary).isCutFromLog = false;
    shard.run(4000);
    expect([admin.take(), admin.isClosed]).toEqual(["", true]);
    expect(answer(shard, loggedIn(shard, primary, "bob"), "GET", "x")).toMatch(/^-NOPERM /);
  });

  it("are not known to a node that was just started: nobody logs in, nobody administers", () => {
    const { shard, primary } = stage();
    shard.ask(primary, ["ACL", "SETUSER", "default", "off"]);
    const id = shard.replicas()[0].id;
    shard.crash(id);
    shard.startNode(id);
    const early = shard.connect(id);
    expect(early.send("AUTH", "default", "x").take()).toMatch(/^-LOADING /);
    expect(early.send("CONFIG", "SET", "maxclients", "1").take()).toMatch(/^-LOADING /);
    expect(early.send("HELLO", "3", "AUTH", "default", "x").take()).toMatch(/^-LOADING /);
    shard.run(3000);
    expect(answer(shard, early, "PING")).toBe("-NOAUTH Authentication required.\r\n");
  });

  it("lose their connections when they are deleted, wherever these are", () => {
    const { shard, primary, replica } = stage();
    shard.ask(primary, ["ACL", "SETUSER", "bob", "on", ">pw", "~*", "&*", "+@all"]);
    shard.run(5);
    const [here, there] = [loggedIn(shard, primary, "bob"), loggedIn(shard, replica, "bob")];
    const waiting = loggedIn(shard, primary, "bob").send("BLPOP", "list", "0");
    expect(shard.ask(primary, ["ACL", "DELUSER", "bob"])).toBe(":1\r\n");
    shard.run(5);
    expect([here.isClosed, there.isClosed, waiting.isClosed]).toEqual([true, true, true]);
  });

  it("are asked for again when a client is served that has waited", () => {
    const { shard, primary } = stage();
    shard.ask(primary, ["ACL", "SETUSER", "bob", "on", ">pw", "~*", "+@all"]);
    const bob = loggedIn(shard, primary, "bob").send("BLPOP", "list", "0");
    shard.ask(primary, ["ACL", "SETUSER", "bob", "resetkeys", "~other"]);
    shard.ask(primary, ["RPUSH", "list", "secret"]);
    expect(bob.take()).toMatch(/^-NOPERM /);
    expect(shard.ask(primary, ["LLEN", "list"])).toBe(":1\r\n");
  });
});

describe("users of several shards", () => {
  /** Two shards of one cluster, each with its log; `carry` takes what they say to each other across. */
  function cluster(): { shards: [TestShard, TestShard]; carry: (ms: number) => void } {
    const shards: [TestShard, TestShard] = [
      new TestShard({ shards: 2 }),
      new TestShard({ shards: 2 }),
    ];
    shards.forEach((shard, index) => {
      for (const zone of ["a", "b", "c"]) shard.startNode(`db-${index}-${zone}`);
      shard.elect();
    });
    const carry = (ms: number): void => {
      for (let passed = 0; passed < ms; passed++) {
        shards.forEach((shard, index) => {
          shard.run(1);
          const other = shards[1 - index] as TestShard;
          for (const { from, to, frame } of shard.outside.splice(0)) {
            if (other.nodes.has(to)) other.message(to, frame, from);
          }
        });
      }
    };
    carry(20);
    return { shards, carry };
  }

  const rulesOf = (shard: TestShard): string =>
    shard.ask(shard.elect().id, ["ACL", "LIST"]).replaceAll(/\$\d+\r\n/g, "");

  it("spread by the bus, and each log keeps them", () => {
    const { shards, carry } = cluster();
    const [first, second] = shards;
    second.ask(second.elect().id, ["ACL", "SETUSER", "bob", "on", ">pw", "+get"]);
    second.ask(second.elect().id, ["ACL", "SETUSER", "eve", "on", "+set"]);
    carry(20);
    expect(rulesOf(first)).toBe(rulesOf(second));
    second.ask(second.elect().id, ["ACL", "DELUSER", "eve"]);
    carry(20);
    first.crash(first.elect().id);
    expect(rulesOf(first)).toContain("user bob on");
    expect(rulesOf(first)).toBe(rulesOf(second));
    expect(rulesOf(first)).not.toContain("eve");
  });

  it("agree on one of two changes at once: of equal versions the higher shard's", () => {
    const { shards, carry } = cluster();
    const [first, second] = shards;
    const made = first.connect(first.elect().id).send("ACL", "SETUSER", "bob", "+get");
    second.connect(second.elect().id).send("ACL", "SETUSER", "bob", "+set");
    carry(30);
    expect(made.take()).toBe("+OK\r\n");
    expect(rulesOf(first)).toContain("-@all +set");
    expect(rulesOf(second)).toBe(rulesOf(first));
  });

  it("are told again when the news was lost", () => {
    const { shards, carry } = cluster();
    const [first, second] = shards;
    first.ask(first.elect().id, ["ACL", "SETUSER", "bob", "+get"]);
    second.ask(second.elect().id, ["ACL", "SETUSER", "eve", "+set"]);
    first.outside.length = 0;
    second.outside.length = 0;
    expect(rulesOf(second)).not.toContain("bob");
    carry(6000);
    expect(rulesOf(second)).toBe(rulesOf(first));
    expect(rulesOf(first)).toContain("user eve");
  });
});

describe("guessing passwords", () => {
  it("is slowed by address, whatever connection it comes by, and told to the operator", () => {
    const { shard, primary } = stage();
    shard.ask(primary, ["ACL", "SETUSER", "bob", "on", ">pw", "+ping"]);
    const guesser = shard.connect(primary);
    let guesses = 0;
    for (; guesses < 100 && guesser.send("AUTH", "bob", "no").take() !== ""; guesses++);
    expect(guesses).toBe(11);
    expect(shard.traced("login.slowed").map(({ text }) => text)).toEqual(["127.0.0.1"]);
    const others = [1, 2, 3].map(() => shard.connect(primary).send("AUTH", "bob", "no"));
    const heard = (): number => others.filter((one) => one.received !== "").length;
    expect(heard()).toBe(0);
    shard.run(99);
    expect([guesser.take(), heard()]).toEqual(["", 0]);
    shard.run(2);
    expect(guesser.take()).toMatch(/^-WRONGPASS /);
    shard.run(190);
    expect(heard()).toBe(0);
    shard.run(20);
    expect(heard()).toBe(1);
    shard.run(20_000);
    expect(heard()).toBe(3);
    // A minute without a failure, and all is forgotten.
    shard.run(60_000);
    expect(shard.ask(primary, ["AUTH", "bob", "no"])).toMatch(/^-WRONGPASS /);
    expect(loggedIn(shard, primary, "bob").send("PING").take()).toBe("+PONG\r\n");
  });

  it("gains nothing by a transaction of many attempts", () => {
    const { shard, primary } = stage();
    shard.ask(primary, ["ACL", "SETUSER", "bob", "on", ">pw", "+ping"]);
    const client = shard.connect(primary).send("MULTI");
    for (let guess = 0; guess < 30; guess++) client.send("AUTH", "bob", "no");
    client.send("AUTH", "bob", "pw").send("EXEC");
    shard.run(5);
    expect(client.take()).not.toContain("+OK\r\n-WRONGPASS");
    expect(client.send("ACL", "WHOAMI").take()).toBe("$7\r\ndefault\r\n");
  });
});
