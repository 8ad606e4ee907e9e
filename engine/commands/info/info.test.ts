import { describe, expect, it } from "vitest";
import { TestExecutor } from "../testExecutor.ts";

function titlesOf(node: TestExecutor, request: string): string[] {
  return [...node.ask(request).matchAll(/^# (\w+)/gm)].map(([, title = ""]) => title);
}

/** Lines of a section, by name. */
function figuresOf(node: TestExecutor, section: string): Map<string, string> {
  const figures = new Map<string, string>();
  for (const line of node.ask(`info ${section}`).split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) figures.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return figures;
}

const byDefault = [
  "Server",
  "Clients",
  "Memory",
  "Persistence",
  "Stats",
  "Replication",
  "CPU",
  "Modules",
  "Errorstats",
  "Cluster",
  "Keyspace",
];

describe("INFO", () => {
  it("shows sections by name, each once and in Redis's order", () => {
    const node = new TestExecutor();
    expect(titlesOf(node, "info")).toEqual(byDefault);
    expect(titlesOf(node, "info keyspace DEFAULT cpu")).toEqual(byDefault);
    expect(titlesOf(node, "info keyspace commandSTATS nosuch cpu")).toEqual([
      "CPU",
      "Commandstats",
      "Keyspace",
    ]);
    expect(titlesOf(node, "info everything")).toHaveLength(14);
    expect(titlesOf(node, "info nosuch")).toEqual([]);
  });

  it("counts commands with the time they took, and errors by their code", () => {
    const node = new TestExecutor();
    node.workUs = 10;
    node.ask("get a");
    node.workUs = 20;
    node.ask("get a");
    node.ask("get");
    node.ask("incr a b");
    node.workUs = 0;
    const commands = figuresOf(node, "commandstats");
    expect(commands.get("cmdstat_get")).toBe(
      "calls=2,usec=30,usec_per_call=15.00,rejected_calls=1,failed_calls=0",
    );
    expect(figuresOf(node, "latencystats").get("latency_percentiles_usec_get")).toBe(
      "p50=10.047,p99=20.095,p99.9=20.095",
    );
    expect(figuresOf(node, "errorstats").get("errorstat_ERR")).toBe("count=2");
  });

  it("tells what the keys and values take, and how long they live on average", () => {
    const node = new TestExecutor();
    const before = Number(figuresOf(node, "memory").get("used_memory"));
    node.execute(["set", "a", "x".repeat(1000)]);
    node.ask("set b x px 3000");
    node.ask("set c x px 1000");
    const after = Number(figuresOf(node, "memory").get("used_memory"));
    expect(after - before).toBeGreaterThan(1000);
    expect(after - before).toBeLessThan(1500);
    expect(figuresOf(node, "keyspace").get("db0")).toBe("keys=3,expires=2,avg_ttl=2000");
    node.ask("flushall");
    const memory = figuresOf(node, "memory");
    expect(Number(memory.get("used_memory"))).toBe(before);
    expect(Number(memory.get("used_memory_peak"))).toBe(after);
  });

  it("counts changes since the last save", () => {
    const node = new TestExecutor();
    node.ask("set a 1");
    node.ask("incr a");
    node.ask("get a");
    const persistence = figuresOf(node, "persistence");
    expect(persistence.get("rdb_changes_since_last_save")).toBe("2");
    expect(persistence.get("rdb_last_save_time")).toBe("1699910000");
    node.ask("flushall");
    const flushed = figuresOf(node, "persistence");
    expect(flushed.get("rdb_changes_since_last_save")).toBe("0");
    expect(flushed.get("rdb_saves")).toBe("0");
    node.execute(["config", "set", "save", ""]);
    node.ask("set a 1");
    node.ask("flushall");
    expect(figuresOf(node, "persistence").get("rdb_changes_since_last_save")).toBe("2");
  });

  it("counts what fails within a transaction as a failure of its own", () => {
    const node = new TestExecutor();
    for (const request of ["multi", "set a b", "auth a", "exec"]) node.ask(request);
    const failures = (): string[] =>
      ["set", "auth", "exec"].map((name) => {
        const line = figuresOf(node, "commandstats").get(`cmdstat_${name}`) ?? "";
        return line.replace(/,usec.*,failed/, ",failed");
      });
    expect(failures()).toEqual([
      "calls=1,failed_calls=0",
      "calls=1,failed_calls=1",
      "calls=1,failed_calls=0",
    ]);
    node.ask("exec");
    expect(failures()[2]).toBe("calls=2,failed_calls=1");
  });

  it("tells MemoryDB's metrics by their names, but only who asks", () => {
    const node = new TestExecutor();
    node.execute(["config", "set", "maxmemory", "4194304"]);
    node.workUs = 10;
    for (const request of [
      "set a 1",
      "setbit b 7 1",
      "get a",
      "strlen nosuch",
      "del a",
      "hset h f v",
      "hget h f",
      "geoadd g 1 2 m",
      "eval return 0",
      "multi",
      "exec",
      "auth wrong wrong",
    ]) {
      node.ask(request);
    }
    node.execute(["eval", "return redis.call('pfadd', KEYS[1], 'x')", "1", "{b}p"]);
    const metrics = figuresOf(node, "memorydb");
    const told = (name: string): number => Number(metrics.get(name));
    expect(told("StringBasedCmds")).toBe(4);
    expect(told("HashBasedCmds")).toBe(2);
    expect(told("GeoSpatialBasedCmds")).toBe(1);
    expect(told("HyperLogLogBasedCmds")).toBe(1);
    expect(told("EvalBasedCmds")).toBe(2);
    expect(told("KeyBasedCmds")).toBe(1);
    expect(told("GetTypeCmds")).toBe(3);
    expect(told("SetTypeCmds")).toBe(6);
    expect(told("AuthenticationFailures")).toBe(1);
    expect(told("ErrorCount")).toBe(1);
    expect(told("CurrItems")).toBe(4);
    expect(told("KeyspaceHits")).toBe(2);
    expect(told("KeyspaceMisses")).toBe(1);
    expect(told("IsPrimary")).toBe(1);
    expect(told("ReplicationBytes")).toBe(4000);
    expect(told("ReplicationLag")).toBe(0);
    expect(told("DatabaseMemoryUsagePercentage")).toBeGreaterThan(25);
    expect(told("DatabaseMemoryUsagePercentage")).toBeLessThan(26);
    expect(metrics.get("SuccessfulReadRequestLatency")).toBe(
      "p0=9.984,p50=10.047,p90=10.047,p99=10.047,p100=10.047",
    );
    node.isPrimary = false;
    const replica = figuresOf(node, "memorydb");
    expect([replica.get("IsPrimary"), replica.get("ReplicationLag")]).toEqual(["0", "1"]);
  });

  it("of a replica tells whom it follows", () => {
    const node = new TestExecutor();
    node.isPrimary = false;
    const replication = figuresOf(node, "replication");
    expect(replication.get("role")).toBe("slave");
    expect(replication.get("master_host")).toBe("10.0.0.1");
    expect(replication.get("master_link_status")).toBe("up");
    expect(replication.get("slave_repl_offset")).toBe("42");
  });
});
