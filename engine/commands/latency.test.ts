import { describe, expect, it } from "vitest";
import { TestExecutor } from "./testExecutor.ts";

/** A node on which commands took so many milliseconds, a second apart. */
function spiky(...spikesMs: readonly number[]): TestExecutor {
  const node = new TestExecutor();
  node.ask("config set latency-monitor-threshold 100");
  for (const spikeMs of spikesMs) {
    node.workUs = spikeMs * 1000;
    node.ask("config get none");
    node.unixMs += 1000;
  }
  node.workUs = 0;
  return node;
}

describe("LATENCY", () => {
  it("keeps spikes by the kind of event, the worst of each second", () => {
    const node = new TestExecutor();
    node.ask("config set latency-monitor-threshold 100");
    for (const spikeMs of [99, 150, 120]) {
      node.workUs = spikeMs * 1000;
      node.ask("ping");
    }
    node.unixMs += 1000;
    node.workUs = 110_000;
    node.ask("ping");
    node.workUs = 0;
    expect(node.ask("latency history fast-command")).toBe(
      "*2\r\n*2\r\n:1700000000\r\n:150\r\n*2\r\n:1700000001\r\n:110\r\n",
    );
    expect(node.ask("latency latest")).toBe(
      "*1\r\n*4\r\n$12\r\nfast-command\r\n:1700000001\r\n:110\r\n:150\r\n",
    );
    expect(node.ask("latency history nosuch")).toBe("*0\r\n");
    expect(node.ask("latency reset nosuch")).toBe(":0\r\n");
    expect(node.ask("latency reset FAST-command")).toBe(":1\r\n");
    expect(node.ask("latency latest")).toBe("*0\r\n");
  });

  it("draws what redis-server draws", () => {
    const node = spiky(200, 300, 400);
    const graph = node.ask("latency graph command");
    expect(graph.split("\r\n")[1]?.split("\n")).toEqual([
      "command - high 400 ms, low 200 ms (all time high 400 ms)",
      "-".repeat(80),
      "  #",
      " _|",
      " ||",
      "_||",
      "   ",
      "321",
      "sss",
      "",
    ]);
    expect(node.ask("latency graph nosuch")).toBe(
      "-ERR No samples available for event 'nosuch'\r\n",
    );
  });

  it("says in words what the spikes are", () => {
    expect(new TestExecutor().ask("latency doctor")).toContain("Latency is not monitored.");
    expect(spiky().ask("latency doctor")).toContain("Nothing took 100 ms or longer");
    const report = spiky(200, 300, 400).ask("latency doctor");
    expect(report).toContain(
      "command: 3 spikes, one in 1.00 s; 300 ms on average, 66 ms mean deviation, 400 ms at worst.\n",
    );
    expect(report).toContain("- SLOWLOG GET shows which requests took long.\n");
  });

  it("tells how long commands took: all, named ones, and the subcommands of a container", () => {
    const node = new TestExecutor();
    node.workUs = 40;
    node.ask("ping");
    node.ask("client id");
    node.workUs = 1;
    node.ask("ping");
    expect(node.ask("latency histogram ping nosuch get")).toBe(
      "*2\r\n$4\r\nping\r\n*4\r\n$5\r\ncalls\r\n:2\r\n$14\r\nhistogram_usec\r\n*4\r\n:1\r\n:1\r\n:66\r\n:2\r\n",
    );
    expect(node.ask("latency histogram client")).toContain("$9\r\nclient|id\r\n");
    expect(node.ask("latency histogram")).toContain("latency|histogram");
    node.ask("config set latency-tracking no");
    node.ask("config resetstat");
    node.ask("ping");
    expect(node.ask("latency histogram ping")).toBe("*0\r\n");
  });
});
