/** A primary that nobody can succeed, as the server's one process has it. */
import { describe, expect, it } from "vitest";
import { TestShard } from "./testShard.ts";

const AWAY =
  "-MISCONF The log does not answer. Commands that write are refused until it does, reads go on.\r\n";

describe("a primary that is alone", () => {
  it("whose lease has ended since it was busy keeps writes until the log answers", () => {
    const shard = new TestShard({ nodes: 1, isAlone: true }).start();
    const primary = shard.elect();
    shard.perfectLog.holdsAppends = true;
    shard.run(2200);
    expect(primary.node.role).toBe("lapsed");
    const writer = shard.connect(primary.id).send("SET", "k", "v");
    expect(writer.take()).toBe("");
    expect(shard.ask(primary.id, ["GET", "k"])).toBe("$-1\r\n");
    shard.perfectLog.releaseAppends();
    shard.run(20);
    expect(writer.take()).toBe("+OK\r\n");
  });

  it("refuses them when the log has been away for another lease, and takes them again when it is back", () => {
    const shard = new TestShard({ nodes: 1, isAlone: true }).start();
    const primary = shard.elect();
    shard.perfectLog.holdsAppends = true;
    shard.run(2200);
    const writer = shard.connect(primary.id).send("SET", "k", "v");
    shard.run(2000);
    expect(writer.take()).toBe(AWAY);
    expect(shard.ask(primary.id, ["SET", "k", "v"])).toBe(AWAY);
    expect(shard.ask(primary.id, ["GET", "k"])).toBe("$-1\r\n");
    shard.perfectLog.releaseAppends();
    shard.run(1);
    expect(shard.ask(primary.id, ["SET", "k", "v"])).toBe("+OK\r\n");
  });
});
