/** PROTOCOL rule 23: clients that wait for a key, on nodes behind their door. Over 500 lines: one list beside the rule. */
import { describe, expect, it } from "vitest";
import { encodeFailoverAsk } from "../control/messages.ts";
import { type TestClient, type TestNode, TestShard } from "./testShard.ts";

type Options = ConstructorParameters<typeof TestShard>[0];

interface Lab {
  readonly shard: TestShard;
  readonly primary: TestNode;
  /** Sends a request on a connection of its own. */
  readonly wait: (line: string) => TestClient;
  /** One request and its answer. */
  readonly ask: (line: string) => string;
}

function lab(options: Options = {}): Lab {
  const shard = new TestShard(options).start();
  const primary = shard.elect();
  return {
    shard,
    primary,
    wait: (line) => shard.connect(primary.id).send(...line.split(" ")),
    ask: (line) => shard.ask(primary.id, line.split(" ")),
  };
}

/** A reply of BLPOP. */
function popped(key: string, element: string): string {
  return `*2\r\n$${key.length}\r\n${key}\r\n$${element.length}\r\n${element}\r\n`;
}

const sentAway =
  "-UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)\r\n";

describe("rule 23: a client that waits for a key", () => {
  it("hears at once what its own request has told of, such as a key that it found to be over", () => {
    const { shard, primary, ask } = lab();
    primary.node.executor.settings.load(new Map([["enable-debug-command", ["yes"]]]));
    expect(ask("DEBUG SET-ACTIVE-EXPIRE 0")).toBe("+OK\r\n");
    expect(ask("CONFIG SET notify-keyspace-events Ex")).toBe("+OK\r\n");
    expect(ask("SET k v PX 1")).toBe("+OK\r\n");
    const client = shard.connect(primary.id).send("HELLO", "3").send("PSUBSCRIBE", "__key*");
    shard.run(20);
    client.take();
    client.send("BLPOP", "k", "0");
    shard.run(20);
    expect(client.take()).toBe(
      ">4\r\n$8\r\npmessage\r\n$6\r\n__key*\r\n$22\r\n__keyevent@0__:expired\r\n$1\r\nk\r\n",
    );
    ask("RPUSH k a");
    shard.run(20);
    expect(client.take()).toBe(popped("k", "a"));
  });

  it("is served by the push, the longest waiting first, one an element", () => {
    const { shard, primary, wait, ask } = lab();
    const clients = ["BLPOP k 0", "BRPOP k 0", "BLPOP {k}o k 0"].map(wait);
    shard.run(10);
    expect(clients.map((client) => client.take())).toEqual(["", "", ""]);
    expect(primary.node.connections.blocked.size).toBe(3);
    expect(ask("RPUSH k a b")).toBe(":2\r\n");
    expect(clients.map((client) => client.take())).toEqual([
      popped("k", "a"),
      popped("k", "b"),
      "",
    ]);
    expect(ask("LLEN k")).toBe(":0\r\n");
    expect(ask("RPUSH {k}o c")).toBe(":1\r\n");
    expect(clients[2]?.take()).toBe(popped("{k}o", "c"));
    expect(primary.node.connections.blocked.size).toBe(0);
  });

  it("is served in a record of its own, directly behind the push's, and answered when that commits", () => {
    const { shard, primary, wait } = lab();
    const client = wait("BLPOP k 0");
    shard.run(5);
    const before = primary.node.appender.lastPosition;
    shard.perfectLog.holdsAppends = true;
    const pusher = wait("RPUSH k a");
    expect(primary.node.appender.lastPosition).toBe(before + 2);
    shard.run(20);
    expect([client.take(), pusher.take()]).toEqual(["", ""]);
    shard.perfectLog.releaseAppends();
    shard.run(5);
    expect([client.take(), pusher.take()]).toEqual([popped("k", "a"), ":1\r\n"]);
    const replica = shard.replicas()[0];
    shard.run(50);
    expect(replica.node.databases.size).toBe(0);
    expect(replica.node.appliedPosition).toBeGreaterThanOrEqual(before + 2);
  });

  it("sees a transaction as a whole, and is served from the key that was ready first", () => {
    const { shard, wait, ask } = lab();
    const first = wait("BLPOP {k}a {k}b 0");
    const second = wait("BLPOP {k}a 0");
    const pusher = wait("MULTI");
    for (const line of ["RPUSH {k}b 1", "RPUSH {k}a 2", "DEL {k}c", "EXEC"]) {
      pusher.send(...line.split(" "));
    }
    shard.run(5);
    expect(first.take()).toBe(popped("{k}b", "1"));
    expect(second.take()).toBe(popped("{k}a", "2"));
    const third = wait("BLPOP {k}a 0");
    const gone = wait("MULTI");
    for (const line of ["RPUSH {k}a 1", "DEL {k}a", "SET {k}a v", "EXEC"]) {
      gone.send(...line.split(" "));
    }
    shard.run(5);
    expect(third.take()).toBe("");
    expect(ask("DEL {k}a")).toBe(":1\r\n");
    expect(ask("RPUSH {k}a 3")).toBe(":1\r\n");
    expect(third.take()).toBe(popped("{k}a", "3"));
  });

  it("passes an element on: chains of BLMOVE end where nobody waits", () => {
    const { shard, wait, ask } = lab();
    const moves = [
      "BLMOVE {k}a {k}b LEFT RIGHT 0",
      "BRPOPLPUSH {k}b {k}c 0",
      "BLMOVE {k}c {k}a LEFT LEFT 0",
    ].map(wait);
    shard.run(5);
    expect(ask("RPUSH {k}a x")).toBe(":1\r\n");
    expect(moves.map((client) => client.take())).toEqual(Array(3).fill("$1\r\nx\r\n"));
    expect(ask("LRANGE {k}a 0 -1")).toBe("*1\r\n$1\r\nx\r\n");
  });

  it("is told at once that its destination is of another type, and the element stays for the next", () => {
    const { shard, wait, ask } = lab();
    ask("SET {k}t v");
    const mover = wait("BLMOVE {k}s {k}t LEFT LEFT 0");
    const popper = wait("BLPOP {k}s 0");
    shard.run(5);
    expect(ask("RPUSH {k}s x")).toBe(":1\r\n");
    expect(mover.take()).toMatch(/^-WRONGTYPE /);
    expect(popper.take()).toBe(popped("{k}s", "x"));
  });

  it("is woken by every way in which a list can come to be", () => {
    const ways = [
      "RENAME {k}s {k}d",
      "COPY {k}s {k}d",
      "LMOVE {k}s {k}d LEFT LEFT",
      "LPUSH {k}d x",
    ];
    for (const way of ways) {
      const { shard, wait, ask } = lab();
      ask("RPUSH {k}s x");
      const client = wait("BLPOP {k}d 0");
      shard.run(5);
      ask(way);
      expect([way, client.take()]).toEqual([way, popped("{k}d", "x")]);
    }
  });

  it("is woken by a key that comes from another database, unless it has expired", () => {
    const { shard, primary, wait, ask } = lab({ isClusterMode: false });
    const other = shard.connect(primary.id).send("SELECT", "1");
    const ways: readonly (readonly [string, boolean])[] = [
      ["SWAPDB 0 1", false],
      ["MOVE k 0", true],
      ["COPY k k DB 0", true],
    ];
    for (const [way, isInOther] of ways) {
      other.send("RPUSH", "k", "x");
      const client = wait("BLPOP k 0");
      if (isInOther) other.send(...way.split(" "));
      else ask(way);
      shard.run(5);
      expect([way, client.take()]).toEqual([way, popped("k", "x")]);
      ask("FLUSHALL");
    }
    other.send("RPUSH", "k", "x").send("PEXPIRE", "k", "1000");
    const client = wait("BRPOP k 0");
    shard.run(5);
    // Past its deadline, and deleted by nobody yet, when it comes.
    primary.wallJumpUs = 60_000_000;
    ask("SWAPDB 0 1");
    expect(client.take()).toBe("");
    expect(ask("RPUSH k y")).toBe(":1\r\n");
    expect(client.take()).toBe(popped("k", "y"));
  });

  it("that is tried in vain and goes on waiting tells everybody, itself too, of the key that it found to be over", () => {
    const { shard, primary, wait, ask } = lab({ isClusterMode: false });
    primary.node.executor.settings.load(new Map([["enable-debug-command", ["yes"]]]));
    expect(ask("DEBUG SET-ACTIVE-EXPIRE 0")).toBe("+OK\r\n");
    expect(ask("CONFIG SET notify-keyspace-events Ex")).toBe("+OK\r\n");
    wait("SELECT 1").send("RPUSH", "k", "x").send("PEXPIRE", "k", "1000");
    const listener = wait("PSUBSCRIBE __key*");
    const client = wait("HELLO 3").send("PSUBSCRIBE", "__key*").send("BLPOP", "k", "0");
    shard.run(5);
    listener.take();
    client.take();
    primary.wallJumpUs = 60_000_000;
    expect(ask("SWAPDB 0 1")).toBe("+OK\r\n");
    shard.run(5);
    const told = "$8\r\npmessage\r\n$6\r\n__key*\r\n$22\r\n__keyevent@0__:expired\r\n$1\r\nk\r\n";
    expect([listener.take(), client.take()]).toEqual([`*4\r\n${told}`, `>4\r\n${told}`]);
    ask("RPUSH k y");
    expect(client.take()).toBe(popped("k", "y"));
  });

  it("executes nothing else meanwhile: requests behind it wait, in their order", () => {
    const { shard, primary, ask } = lab();
    const client = shard.connect(primary.id);
    client.send("BLPOP", "k", "0").send("SET", "s", "1").send("BLPOP", "l", "0").send("GET", "s");
    shard.run(10);
    expect(client.take()).toBe("");
    expect(ask("GET s")).toBe("$-1\r\n");
    ask("RPUSH k a");
    expect(client.take()).toBe(`${popped("k", "a")}+OK\r\n`);
    ask("RPUSH l b");
    expect(client.take()).toBe(`${popped("l", "b")}$1\r\n1\r\n`);
  });

  it("is answered null when its time has run out, not earlier, and waits no more", () => {
    const { shard, wait, ask } = lab();
    const clients = ["BLPOP k 0.1", "BLMOVE k {k} LEFT LEFT 0.2", "BLMPOP 0.05 1 k LEFT"].map(wait);
    shard.run(40);
    expect(clients.map((client) => client.take())).toEqual(["", "", ""]);
    shard.run(12);
    expect(clients.map((client) => client.take())).toEqual(["", "", "*-1\r\n"]);
    shard.run(60);
    expect(clients.map((client) => client.take())).toEqual(["*-1\r\n", "", ""]);
    shard.run(100);
    expect(clients.map((client) => client.take())).toEqual(["", "*-1\r\n", ""]);
    expect(ask("RPUSH k a")).toBe(":1\r\n");
    expect(ask("LLEN k")).toBe(":1\r\n");
    expect(shard.marks).toContain("blocked client timed out");
  });

  it("is told that nothing came only once what it saw is durable", () => {
    const { shard, wait, ask } = lab();
    ask("RPUSH k a");
    shard.perfectLog.holdsAppends = true;
    const popper = wait("LPOP k");
    const client = wait("BLPOP k 0.05");
    shard.run(100);
    expect([popper.take(), client.take()]).toEqual(["", ""]);
    shard.perfectLog.releaseAppends();
    shard.run(5);
    expect([popper.take(), client.take()]).toEqual(["$1\r\na\r\n", "*-1\r\n"]);
  });

  it("that goes away takes nothing with it", () => {
    const { shard, primary, wait, ask } = lab();
    const gone = wait("BLPOP k 0");
    const next = wait("BLPOP k 0");
    shard.run(5);
    gone.close();
    ask("RPUSH k a");
    expect(next.take()).toBe(popped("k", "a"));
    expect(primary.node.connections.blocked.size).toBe(0);
  });

  it("that is killed takes nothing with it", () => {
    const { shard, wait, ask } = lab();
    const killed = wait("BLPOP k 0");
    shard.run(5);
    expect(ask(`CLIENT KILL ID ${killed.id}`)).toBe(":1\r\n");
    expect(killed.isClosed).toBe(true);
    ask("RPUSH k a");
    expect(ask("LLEN k")).toBe(":1\r\n");
  });

  it("is freed by CLIENT UNBLOCK, as if its time had run out or with an error", () => {
    const { shard, wait, ask } = lab();
    const first = wait("BLPOP k 0");
    const second = wait("BLPOP k 0");
    const third = wait("PING");
    shard.run(5);
    expect(ask(`CLIENT UNBLOCK ${first.id}`)).toBe(":1\r\n");
    expect(first.take()).toBe("*-1\r\n");
    expect(ask(`CLIENT UNBLOCK ${second.id} error`)).toBe(":1\r\n");
    expect(second.take()).toBe("-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n");
    expect(ask(`CLIENT UNBLOCK ${second.id} TIMEOUT`)).toBe(":0\r\n");
    expect(ask(`CLIENT UNBLOCK ${third.id}`)).toBe(":0\r\n");
    expect(ask("CLIENT UNBLOCK 999")).toBe(":0\r\n");
    ask("RPUSH k a");
    expect(ask("LLEN k")).toBe(":1\r\n");
    expect(first.send("PING").take()).toBe("+PONG\r\n");
    expect(shard.marks).toContain("blocked client unblocked by another");
  });

  it("is freed by CLIENT UNBLOCK before a push of the same transaction can serve it", () => {
    const { shard, wait, ask } = lab();
    const client = wait("BLPOP k 0");
    const other = wait("MULTI");
    other.send("RPUSH", "k", "a").send("CLIENT", "UNBLOCK", String(client.id)).send("EXEC");
    shard.run(5);
    expect(client.take()).toBe("*-1\r\n");
    expect(ask("LRANGE k 0 -1")).toBe("*1\r\n$1\r\na\r\n");
  });

  it("is shown as such", () => {
    const { shard, wait, ask } = lab();
    const client = wait("BLPOP k 0");
    shard.run(5);
    expect(ask("INFO clients")).toContain("blocked_clients:1\r\n");
    expect(ask(`CLIENT LIST ID ${client.id}`)).toContain(" flags=b ");
    client.close();
    expect(ask("INFO clients")).toContain("blocked_clients:0\r\n");
  });

  it("counts once, when it begins to wait", () => {
    const { shard, wait, ask } = lab();
    wait("BLPOP k 0");
    shard.run(5);
    expect(ask("INFO commandstats")).toContain("cmdstat_blpop:calls=1,");
    ask("RPUSH k a");
    expect(ask("INFO commandstats")).toContain("cmdstat_blpop:calls=1,");
  });
});

describe("WAIT", () => {
  it("asks for what its own connection has written, and for nothing else", () => {
    const { shard, primary, wait } = lab();
    const client = wait("SET k 1");
    shard.run(5);
    expect(client.take()).toBe("+OK\r\n");
    shard.perfectLog.holdsAppends = true;
    const other = wait("SET l 1");
    expect(client.send("WAIT", "1", "0").take()).toBe(":1\r\n");
    const never = shard.connect(primary.id).send("WAIT", "1", "0");
    expect(never.take()).toBe(":1\r\n");
    expect(other.send("WAIT", "1", "20").take()).toBe("");
    shard.run(100);
    expect(other.take()).toBe("");
    shard.perfectLog.releaseAppends();
    shard.run(5);
    // Its answers stand in the order of its requests: time had run out before the first could leave.
    expect(other.take()).toBe("+OK\r\n:0\r\n");
    expect(other.send("WAIT", "1", "20").take()).toBe(":1\r\n");
  });

  it("is answered as soon as the writes are committed, or 0 when its time has run out", () => {
    const { shard, wait } = lab();
    shard.perfectLog.holdsAppends = true;
    const quiet = (): TestClient => {
      const client = wait("CLIENT REPLY OFF");
      return client.send("SET", "k", "1").send("CLIENT", "REPLY", "ON");
    };
    const [late, patient, idle] = [quiet(), quiet(), quiet()];
    for (const client of [late, patient, idle]) expect(client.take()).toBe("+OK\r\n");
    late.send("WAIT", "1", "50");
    patient.send("WAIT", "2", "0").send("PING");
    expect(idle.send("WAIT", "0", "0").take()).toBe(":0\r\n");
    shard.run(45);
    expect([late.take(), patient.take()]).toEqual(["", ""]);
    shard.run(10);
    expect([late.take(), patient.take()]).toEqual([":0\r\n", ""]);
    shard.perfectLog.releaseAppends();
    shard.run(5);
    expect(patient.take()).toBe(":1\r\n+PONG\r\n");
  });

  it("inside a transaction is answered with it, once it is committed", () => {
    const { shard, wait } = lab();
    shard.perfectLog.holdsAppends = true;
    const client = wait("MULTI").send("SET", "k", "1").send("WAIT", "1", "0").send("EXEC");
    shard.run(20);
    expect(client.take()).toBe("+OK\r\n+QUEUED\r\n+QUEUED\r\n");
    shard.perfectLog.releaseAppends();
    shard.run(5);
    expect(client.take()).toBe("*2\r\n+OK\r\n:1\r\n");
  });

  it("never counts what a fenced primary has lost: connections with writes of unknown outcome are closed", () => {
    const { shard, primary, wait } = lab();
    const client = wait("CLIENT REPLY OFF");
    const other = wait("GET k");
    shard.run(5);
    primary.isCutFromLog = true;
    client.send("SET", "k", "1");
    shard.run(4000);
    primary.isCutFromLog = false;
    shard.run(1000);
    expect([client.isClosed, other.isClosed]).toEqual([true, false]);
  });
});

describe("CLIENT PAUSE", () => {
  it("holds what might write, in its order, and lets reads and refusals pass", () => {
    const { shard, primary, wait, ask } = lab();
    ask("SET k 1");
    expect(ask("CLIENT PAUSE 60000 WRITE")).toBe("+OK\r\n");
    const writers = ["SET k 2", "APPEND k 3", "PUBLISH c m"].map(wait);
    const pipelined = shard.connect(primary.id).send("GET", "k").send("INCR", "n").send("GET", "n");
    shard.run(5);
    expect(writers.map((client) => client.take())).toEqual(["", "", ""]);
    expect(pipelined.take()).toBe("$1\r\n1\r\n");
    expect(ask("GET k")).toBe("$1\r\n1\r\n");
    expect(ask("SET k")).toBe("-ERR wrong number of arguments for 'set' command\r\n");
    expect(ask("INFO clients")).toContain("blocked_clients:4\r\n");
    expect(ask("CLIENT UNPAUSE")).toBe("+OK\r\n");
    expect(writers.map((client) => client.take())).toEqual(["+OK\r\n", ":2\r\n", ":0\r\n"]);
    expect(pipelined.take()).toBe(":1\r\n$1\r\n1\r\n");
    expect(ask("GET k")).toBe("$2\r\n23\r\n");
    expect(shard.marks).toContain("request held by CLIENT PAUSE");
  });

  it("holds everything by default, and ends with its time", () => {
    const { shard, wait } = lab();
    wait("CLIENT PAUSE 100");
    shard.run(1);
    const clients = ["PING", "GET k", "CLIENT UNPAUSE"].map(wait);
    shard.run(90);
    expect(clients.map((client) => client.take())).toEqual(["", "", ""]);
    shard.run(15);
    expect(clients.map((client) => client.take())).toEqual(["+PONG\r\n", "$-1\r\n", "+OK\r\n"]);
  });

  it("goes on as long and as strictly as the strictest that was asked for", () => {
    const { shard, wait, ask } = lab();
    ask("CLIENT PAUSE 1000 WRITE");
    ask("CLIENT PAUSE 10 WRITE");
    ask("CLIENT PAUSE 0");
    const writer = wait("SET k 1");
    shard.run(500);
    expect(writer.take()).toBe("");
    expect(ask("GET k")).toBe("$-1\r\n");
    wait("CLIENT PAUSE 1");
    const reader = wait("GET k");
    shard.run(600);
    expect([writer.take(), reader.take()]).toEqual(["+OK\r\n", "$1\r\n1\r\n"]);
  });

  it("begins at the end of the transaction that asks for it, and holds transactions that write", () => {
    const { shard, wait, ask } = lab();
    const open = wait("MULTI").send("SET", "l", "1");
    const reads = wait("MULTI").send("GET", "k");
    const other = wait("MULTI");
    other.send("SET", "k", "1").send("CLIENT", "PAUSE", "60000", "WRITE").send("SET", "k", "2");
    other.send("EXEC");
    open.send("EXEC");
    reads.send("EXEC");
    shard.run(5);
    expect(other.take()).toContain("*3\r\n+OK\r\n+OK\r\n+OK\r\n");
    expect(open.take()).toBe("+OK\r\n+QUEUED\r\n");
    expect(reads.take()).toContain("*1\r\n$1\r\n2\r\n");
    ask("CLIENT UNPAUSE");
    expect(open.take()).toBe("*1\r\n+OK\r\n");
  });

  it("lets nothing expire: what is past its deadline is hidden, and deleted when the pause has ended", () => {
    const { shard, primary, ask } = lab();
    ask("SET k 1 PX 50");
    ask("CLIENT PAUSE 1000 WRITE");
    shard.run(200);
    expect(ask("GET k")).toBe("$-1\r\n");
    expect(ask("RANDOMKEY")).toBe("$1\r\nk\r\n");
    expect(ask("SCAN 0")).toBe("*2\r\n$1\r\n0\r\n*0\r\n");
    expect(primary.node.databases.size).toBe(1);
    shard.run(900);
    expect(primary.node.databases.size).toBe(0);
  });

  it("forgets a client that goes away while it is held", () => {
    const { shard, wait, ask } = lab();
    ask("CLIENT PAUSE 60000 WRITE");
    const gone = wait("SET k 1");
    gone.close();
    ask("CLIENT UNPAUSE");
    shard.run(5);
    expect(ask("GET k")).toBe("$-1\r\n");
  });
});

describe("rule 23: leadership and the waiting", () => {
  it("nobody is served past the lease, and the lapse sends all away with an error", () => {
    const { shard, primary, wait } = lab();
    const client = wait("BLPOP k 0");
    shard.run(5);
    primary.isCutFromLog = true;
    shard.run(2500);
    expect(primary.node.role).toBe("lapsed");
    expect(client.take()).toBe(sentAway);
    expect(client.isClosed).toBe(true);
    expect(shard.marks).toContain("blocked clients sent away");
  });

  it("a fenced primary answers nobody whose outcome is unknown, and sends the others away", () => {
    const { shard, primary, wait } = lab();
    const served = wait("BLPOP k 0");
    const waiting = wait("BLPOP l 0");
    shard.run(5);
    primary.isCutFromLog = true;
    wait("RPUSH k a");
    shard.run(4000);
    primary.isCutFromLog = false;
    shard.run(1000);
    expect([served.isClosed, served.take()]).toEqual([true, ""]);
    expect([waiting.isClosed, waiting.take()]).toEqual([true, sentAway]);
  });

  it("a planned hand-over sends all away when it gives the leadership up", () => {
    const { shard, primary, wait } = lab();
    const client = wait("BLPOP k 0");
    shard.run(5);
    const target = shard.replicas()[0].id;
    shard.message(primary.id, encodeFailoverAsk(0, target));
    shard.run(50);
    expect(client.take()).toBe(sentAway);
    expect(client.isClosed).toBe(true);
    expect(shard.primary?.id).toBe(target);
  });

  it("above the bound nobody who comes later takes what it waits for", () => {
    for (const taking of ["LPOP k", "BLPOP k 0"]) {
      const { shard, wait } = lab({ timing: { inFlightBytes: 300 } });
      const client = wait("BLPOP k 0");
      shard.run(5);
      shard.perfectLog.holdsAppends = true;
      const long = "x".repeat(400);
      const pusher = wait(`RPUSH k ${long}`);
      shard.run(20);
      const later = wait(taking);
      shard.run(20);
      expect(shard.marks).toContain("blocked client waits for room");
      expect([client.take(), later.take(), pusher.take()]).toEqual(["", "", ""]);
      shard.perfectLog.releaseAppends();
      shard.run(200);
      expect(client.take()).toBe(popped("k", long));
      expect(later.take()).toBe(taking === "LPOP k" ? "$-1\r\n" : "");
    }
  });

  it("above the bound a ready key waits, and is served when there is room", () => {
    const { shard, wait, ask } = lab({ timing: { inFlightBytes: 300 } });
    const client = wait("BLPOP k 0");
    shard.run(5);
    shard.perfectLog.holdsAppends = true;
    wait(`RPUSH k a ${"x".repeat(400)}`);
    shard.run(20);
    expect(client.take()).toBe("");
    expect(shard.marks).toContain("blocked client waits for room");
    shard.perfectLog.releaseAppends();
    shard.run(5);
    expect(client.take()).toBe(popped("k", "a"));
    expect(ask("LLEN k")).toBe(":1\r\n");
  });

  it("a key that expires while another waits for it serves nobody", () => {
    const { shard, wait, ask } = lab();
    const client = wait("BLPOP k 0");
    shard.run(5);
    const other = wait("MULTI");
    other.send("RPUSH", "k", "a").send("PEXPIREAT", "k", "1").send("EXEC");
    shard.run(5);
    expect(other.take()).toContain("*2\r\n:1\r\n:1\r\n");
    expect(client.take()).toBe("");
    expect(ask("RPUSH k b")).toBe(":1\r\n");
    expect(client.take()).toBe(popped("k", "b"));
  });
});
