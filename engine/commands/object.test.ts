import { describe, expect, it } from "vitest";
import { TestExecutor } from "./testExecutor.ts";

const noFreq =
  "-ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.\r\n";
const noIdleTime =
  "-ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.\r\n";

describe("OBJECT", () => {
  it("IDLETIME tells the seconds since the last use, which looking from the side is not", () => {
    const node = new TestExecutor();
    node.ask("SET k v");
    node.ask("HSET h f v");
    node.unixMs += 20_500;
    expect(node.ask("OBJECT IDLETIME k")).toBe(":20\r\n");
    for (const line of ["TTL k", "EXISTS k", "TYPE k", "OBJECT ENCODING k", "SCAN 0"])
      node.ask(line);
    expect(node.ask("OBJECT IDLETIME k")).toBe(":20\r\n");
    node.ask("GET k");
    expect(node.ask("OBJECT IDLETIME k")).toBe(":0\r\n");
    node.unixMs += 5000;
    node.ask("TOUCH k");
    expect(node.ask("OBJECT IDLETIME k")).toBe(":0\r\n");
    expect(node.ask("OBJECT IDLETIME h")).toBe(":25\r\n");
    node.ask("RENAME h g");
    expect(node.ask("OBJECT IDLETIME g")).toBe(":0\r\n");
    expect(node.ask("OBJECT IDLETIME none")).toBe("$-1\r\n");
    expect(node.ask("OBJECT FREQ k")).toBe(noFreq);
  });

  it("FREQ tells how often a key is used, once the policy counts it", () => {
    const node = new TestExecutor();
    node.ask("CONFIG SET maxmemory-policy allkeys-lfu lfu-log-factor 0");
    node.ask("SET k v");
    expect(node.ask("OBJECT FREQ k")).toBe(":5\r\n");
    for (let use = 0; use < 10; use++) node.ask("GET k");
    expect(node.ask("OBJECT FREQ k")).toBe(":15\r\n");
    node.ask("SET k w");
    expect(node.ask("OBJECT FREQ k")).toBe(":16\r\n");
    node.unixMs += 4 * 60_000;
    expect(node.ask("OBJECT FREQ k")).toBe(":12\r\n");
    expect(node.ask("OBJECT FREQ none")).toBe("$-1\r\n");
    expect(node.ask("OBJECT IDLETIME k")).toBe(noIdleTime);
  });
});
