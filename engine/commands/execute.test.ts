import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { latin1Bytes, latin1Of } from "../bytes/latin1.ts";
import { NEVER, type Keyspace } from "../keyspace/keyspace.ts";
import type { Collection } from "../keyspace/value.ts";
import { operations } from "../replication/record.ts";
import { findCommand } from "./table.ts";
import { TestExecutor } from "./testExecutor.ts";

const WRONGTYPE = "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";

function withList(keyspace: Keyspace, key: string): void {
  const list: Collection = {
    type: "list",
    encoding: "quicklist",
    isEmpty: false,
    sizeBytes: 0,
    copy: () => list,
  };
  keyspace.set(key, list, NEVER);
}

const keyOf = fc.constantFrom("a", "b", "c", "d");
const wordOf = fc.constantFrom("", "1", "5", "x", "hello", "\0\xff", "9223372036854775806");
const millisecondsOf = fc.constantFrom("1", "20", "100000");
const request: fc.Arbitrary<readonly string[]> = fc.oneof(
  fc.tuple(fc.constantFrom("SET", "APPEND", "GETSET", "SETNX", "INCRBY"), keyOf, wordOf),
  fc.tuple(fc.constant("SET"), keyOf, wordOf, fc.constantFrom("PX", "EX"), millisecondsOf),
  fc.tuple(fc.constant("SET"), keyOf, wordOf, fc.constantFrom("KEEPTTL", "XX", "GET")),
  fc.tuple(fc.constantFrom("GET", "GETDEL", "DEL", "INCR", "PERSIST", "STRLEN"), keyOf),
  fc.tuple(fc.constantFrom("PEXPIRE", "GETEX"), keyOf, millisecondsOf),
  fc.tuple(fc.constant("GETEX"), keyOf, fc.constant("PX"), millisecondsOf),
  fc.tuple(fc.constant("SETRANGE"), keyOf, fc.constantFrom("0", "3", "9"), wordOf),
  fc.tuple(fc.constantFrom("RENAME", "RENAMENX", "COPY", "MSETNX"), keyOf, keyOf),
  fc.tuple(fc.constant("COPY"), keyOf, keyOf, fc.constant("REPLACE")),
  fc.constantFrom(["MULTI"], ["EXEC"], ["DISCARD"], ["FLUSHALL"], ["SCAN", "0"], ["RANDOMKEY"]),
  fc.tuple(fc.constant("WATCH"), keyOf),
);

describe("Executor", () => {
  it("logs records that rebuild what the commands left, after each request, deadlines and expiry included", () => {
    const step = fc.record({
      request,
      client: fc.constantFrom(1, 1, 2),
      waitMs: fc.constantFrom(0, 0, 15, 30),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const node = new TestExecutor();
        for (const { request: argv, client, waitMs } of steps) {
          node.unixMs += waitMs;
          const before = TestExecutor.contents(node.databases);
          const execution = node.execute(argv, client);
          const after = TestExecutor.contents(node.databases);
          expect(TestExecutor.contents(node.applied)).toEqual(after);
          expect(execution.record !== undefined || after.join() === before.join()).toBe(true);
        }
      }),
      { seed: 1, numRuns: 400 },
    );
  });

  it("names every key that a request changed", () => {
    const step = fc.record({ request, waitMs: fc.constantFrom(0, 0, 30) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: "max" }), (steps) => {
        const node = new TestExecutor();
        for (const { request: argv, waitMs } of steps) {
          node.unixMs += waitMs;
          const before = new Set(TestExecutor.contents(node.databases));
          const { changed, changedAll } = node.execute(argv);
          const after = new Set(TestExecutor.contents(node.databases));
          if (changedAll) continue;
          for (const line of [...before, ...after]) {
            if (before.has(line) && after.has(line)) continue;
            expect(changed).toContain((JSON.parse(line) as string[])[1]);
          }
        }
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it("logs a whole MULTI as one record", () => {
    const node = new TestExecutor();
    for (const line of ["MULTI", "SET a 1", "INCR a", "SET b 2 PX 100"]) node.ask(line);
    expect(node.records.length).toBe(0);
    const execution = node.execute(["EXEC"]);
    expect(node.records.length).toBe(1);
    expect(execution.changed).toEqual(["a", "a", "b"]);
    expect(execution.touched).toEqual(["a", "a", "b"]);
  });

  it("deletes an expired key when it is touched, first in the same record, and names it as changed", () => {
    const node = new TestExecutor();
    node.ask("SET a 1 PX 10");
    node.unixMs += 11;
    const execution = node.execute(["INCR", "a"]);
    expect(latin1Of(execution.reply)).toBe(":1\r\n");
    expect(execution.changed).toEqual(["a", "a"]);
    expect(execution.record?.[0]).toBe(operations.delete);
  });

  it("lets a key live through the millisecond of its deadline", () => {
    const node = new TestExecutor();
    node.ask("SET a 1 PX 10");
    node.unixMs += 10;
    expect(node.ask("GET a")).toBe("$1\r\n1\r\n");
    node.unixMs += 1;
    expect(node.ask("GET a")).toBe("$-1\r\n");
  });

  it("expires nothing by itself on a replica (rule 21)", () => {
    const node = new TestExecutor();
    node.ask("SET a 1 PX 10");
    node.isPrimary = false;
    node.unixMs += 1000;
    const execution = node.execute(["GET", "a"]);
    expect(latin1Of(execution.reply)).toBe("$1\r\n1\r\n");
    expect(execution.record).toBeUndefined();
    expect(node.ask("TTL a")).toBe(":0\r\n");
  });

  it("expires what is due, in batches, as records of deletions", () => {
    const node = new TestExecutor();
    for (const key of ["a", "b", "c", "d"]) node.ask(`SET ${key} 1 PX 10`);
    node.ask("SET e 1");
    node.unixMs += 11;
    expect(node.executor.expireDue(node.unixMs - 1, 10).record).toBeUndefined();
    const first = node.executor.expireDue(node.unixMs, 3);
    expect([first.changed.length, first.reply.length, node.keyspace.size]).toEqual([3, 0, 2]);
    const second = node.executor.expireDue(node.unixMs, 3);
    expect([second.changed.length, node.keyspace.size]).toEqual([1, 1]);
    expect(node.keyspace.nextExpiryUnixMs).toBe(NEVER);
  });

  it("names the keys that a reply depends on (rule 19)", () => {
    const node = new TestExecutor();
    const touched = (line: string): readonly string[] => node.execute(line.split(" ")).touched;
    expect(touched("GET none")).toEqual(["none"]);
    expect(touched("SET a 1 NX")).toEqual(["a"]);
    expect(touched("RENAME a b")).toEqual(["a", "b"]);
    expect(touched("MSET a 1 b 2")).toEqual(["a", "b"]);
    expect(touched("WATCH a b")).toEqual(["a", "b"]);
    expect(touched("MULTI")).toEqual([]);
    expect(touched("GET c")).toEqual([]);
    node.ask("SET a 2", 2);
    const exec = node.execute(["EXEC"]);
    expect(latin1Of(exec.reply)).toBe("*-1\r\n");
    expect(exec.touched).toEqual(["c", "a", "b"]);
  });

  it("tells which replies wait for the newest change", () => {
    const node = new TestExecutor();
    for (const line of ["KEYS *", "SCAN 0", "DBSIZE", "RANDOMKEY", "FLUSHALL"]) {
      expect([line, node.execute(line.split(" ")).waitsForNewest]).toEqual([line, true]);
    }
    expect(node.execute(["GET", "a"]).waitsForNewest).toBe(false);
    for (const line of ["MULTI", "DBSIZE"]) node.ask(line);
    expect(node.execute(["EXEC"]).waitsForNewest).toBe(true);
  });

  it("answers WRONGTYPE for values of other types, and changes nothing", () => {
    const node = new TestExecutor();
    withList(node.keyspace, "list");
    for (const line of [
      "GET list",
      "APPEND list x",
      "INCR list",
      "INCRBYFLOAT list 1",
      "GETDEL list",
      "GETSET list x",
      "GETEX list",
      "GETRANGE list 0 1",
      "SETRANGE list 0 x",
      "STRLEN list",
      "SET list x GET",
    ]) {
      expect([line, node.ask(line)]).toEqual([line, WRONGTYPE]);
    }
    expect(node.records.length).toBe(0);
    expect(node.ask("TYPE list")).toBe("+list\r\n");
    expect(node.ask("MGET list")).toBe("*1\r\n$-1\r\n");
    expect(node.ask("LCS list list")).toBe(
      "-ERR The specified keys must contain string values\r\n",
    );
    expect(node.ask("SET list x")).toBe("+OK\r\n");
  });

  it("breaks a transaction by a refusal, and ends it if EXEC is refused", () => {
    const node = new TestExecutor();
    const session = node.session(1);
    const refuse = (line: string): string => {
      const spec = findCommand(line.split(" "));
      return latin1Of(node.executor.refuse(session, spec, "MOVED 1 10.0.0.2:6380").reply);
    };
    node.ask("MULTI");
    expect(refuse("GET a")).toBe("-MOVED 1 10.0.0.2:6380\r\n");
    expect(node.ask("EXEC")).toBe(
      "-EXECABORT Transaction discarded because of previous errors.\r\n",
    );
    node.ask("MULTI");
    expect(refuse("EXEC")).toBe("-MOVED 1 10.0.0.2:6380\r\n");
    expect(session.isInTransaction).toBe(false);
  });

  it("answers a broken stream and asks to close", () => {
    const node = new TestExecutor();
    const session = node.session(1);
    session.decoder.push(latin1Bytes("*1\r\nx\r\n"));
    expect(session.decoder.next()).toBeUndefined();
    const execution = node.executor.protocolError(session);
    expect(latin1Of(execution.reply)).toBe("-ERR Protocol error: expected '$', got 'x'\r\n");
    expect(execution.close).toBe(true);
  });

  it("makes EXEC of a watching client fail after memory was discarded", () => {
    const node = new TestExecutor();
    for (const line of ["WATCH a", "MULTI", "SET a 1"]) node.ask(line);
    node.keyspace.discard();
    expect(node.ask("EXEC")).toBe("*-1\r\n");
  });

  it("ends a client's watches with its connection", () => {
    const node = new TestExecutor();
    node.ask("WATCH a");
    node.session(1).dispose();
    node.ask("SET a 1", 2);
    expect(node.session(1).isWatchBroken).toBe(false);
  });
});
