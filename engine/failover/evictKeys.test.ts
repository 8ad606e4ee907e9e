/** PROTOCOL rule 21, on keys that go because of maxmemory, on nodes behind their door. */
import { describe, expect, it } from "vitest";
import { latin1Bytes } from "../bytes/latin1.ts";
import { clientBytes } from "../contract.ts";
import { TestShard } from "./testShard.ts";

const OOM = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";

function loaded(options: ConstructorParameters<typeof TestShard>[0] = {}): TestShard {
  const shard = new TestShard(options).start();
  shard.elect();
  shard.run(20);
  return shard;
}

type Database = ReturnType<TestShard["elect"]>;

/** Sets maxmemory to what is used and this much more. */
function limit(shard: TestShard, primary: Database, moreBytes: number): number {
  const bytes = primary.node.databases.usedBytes + moreBytes;
  expect(shard.ask(primary.id, ["CONFIG", "SET", "maxmemory", `${bytes}`])).toBe("+OK\r\n");
  return bytes;
}

function set(shard: TestShard, id: string, name: string, value: string): void {
  expect(shard.ask(id, ["CONFIG", "SET", name, value])).toBe("+OK\r\n");
}

function fill(shard: TestShard, id: string, keys: number, valueBytes: number): void {
  for (let key = 0; key < keys; key++) {
    expect(shard.ask(id, ["SET", `k${key}`, "x".repeat(valueBytes)])).toBe("+OK\r\n");
  }
}

function statistic(shard: TestShard, id: string, name: string): number {
  const info = shard.ask(id, ["INFO", "stats"]);
  return Number(new RegExp(`${name}:(\\d+)`).exec(info)?.[1]);
}

describe("a primary above maxmemory", () => {
  it("evicts before a command runs, by a record that the replicas apply", () => {
    const shard = loaded();
    const primary = shard.elect();
    set(shard, primary.id, "maxmemory-policy", "allkeys-lru");
    fill(shard, primary.id, 20, 500);
    const bytes = limit(shard, primary, 2000);
    fill(shard, primary.id, 40, 500);
    shard.run(20);
    expect(statistic(shard, primary.id, "evicted_keys")).toBeGreaterThan(15);
    expect(primary.node.databases.usedBytes).toBeLessThan(bytes + 600);
    expect(shard.marks).toContain("eviction logged");
    for (const other of shard.replicas()) {
      expect(other.node.databases.size).toBe(primary.node.databases.size);
      expect(other.node.databases.usedBytes).toBe(primary.node.databases.usedBytes);
    }
  });

  it("refuses what takes memory if nothing may go, and lets the rest run", () => {
    const shard = loaded();
    const primary = shard.elect();
    fill(shard, primary.id, 5, 100);
    limit(shard, primary, -1);
    const client = shard.connect(primary.id);
    const answerTo = (...argv: string[]): string => client.send(...argv).take();
    expect(answerTo("SET", "new", "1")).toBe(OOM);
    expect(answerTo("GET", "k0")).toContain("xxx");
    expect(answerTo("DEL", "nosuch")).toBe(":0\r\n");
    expect(answerTo("SET", "new")).toContain("wrong number of arguments");
    expect(answerTo("MULTI")).toBe("+OK\r\n");
    // What is queued takes memory too.
    expect(answerTo("GET", "k0")).toBe(OOM);
    expect(answerTo("EXEC")).toBe(
      "-EXECABORT Transaction discarded because of previous errors.\r\n",
    );
    expect(answerTo("MULTI") + answerTo("DISCARD")).toBe("+OK\r\n+OK\r\n");
    expect(shard.ask(primary.id, ["INFO", "commandstats"])).toMatch(
      /cmdstat_set:calls=5,.*rejected_calls=2,/,
    );
    expect(shard.ask(primary.id, ["INFO", "errorstats"])).toContain("errorstat_OOM:count=2");
  });

  it("refuses an EXEC whose commands were queued while there was memory", () => {
    const shard = loaded();
    const primary = shard.elect();
    fill(shard, primary.id, 5, 100);
    const writer = shard.connect(primary.id).send("MULTI").send("SET", "new", "1");
    const reader = shard.connect(primary.id).send("MULTI").send("GET", "k0");
    limit(shard, primary, -1);
    writer.take();
    reader.take();
    expect(writer.send("EXEC").take()).toBe(
      "-EXECABORT Transaction discarded because of: OOM command not allowed when used memory > 'maxmemory'.\r\n",
    );
    expect(writer.send("EXEC").take()).toBe("-ERR EXEC without MULTI\r\n");
    expect(reader.send("EXEC").take()).toMatch(/^\*1/);
  });

  it("refuses when all that may go has gone", () => {
    const shard = loaded();
    const primary = shard.elect();
    set(shard, primary.id, "maxmemory-policy", "volatile-ttl");
    fill(shard, primary.id, 5, 100);
    for (let key = 0; key < 5; key++) {
      shard.ask(primary.id, ["SET", `v${key}`, "x".repeat(100), "EX", "1000"]);
    }
    limit(shard, primary, -2000);
    expect(shard.ask(primary.id, ["SET", "new", "1"])).toBe(OOM);
    expect(shard.ask(primary.id, ["DBSIZE"])).toBe(":5\r\n");
    expect(statistic(shard, primary.id, "evicted_keys")).toBe(5);
  });

  it("evicts in bounded pieces, one after the other, without waiting for commands", () => {
    const shard = loaded();
    const primary = shard.elect();
    fill(shard, primary.id, 200, 10);
    set(shard, primary.id, "maxmemory-eviction-tenacity", "0");
    set(shard, primary.id, "maxmemory-policy", "allkeys-random");
    const client = shard.connect(primary.id).send("CONFIG", "SET", "maxmemory", "1");
    expect(primary.node.databases.size).toBe(184);
    expect(client.take()).toBe("+OK\r\n");
    shard.run(100);
    expect(primary.node.databases.size).toBe(0);
    expect(shard.marks).toContain("eviction goes on in a later step");
    // Nothing is left to evict: what takes memory is refused, until there is no limit.
    expect(shard.ask(primary.id, ["SET", "k", "1"])).toBe(OOM);
    expect(shard.ask(primary.id, ["CONFIG", "SET", "maxmemory", "0"])).toBe("+OK\r\n");
    expect(shard.ask(primary.id, ["SET", "k", "1"])).toBe("+OK\r\n");
  });

  it("tells of each key once its going is durable, on every node", () => {
    const shard = loaded();
    const primary = shard.elect();
    fill(shard, primary.id, 1, 10);
    const [replica] = shard.replicas();
    const listeners = [primary, replica].map(({ id }) => {
      set(shard, id, "notify-keyspace-events", "Ee");
      return shard.connect(id).send("PSUBSCRIBE", "__key*");
    });
    shard.run(5);
    for (const listener of listeners) listener.take();
    set(shard, primary.id, "maxmemory-policy", "allkeys-lfu");
    shard.perfectLog.holdsAppends = true;
    shard.connect(primary.id).send("CONFIG", "SET", "maxmemory", "1");
    shard.run(20);
    expect(primary.node.databases.size).toBe(0);
    expect(listeners.map((one) => one.take())).toEqual(["", ""]);
    const reader = shard.connect(primary.id).send("GET", "k0");
    expect(reader.take()).toBe("");
    shard.perfectLog.releaseAppends();
    shard.run(20);
    expect(reader.take()).toBe("$-1\r\n");
    for (const listener of listeners) {
      expect(listener.take()).toContain("__keyevent@0__:evicted\r\n$2\r\nk0\r\n");
    }
  });

  it("lets the data stand still while clients are paused, and goes on after that", () => {
    const shard = loaded();
    const primary = shard.elect();
    fill(shard, primary.id, 10, 10);
    set(shard, primary.id, "maxmemory-policy", "allkeys-lru");
    const admin = shard.connect(primary.id).send("CLIENT", "PAUSE", "50", "WRITE");
    admin.send("CONFIG", "SET", "maxmemory", "1").send("DBSIZE");
    shard.run(20);
    expect(admin.take()).toBe("+OK\r\n+OK\r\n:10\r\n");
    shard.run(100);
    expect(shard.ask(primary.id, ["DBSIZE"])).toBe(":0\r\n");
  });

  it("evicts nothing while the log has no room, and then goes on", () => {
    const shard = loaded({ timing: { inFlightBytes: 300 } });
    const primary = shard.elect();
    fill(shard, primary.id, 10, 10);
    set(shard, primary.id, "maxmemory-policy", "allkeys-lru");
    shard.perfectLog.holdsAppends = true;
    shard.connect(primary.id).send("SET", "k", "x".repeat(400));
    const admin = shard.connect(primary.id).send("CONFIG", "SET", "maxmemory", "1");
    shard.run(50);
    expect(admin.take()).toBe("+OK\r\n");
    expect(primary.node.databases.size).toBe(11);
    expect(shard.marks).toContain("eviction waits for room");
    shard.perfectLog.releaseAppends();
    shard.run(100);
    expect(primary.node.databases.size).toBe(0);
  });

  it("makes room for what clients hold in buffers, and no more once they hold less", () => {
    const shard = loaded();
    const primary = shard.elect();
    set(shard, primary.id, "maxmemory-policy", "allkeys-lru");
    fill(shard, primary.id, 20, 5000);
    limit(shard, primary, 20_000);
    const used = (): number =>
      Number(/used_memory:(\d+)/.exec(shard.ask(primary.id, ["INFO", "memory"]))?.[1]);
    expect(used()).toBe(primary.node.databases.usedBytes);
    const before = primary.node.databases.usedBytes;
    // A part of a request, and a command that waits for EXEC.
    const part = shard.connect(primary.id);
    const sent = `*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$40000\r\n${"x".repeat(100)}`;
    shard.input(primary.id, clientBytes(part.id, latin1Bytes(sent)));
    const queue = shard.connect(primary.id).send("MULTI").send("SET", "k", "x".repeat(30_000));
    const info = shard.ask(primary.id, ["INFO", "memory"]);
    const clientsBytes = Number(/mem_clients_normal:(\d+)/.exec(info)?.[1]);
    expect(clientsBytes).toBeGreaterThan(70_000);
    expect(clientsBytes).toBeLessThan(75_000);
    // Both commands have made room before they ran.
    const left = primary.node.databases.usedBytes;
    expect(before - left).toBeGreaterThan(50_000);
    expect(before - left).toBeLessThan(60_000);
    expect(used()).toBe(left + clientsBytes);
    part.close();
    queue.send("DISCARD");
    expect(used()).toBe(left);
    const evicted = statistic(shard, primary.id, "evicted_keys");
    shard.ask(primary.id, ["SET", "new", "x".repeat(70_000)]);
    expect(statistic(shard, primary.id, "evicted_keys")).toBe(evicted);
    expect(primary.node.databases.usedBytes).toBeGreaterThan(left + 70_000);
    for (const other of shard.replicas()) {
      expect(other.node.databases.usedBytes).toBe(primary.node.databases.usedBytes);
    }
  });

  it("makes room for answers that clients have not taken, and hears within 100 ms that they have", () => {
    const shard = loaded();
    const primary = shard.elect();
    set(shard, primary.id, "maxmemory-policy", "allkeys-lru");
    fill(shard, primary.id, 20, 5000);
    limit(shard, primary, 20_000);
    const reader = shard.connect(primary.id);
    shard.unsentBytes.set(reader.id, 70_000);
    reader.send("PING");
    shard.ask(primary.id, ["PING"]);
    const evicted = statistic(shard, primary.id, "evicted_keys");
    expect(evicted).toBeGreaterThan(8);
    expect(evicted).toBeLessThan(12);
    shard.unsentBytes.delete(reader.id);
    shard.run(100);
    fill(shard, primary.id, 9, 5000);
    expect(statistic(shard, primary.id, "evicted_keys")).toBe(evicted);
  });

  it("evicts nothing for what it has to tell clients of keys that it has evicted", () => {
    const shard = loaded();
    const primary = shard.elect();
    set(shard, primary.id, "maxmemory-policy", "allkeys-lru");
    const names = Array.from({ length: 60 }, (_, index) => `${index}${"k".repeat(1000)}`);
    for (const name of names) shard.ask(primary.id, ["SET", name, "x"]);
    const readers = Array.from({ length: 10 }, () => {
      const reader = shard.connect(primary.id).send("HELLO", "3").send("CLIENT", "TRACKING", "ON");
      for (const name of names) reader.send("GET", name);
      return reader;
    });
    shard.run(5);
    for (const reader of readers) reader.take();
    shard.perfectLog.holdsAppends = true;
    limit(shard, primary, -20_000);
    // Ten clients are owed ten bytes for each that went, and the log lets them wait.
    const info = shard.connect(primary.id).send("INFO", "memory").take();
    const figure = (name: string): number => Number(new RegExp(`${name}:(\\d+)`).exec(info)?.[1]);
    for (let index = 0; index < 4; index++) shard.ask(primary.id, ["PING"], 120);
    const evicted = statistic(shard, primary.id, "evicted_keys");
    expect(evicted).toBeGreaterThan(15);
    expect(evicted).toBeLessThan(25);
    expect(figure("mem_not_counted_for_evict")).toBeGreaterThan(evicted * 10_000);
    expect(figure("mem_not_counted_for_evict")).toBe(figure("mem_clients_normal"));
    shard.perfectLog.releaseAppends();
    shard.run(20);
    expect(readers[0]?.take().match(/invalidate/g)).toHaveLength(evicted);
    expect(statistic(shard, primary.id, "evicted_keys")).toBe(evicted);
  });

  it("breaks the transaction of who watches a key that goes", () => {
    const shard = loaded();
    const primary = shard.elect();
    fill(shard, primary.id, 1, 10);
    const client = shard.connect(primary.id).send("WATCH", "k0").send("MULTI").send("GET", "k0");
    set(shard, primary.id, "maxmemory-policy", "allkeys-random");
    shard.ask(primary.id, ["CONFIG", "SET", "maxmemory", "1"]);
    client.take();
    expect(client.send("EXEC").take()).toBe("*-1\r\n");
  });
});

it("a replica above its own maxmemory evicts nothing and refuses no read", () => {
  const shard = loaded();
  const primary = shard.elect();
  fill(shard, primary.id, 5, 100);
  shard.run(20);
  const [replica] = shard.replicas();
  const { id } = replica;
  set(shard, id, "maxmemory-policy", "allkeys-lru");
  set(shard, id, "maxmemory", "1");
  shard.run(50);
  const reader = shard.connect(id).send("READONLY").send("GET", "k0");
  expect(reader.take()).toContain("xxx");
  expect(replica.node.databases.size).toBe(5);
});
