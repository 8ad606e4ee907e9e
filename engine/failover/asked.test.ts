import { describe, expect, it } from "vitest";
import { must } from "../assert.ts";
import { retire } from "../contract.ts";
import { TestShard } from "./testShard.ts";

describe("what clients ask of a node beside its data", () => {
  it("CLUSTER FAILOVER on a replica makes it primary without an interruption beyond the hand-over", () => {
    const shard = new TestShard().start();
    shard.run(5000);
    const before = must(shard.primary, "primary");
    const replica = must(shard.replicas()[0], "replica");
    const client = shard.connect(replica.id).send("CLUSTER", "FAILOVER");
    expect(client.take()).toBe("+OK\r\n");
    shard.run(500);
    expect(shard.primary?.id).toBe(replica.id);
    expect(before.node.role).toBe("replica");
    client.send("CLUSTER", "FAILOVER");
    expect(client.take()).toBe("-ERR You should send CLUSTER FAILOVER to a replica\r\n");
  });

  it("CONFIG SET tells the host, once the step is over", () => {
    const shard = new TestShard().start();
    shard.run(5000);
    const { id } = must(shard.primary, "primary");
    shard.connect(id).send("CONFIG", "SET", "timeout", "30", "hz", "10");
    expect(shard.configured).toEqual([`${id} timeout 30`]);
  });

  it("SHUTDOWN tells the host and closes the client without a word", () => {
    const shard = new TestShard().start();
    shard.run(5000);
    const { id } = must(shard.primary, "primary");
    const client = shard.connect(id).send("SHUTDOWN", "NOW");
    expect(shard.shutdowns).toEqual([`${id} now`]);
    expect([client.take(), client.isClosed]).toEqual(["", true]);
  });

  it("SHUTDOWN without NOW waits for the end of the node, until it is taken back", () => {
    const shard = new TestShard().start();
    shard.run(5000);
    const { id } = must(shard.primary, "primary");
    const other = shard.connect(id).send("SHUTDOWN", "ABORT");
    expect(other.take()).toBe("-ERR No shutdown in progress.\r\n");
    const client = shard.connect(id).send("SHUTDOWN", "NOSAVE");
    shard.input(id, retire(true));
    shard.run(500);
    expect([client.take(), client.isClosed]).toEqual(["", false]);
    expect(other.send("SHUTDOWN", "ABORT").take()).toBe("+OK\r\n");
    expect(shard.shutdowns).toEqual([`${id} in good order`, `${id} abort`]);
    shard.input(id, retire(false));
    expect(client.take()).toBe("-ERR Errors trying to SHUTDOWN. Check logs.\r\n");
    expect(client.send("PING").take()).toBe("+PONG\r\n");
  });
});
