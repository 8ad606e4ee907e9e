/** Steps for several inputs: what they share, and where they end. */
import { describe, expect, it } from "vitest";
import { latin1Bytes } from "../bytes/latin1.ts";
import { clientBytes, clientEnded, clientOutput, type Input, retire } from "../contract.ts";
import type { TestClient, TestNode } from "./testShard.ts";
import { TestShard } from "./testShard.ts";

function serving(): { shard: TestShard; primary: TestNode } {
  const shard = new TestShard().start();
  const primary = shard.elect();
  shard.run(50);
  return { shard, primary };
}

function inputOf(client: TestClient, text: string): Input {
  return clientBytes(client.id, latin1Bytes(text));
}

function effectsEntries(shard: TestShard): number {
  return shard.entriesOf("effects").length;
}

describe("a step for several inputs", () => {
  it("makes one entry of what they write, and answers each when that has committed", () => {
    const { shard, primary } = serving();
    const clients = [1, 2, 3].map(() => shard.connect(primary.id));
    shard.inputAll(
      primary.id,
      clients.map((client, index) => inputOf(client, `SET key${index} value${index}\r\n`)),
    );
    expect(clients.map((client) => client.take())).toEqual(["", "", ""]);
    shard.run(10);
    expect(clients.map((client) => client.take())).toEqual(["+OK\r\n", "+OK\r\n", "+OK\r\n"]);
    expect(effectsEntries(shard)).toBe(1);
    for (const { node } of shard.replicas()) {
      expect([node.appliedPosition, node.databases.get(0).size]).toEqual([
        primary.node.appender.lastPosition,
        3,
      ]);
    }
  });

  it("makes an entry of each write when they come one by one", () => {
    const { shard, primary } = serving();
    for (const key of ["a", "b", "c"]) shard.connect(primary.id).send("SET", key, "x");
    shard.run(10);
    expect(effectsEntries(shard)).toBe(3);
  });

  it("makes several entries of what does not fit into one, in order", () => {
    const { shard, primary } = serving();
    const value = "x".repeat(Math.floor(shard.timing.entryBytes * 0.4));
    const clients = [1, 2, 3, 4, 5].map(() => shard.connect(primary.id));
    shard.inputAll(
      primary.id,
      clients.map((client, index) => inputOf(client, `APPEND key ${index}${value}\r\n`)),
    );
    shard.run(10);
    const lengths = clients.map((client) => client.take());
    expect(lengths).toEqual([1, 2, 3, 4, 5].map((count) => `:${count * (value.length + 1)}\r\n`));
    expect(effectsEntries(shard)).toBe(3);
    expect(shard.ask(primary.id, ["GETRANGE", "key", "0", "0"])).toBe("$1\r\n0\r\n");
  });
});

describe("a step that has taken long", () => {
  it("leaves the rest for the next, in which others come before who had their turn", () => {
    const { shard, primary } = serving();
    const hog = shard.connect(primary.id);
    const other = shard.connect(primary.id);
    shard.workUs = 2000;
    shard.inputAll(primary.id, [
      inputOf(hog, "PING\r\n".repeat(12)),
      inputOf(other, "PING\r\nPING\r\n"),
    ]);
    // Three commands are more than the 5 ms that a step should take.
    const answered = (client: TestClient): number => client.received.length / "+PONG\r\n".length;
    expect([answered(hog), answered(other)]).toEqual([3, 0]);
    const { steps } = primary;
    shard.run(0);
    expect([answered(hog), answered(other)]).toEqual([12, 2]);
    expect(primary.steps - steps).toBeGreaterThanOrEqual(4);
  });

  it("executes the rest by a new reading of the clock: a lease that has ended meanwhile refuses it", () => {
    const { shard, primary } = serving();
    const slow = shard.connect(primary.id);
    const other = shard.connect(primary.id);
    shard.ask(primary.id, ["SET", "key", "value"]);
    primary.isCutFromLog = true;
    shard.workUs = 10_000;
    shard.inputAll(primary.id, [inputOf(slow, "GET key\r\n"), inputOf(other, "GET key\r\n")]);
    expect([slow.take(), other.take()]).toEqual(["$5\r\nvalue\r\n", ""]);
    shard.nowUs += shard.timing.leaseMs * 1000;
    shard.run(0);
    expect(other.take()).not.toContain("value");
  });

  it("answers a client so much and no more in one step", () => {
    const { shard, primary } = serving();
    const client = shard.connect(primary.id);
    shard.ask(primary.id, ["SET", "key", "x".repeat(4 << 20)], 100);
    shard.inputAll(primary.id, [inputOf(client, "GET key\r\n".repeat(12))]);
    const reply = (4 << 20) + "$4194304\r\n\r\n".length;
    expect(client.received.length).toBe(4 * reply);
    shard.run(0);
    expect(client.received.length).toBe(12 * reply);
  });
});

describe("a client that reads too slowly", () => {
  it("is executed nothing for until it has read", () => {
    const { shard, primary } = serving();
    const client = shard.connect(primary.id);
    shard.input(primary.id, clientOutput(client.id, false));
    client.send("PING");
    shard.run(100);
    expect(client.take()).toBe("");
    shard.input(primary.id, clientOutput(client.id, true));
    expect(client.take()).toBe("+PONG\r\n");
  });
});

describe("a client that ends its side", () => {
  it("is closed behind the answer that waits for the log", () => {
    const { shard, primary } = serving();
    const client = shard.connect(primary.id).send("SET", "key", "value");
    shard.input(primary.id, clientEnded(client.id));
    expect([client.take(), client.isClosed]).toEqual(["", false]);
    shard.run(10);
    expect([client.take(), client.isClosed]).toEqual(["+OK\r\n", true]);
  });

  it("is closed behind requests that wait for a step of their own", () => {
    const { shard, primary } = serving();
    const client = shard.connect(primary.id);
    shard.workUs = 10_000;
    shard.inputAll(primary.id, [
      inputOf(client, "PING\r\nPING\r\nPING\r\n"),
      clientEnded(client.id),
    ]);
    expect([client.take(), client.isClosed]).toEqual(["+PONG\r\n", false]);
    shard.run(0);
    expect([client.take(), client.isClosed]).toEqual(["+PONG\r\n+PONG\r\n", true]);
  });

  it("is gone at once when it waits for a key", () => {
    const { shard, primary } = serving();
    const client = shard.connect(primary.id).send("BLPOP", "list", "0");
    shard.input(primary.id, clientEnded(client.id));
    expect(client.isClosed).toBe(true);
    expect(shard.ask(primary.id, ["RPUSH", "list", "x"])).toBe(":1\r\n");
    expect(shard.ask(primary.id, ["LLEN", "list"])).toBe(":1\r\n");
  });
});

describe("a node that is to retire", () => {
  it("hands over and stands no more, until it stays after all", () => {
    const { shard, primary } = serving();
    shard.input(primary.id, retire(true));
    shard.run(500);
    expect(shard.primary?.id).not.toBe(primary.id);
    expect(primary.node.role).toBe("replica");
    for (const { id } of shard.replicas()) if (id !== primary.id) shard.crash(id);
    shard.crash(shard.primary?.id ?? "");
    shard.run(10_000);
    expect(primary.node.role).toBe("replica");
    shard.input(primary.id, retire(false));
    shard.run(10_000);
    expect(primary.node.role).toBe("primary");
  });
});
