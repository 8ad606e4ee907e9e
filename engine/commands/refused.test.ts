/** What clients of the profile "memorydb" do not find: for every user, in a transaction, in a script, and in what COMMAND tells. */
import { describe, expect, it } from "vitest";
import { refusedByMemoryDb } from "./refused.ts";
import { commandTable, memoryDbTable } from "./table.ts";
import { TestExecutor } from "./testExecutor.ts";

/** A request of each that is complete, so that nothing but its name speaks against it. */
const requests: readonly (readonly [string, string])[] = [
  ["acl|deluser", "ACL DELUSER bob"],
  ["acl|load", "ACL LOAD"],
  ["acl|save", "ACL SAVE"],
  ["acl|setuser", "ACL SETUSER bob on nopass ~* +@all"],
  ["bgrewriteaof", "BGREWRITEAOF"],
  ["bgsave", "BGSAVE"],
  ["cluster|addslots", "CLUSTER ADDSLOTS 1"],
  ["cluster|addslotsrange", "CLUSTER ADDSLOTSRANGE 1 2"],
  ["cluster|delslots", "CLUSTER DELSLOTS 1"],
  ["cluster|delslotsrange", "CLUSTER DELSLOTSRANGE 1 2"],
  ["cluster|setslot", "CLUSTER SETSLOT 1 STABLE"],
  ["config", "CONFIG GET maxmemory"],
  ["debug", "DEBUG SLEEP 0"],
  ["migrate", "MIGRATE 127.0.0.1 7000 key 0 100"],
  ["module", "MODULE LIST"],
  ["psync", "PSYNC ? -1"],
  ["replicaof", "REPLICAOF NO ONE"],
  ["save", "SAVE"],
  ["shutdown", "SHUTDOWN NOSAVE"],
  ["slaveof", "SLAVEOF NO ONE"],
  ["sync", "SYNC"],
];

function managed(): TestExecutor {
  return new TestExecutor(memoryDbTable);
}

/** Redis's words for a command that does not exist. */
function unknown(line: string, isLowerCase: boolean): string {
  const shown = isLowerCase ? line.toLowerCase() : line;
  const [name = "", ...words] = shown.split(" ");
  if (memoryDbTable.find(name) !== undefined) {
    return `-ERR unknown subcommand '${words[0]}'. Try ${name.toUpperCase()} HELP.\r\n`;
  }
  const args = words.map((word) => `'${word}' `).join("");
  return `-ERR unknown command '${name}', with args beginning with: ${args}\r\n`;
}

describe("commands that MemoryDB refuses", () => {
  it("are all tried here", () => {
    expect(requests.map(([name]) => name)).toEqual([...refusedByMemoryDb]);
  });

  it.each(requests)("%s is unknown, in any case of its letters", (_name, line) => {
    const node = managed();
    expect(node.ask(line)).toBe(unknown(line, false));
    expect(node.ask(line.toLowerCase())).toBe(unknown(line, true));
    expect(node.records).toEqual([]);
    expect(node.asked).toEqual([]);
  });

  it.each(requests)("%s breaks a transaction", (_name, line) => {
    const node = managed();
    node.ask("MULTI");
    expect(node.ask("SET key value")).toBe("+QUEUED\r\n");
    expect(node.ask(line)).toBe(unknown(line, false));
    expect(node.ask("EXEC")).toBe(
      "-EXECABORT Transaction discarded because of previous errors.\r\n",
    );
    expect(node.ask("GET key")).toBe("$-1\r\n");
  });

  it.each(requests)("%s cannot be called by a script", (_name, line) => {
    const node = managed();
    const words = line.split(" ").map((word) => `'${word}'`);
    for (const call of ["call", "pcall"]) {
      const script = `return redis.${call}(${words.join(",")})`;
      const reply = Buffer.from(node.execute(["EVAL", script, "0"]).reply).toString("latin1");
      expect(reply).toMatch(/^-ERR Unknown Redis command called from script/);
    }
    expect(node.asked).toEqual([]);
  });

  it.each(requests)("%s is not told of by COMMAND", (name) => {
    const node = managed();
    const listed = node.ask("COMMAND LIST").split("\r\n");
    expect(listed).toContain("get");
    expect(listed.filter((one) => one === name || one.startsWith(`${name}|`))).toEqual([]);
    expect(node.ask(`COMMAND INFO ${name}`)).toBe("*1\r\n$-1\r\n");
    expect(node.ask(`COMMAND DOCS ${name}`)).toBe("*0\r\n");
    expect(node.ask(`COMMAND LIST FILTERBY PATTERN ${name}`)).toBe("*0\r\n");
  });

  it("are not told of by HELP, which tells of all others", () => {
    const toldBy = (node: TestExecutor, container: string): string[] => {
      const lines = node.ask(`${container} HELP`).split("\r\n").slice(2);
      return lines.flatMap((line) => /^\+([A-Z][A-Z-]*)/.exec(line)?.[1]?.toLowerCase() ?? []);
    };
    const containers = memoryDbTable.all.filter(({ subcommands }) => subcommands?.has("help"));
    expect(containers.length).toBeGreaterThan(8);
    for (const { name } of containers) {
      const told = toldBy(new TestExecutor(), name);
      expect(told.filter((word) => commandTable.find(`${name}|${word}`) === undefined)).toEqual([]);
      const left = told.filter((word) => !refusedByMemoryDb.has(`${name}|${word}`));
      expect([name, toldBy(managed(), name)]).toEqual([name, left]);
    }
    expect(toldBy(managed(), "acl")).not.toContain("setuser");
  });

  it("leave everything else as it is", () => {
    const left = commandTable.all.filter(({ name }) => !refusedByMemoryDb.has(name));
    expect(memoryDbTable.all.map(({ name }) => name)).toEqual(left.map(({ name }) => name));
    for (const spec of left) {
      const found = memoryDbTable.find(spec.name);
      const subcommands = [...(spec.subcommands?.values() ?? [])].map(({ name }) => name);
      expect([...(found?.subcommands?.values() ?? [])].map(({ name }) => name)).toEqual(
        subcommands.filter((name) => !refusedByMemoryDb.has(name)),
      );
    }
    const node = managed();
    expect(node.ask("COMMAND COUNT")).toBe(`:${left.length}\r\n`);
    expect(node.ask("CLUSTER MYID")).toMatch(/^\$40\r\n/);
    expect(node.ask("EVAL return(redis.call('PING')) 0")).toBe("+PONG\r\n");
  });
});

describe("one database", () => {
  it.each([
    ["SELECT 1", "ERR SELECT is not allowed in cluster mode"],
    ["SWAPDB 0 1", "ERR SWAPDB is not allowed in cluster mode"],
    ["MOVE key 1", "ERR MOVE is not allowed in cluster mode"],
    ["COPY key {key}2 DB 1", "ERR Copying to another database is not allowed in cluster mode"],
  ])("%s is refused", (line, error) => {
    const node = managed();
    node.ask("SET key value");
    expect(node.ask("SELECT 0")).toBe("+OK\r\n");
    expect(node.ask(line)).toBe(`-${error}\r\n`);
  });
});
