import { describe, expect, it } from "vitest";
import { TestExecutor } from "./testExecutor.ts";

function server(): TestExecutor {
  return new TestExecutor();
}

describe("CONFIG GET", () => {
  it("finds by name, by alias and by pattern, each once, and shows names as they were asked for", () => {
    const node = server();
    expect(node.ask("config get MaxMemory maxmemory")).toBe("*2\r\n$9\r\nMaxMemory\r\n$1\r\n0\r\n");
    expect(node.ask("CONFIG GET *slave-lazy* replica-lazy-flus?")).toBe(
      "*4\r\n$16\r\nslave-lazy-flush\r\n$2\r\nno\r\n$18\r\nreplica-lazy-flush\r\n$2\r\nno\r\n",
    );
    expect(node.ask("config get nosuch")).toBe("*0\r\n");
  });

  it("shows hidden parameters only by their whole names", () => {
    const node = server();
    expect(node.ask("config get key-load-delay")).toContain("key-load-delay");
    expect(node.ask("config get key-load*")).toBe("*0\r\n");
  });
});

describe("CONFIG SET", () => {
  it("changes all parameters or none", () => {
    const node = server();
    expect(node.ask("config set maxmemory 10000002 hz 20")).toBe("+OK\r\n");
    expect(node.ask("config set maxmemory 1 maxmemory-clients 200% hz x")).toBe(
      "-ERR CONFIG SET failed (possibly related to argument 'maxmemory-clients') - percentage argument must be less or equal to 100\r\n",
    );
    expect(node.executor.settings.get("maxmemory")).toBe("10000002");
    expect(node.executor.settings.get("hz")).toBe("20");
  });

  it("refuses what it does not know, what is fixed, and a name that stands twice", () => {
    const node = server();
    expect(node.ask("config set a 1 b")).toBe("-ERR syntax error\r\n");
    expect(node.ask("config set nosuch 1")).toBe(
      "-ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'\r\n",
    );
    const failed = "-ERR CONFIG SET failed (possibly related to argument";
    expect(node.ask("config set daemonize yes")).toBe(
      `${failed} 'daemonize') - can't set immutable config\r\n`,
    );
    expect(node.ask("config set activedefrag yes hz x")).toContain(`${failed} 'activedefrag')`);
    expect(node.ask("config set hz x activedefrag yes")).toContain(`${failed} 'hz')`);
    expect(node.ask("config set dbfilename x")).toBe(
      `${failed} 'dbfilename') - can't set protected config\r\n`,
    );
    expect(node.ask("config set HZ 1 hz 2")).toBe(`${failed} 'hz') - duplicate parameter\r\n`);
    expect(node.ask("config set hz 20 tls-port 1")).toBe(
      `${failed} 'tls-port') - Unable to update TLS configuration. Check server logs.\r\n`,
    );
    expect(node.ask("config set tls-port 0")).toBe("+OK\r\n");
  });

  it("lets the limits of packed values follow, and tells the host of what it changed", () => {
    const node = server();
    node.ask("config set hash-max-ziplist-entries 7 hz 10");
    expect(node.databases.limits.hashMaxListpackEntries).toBe(7);
    expect(node.executor.settings.untold).toEqual(["hash-max-listpack-entries"]);
  });

  it("takes several words as one", () => {
    const node = server();
    expect(node.execute(["config", "set", "save", "900 1"]).close).toBe(false);
    expect(node.ask("config get save")).toBe("*2\r\n$4\r\nsave\r\n$5\r\n900 1\r\n");
    node.execute(["config", "set", "save", ""]);
    expect(node.ask("config get save")).toBe("*2\r\n$4\r\nsave\r\n$0\r\n\r\n");
  });
});

it("CONFIG REWRITE has no file to write into", () => {
  expect(server().ask("config rewrite")).toBe(
    "-ERR The server is running without a config file\r\n",
  );
});

it("CONFIG RESETSTAT begins the counters anew", () => {
  const node = server();
  node.ask("get x");
  node.ask("config resetstat");
  expect(node.executor.statistics.keyspaceMisses).toBe(0);
  expect(node.executor.statistics.commandsProcessed).toBe(1);
});
