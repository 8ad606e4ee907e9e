import { expect, it } from "vitest";
import { latin1Bytes } from "../bytes/latin1.ts";
import { clientBytes } from "../contract.ts";
import { TestShard, type TestClient } from "./testShard.ts";

function loaded(): { shard: TestShard; id: string } {
  const shard = new TestShard().start();
  const { id } = shard.elect();
  shard.run(20);
  return { shard, id };
}

/** Queues so many bytes in an open transaction. */
function hold(client: TestClient, bytes: number): TestClient {
  return client.send("MULTI").send("SET", "k", "x".repeat(bytes));
}

function evictedClients(shard: TestShard, id: string): string | undefined {
  return /evicted_clients:(\d+)/.exec(shard.ask(id, ["INFO", "stats"]))?.[1];
}

it("closes the clients that take most while all together take more than maxmemory-clients", () => {
  const { shard, id } = loaded();
  const sizes = [50_000, 200_000, 100_000, 10_000];
  const clients = sizes.map((bytes) => hold(shard.connect(id), bytes));
  const isOpen = (): boolean[] => clients.map((client) => !client.isClosed);
  shard.run(5);
  expect(isOpen()).toEqual([true, true, true, true]);
  shard.ask(id, ["CONFIG", "SET", "maxmemory-clients", "300kb"]);
  expect(isOpen()).toEqual([true, false, true, true]);
  expect(evictedClients(shard, id)).toBe("1");
  expect(shard.marks).toContain("client evicted for its memory");
  // A percentage of maxmemory.
  shard.ask(id, ["CONFIG", "SET", "maxmemory-clients", "1%", "maxmemory", "25mb"]);
  expect(isOpen()).toEqual([true, false, false, true]);
  expect(clients[0]?.send("DISCARD").take()).toContain("+OK\r\n");
});

it("spares who asked for it, although it counts", () => {
  const { shard, id } = loaded();
  shard.ask(id, ["CONFIG", "SET", "maxmemory-clients", "200kb"]);
  const spared = hold(shard.connect(id).send("CLIENT", "NO-EVICT", "ON"), 300_000);
  const small = shard.connect(id).send("PING");
  shard.run(5);
  expect(spared.isClosed).toBe(false);
  expect(spared.take()).toBe("+OK\r\n+OK\r\n+QUEUED\r\n");
  expect(small.isClosed).toBe(true);
});

it("counts what a client watches and listens to, and what waits for the log", () => {
  const { shard, id } = loaded();
  shard.ask(id, ["SET", "big", "x".repeat(200_000)]);
  shard.ask(id, ["CONFIG", "SET", "maxmemory-clients", "128kb"]);
  const names = Array.from({ length: 1000 }, (_, index) => `{n}${index}${"n".repeat(150)}`);
  const clients = [
    shard.connect(id).send("WATCH", ...names),
    shard.connect(id).send("PSUBSCRIBE", ...names),
    shard.connect(id).send("SETRANGE", "big", "0", "y").send("GET", "big"),
  ];
  shard.run(5);
  expect(clients.map(({ isClosed }) => isClosed)).toEqual([true, true, true]);
});

it("counts the room that is kept for an argument of which only a part has come", () => {
  const { shard, id } = loaded();
  shard.ask(id, ["CONFIG", "SET", "maxmemory-clients", "1gb"]);
  const client = shard.connect(id);
  shard.input(id, clientBytes(client.id, latin1Bytes(`*1\r\n$300000\r\n${"x".repeat(100)}`)));
  const line = shard
    .ask(id, ["CLIENT", "LIST"])
    .split("\n")
    .find((one) => one.startsWith(`id=${client.id} `));
  expect(line).toContain(" qbuf=100 qbuf-free=299902 ");
  const totalBytes = Number(/tot-mem=(\d+)/.exec(line ?? "")?.[1]);
  expect(totalBytes).toBeGreaterThanOrEqual(300_002);
  shard.ask(id, ["CONFIG", "SET", "maxmemory-clients", "300kb"]);
  shard.run(5);
  expect(client.isClosed).toBe(true);
});

it.each([
  ["behind it", false],
  ["before it", true],
])("is over with a client before a request that came %s in the same step", (_, isFirst) => {
  const { shard, id } = loaded();
  shard.ask(id, ["CONFIG", "SET", "maxmemory-clients", "300kb"]);
  const large = shard.connect(id);
  const small = shard.connect(id);
  shard.run(5);
  small.take();
  const ask = latin1Bytes("*2\r\n$6\r\nCLIENT\r\n$4\r\nLIST\r\n");
  const inputs = [
    clientBytes(large.id, latin1Bytes(`*1\r\n$300000\r\n${"x".repeat(100)}`)),
    clientBytes(small.id, ask),
  ];
  shard.inputAll(id, isFirst ? inputs.toReversed() : inputs);
  const listed = small.take();
  expect(listed).toContain(`id=${small.id} `);
  expect(listed).not.toContain(`id=${large.id} `);
});

it("counts a request of which only a part has come", () => {
  const { shard, id } = loaded();
  shard.ask(id, ["CONFIG", "SET", "maxmemory-clients", "200kb"]);
  const client = shard.connect(id);
  const argument = `$1000\r\n${"x".repeat(1000)}\r\n`;
  shard.input(id, clientBytes(client.id, latin1Bytes(`*250\r\n${argument.repeat(249)}`)));
  shard.run(5);
  expect(client.isClosed).toBe(true);
});
