/** HyperLogLogs against what redis-server 7.0.15 made of the same commands: its bytes, its estimates, its errors. */
import { describe, expect, it } from "vitest";
import { crc64 } from "../bytes/crc64.ts";
import { latin1Of } from "../bytes/latin1.ts";
import { TestExecutor } from "./testExecutor.ts";

const HEADER = "HYLL\x01\0\0\0";
const STALE = "\0\0\0\0\0\0\0\x80";
const EMPTY = `${HEADER}\0\0\0\0\0\0\0\0\x7f\xff`;

class Node {
  readonly executor = new TestExecutor();

  ask(...argv: string[]): string {
    return latin1Of(this.executor.execute(argv).reply);
  }

  get(key: string): string {
    return /^\$\d+\r\n([^]*)\r\n$/.exec(this.ask("GET", key))?.[1] ?? "";
  }

  /** PFADD key element:0 and so on, one by one. */
  addMany(key: string, count: number): void {
    for (let index = 0; index < count; index++) this.ask("PFADD", key, `element:${index}`);
  }

  fingerprint(key: string): string {
    return crc64(Uint8Array.from(this.get(key), (char) => char.charCodeAt(0))).toString(16);
  }

  /** What the commands left here, and what their records made of a replica. */
  get contents(): [string[], string[]] {
    const { databases, applied } = this.executor;
    return [TestExecutor.contents(databases), TestExecutor.contents(applied)];
  }
}

describe("PFADD and PFCOUNT", () => {
  it("make the bytes that Redis makes", () => {
    const node = new Node();
    expect(node.ask("PFADD", "a", ...Array.from({ length: 20 }, (_, at) => `element:${at}`))).toBe(
      ":1\r\n",
    );
    expect(node.ask("PFADD", "a", "element:3")).toBe(":0\r\n");
    expect(node.ask("PFDEBUG", "DECODE", "a")).toContain(
      "Z:1167 v:1,1 Z:1340 v:2,1 Z:148 v:2,1 Z:345 v:3,1 z:35 v:3,1 z:49 v:1,1",
    );
    expect(node.ask("PFCOUNT", "a")).toBe(":20\r\n");
    expect(node.get("a").slice(0, 18)).toBe(`${HEADER}\x14\0\0\0\0\0\0\0\x44\x8e`);
    const [here, there] = node.contents;
    expect(there).toEqual(here);
  });

  it("count up to hundred thousand elements as Redis does, sparse and then dense", () => {
    const node = new Node();
    node.addMany("b", 1000);
    expect(node.ask("PFCOUNT", "b")).toBe(":997\r\n");
    expect(node.ask("STRLEN", "b")).toBe(":1897\r\n");
    expect(node.fingerprint("b")).toBe("cc44655d48f93f18");
    node.addMany("b", 1500);
    expect(node.ask("PFCOUNT", "b")).toBe(":1500\r\n");
    expect(node.fingerprint("b")).toBe("e657f25c4233dcd5");
    expect(node.ask("PFDEBUG", "ENCODING", "b")).toBe("+sparse\r\n");
    node.addMany("b", 100_000);
    expect(node.ask("PFDEBUG", "ENCODING", "b")).toBe("+dense\r\n");
    expect(node.ask("PFCOUNT", "b")).toBe(":100039\r\n");
    expect(node.fingerprint("b")).toBe("7c00b7acee4c466a");
    const [here, there] = node.contents;
    expect(there).toEqual(here);
  });

  it("log the registers that were raised, not the whole value", () => {
    const node = new Node();
    node.addMany("b", 20_000);
    const longest = Math.max(...node.executor.records.slice(5000).map((record) => record.length));
    expect(longest).toBeLessThan(40);
  });

  it("keep a count until a register is raised; a replica counts without keeping", () => {
    const node = new Node();
    node.ask("PFADD", "a", "x");
    expect(node.get("a").slice(8, 16)).toBe(STALE);
    node.executor.isPrimary = false;
    expect(node.ask("PFCOUNT", "a")).toBe(":1\r\n");
    expect(node.get("a").slice(8, 16)).toBe(STALE);
    node.executor.isPrimary = true;
    expect(node.ask("PFCOUNT", "a")).toBe(":1\r\n");
    expect(node.get("a").slice(8, 16)).toBe("\x01\0\0\0\0\0\0\0");
    node.ask("PFADD", "a", "x");
    expect(node.get("a").slice(8, 16)).toBe("\x01\0\0\0\0\0\0\0");
    node.ask("SETRANGE", "a", "8", "\x05");
    expect(node.ask("PFCOUNT", "a")).toBe(":5\r\n");
    node.ask("PFADD", "a", "y");
    expect(node.ask("PFCOUNT", "a")).toBe(":2\r\n");
  });

  it("count a union, of which absent keys have no part", () => {
    const node = new Node();
    node.ask("PFADD", "{k}a", "1", "2", "3");
    node.ask("PFADD", "{k}b", "3", "4");
    expect(node.ask("PFCOUNT", "{k}a", "{k}b", "{k}none")).toBe(":4\r\n");
    expect(node.ask("PFCOUNT", "{k}none")).toBe(":0\r\n");
  });

  it("make one without elements of a key alone", () => {
    const node = new Node();
    expect([node.ask("PFADD", "a"), node.ask("PFADD", "a")]).toEqual([":1\r\n", ":0\r\n"]);
    expect(node.get("a")).toBe(`${HEADER}${STALE}\x7f\xff`);
    expect(node.ask("PFCOUNT", "a")).toBe(":0\r\n");
    expect(node.get("a")).toBe(EMPTY);
    const [here, there] = node.contents;
    expect(there).toEqual(here);
  });

  it("become dense at hll-sparse-max-bytes, on replicas with another limit too", () => {
    const node = new Node();
    node.executor.databases.limits.hllSparseMaxBytes = 30;
    node.addMany("a", 3);
    expect(node.ask("PFDEBUG", "ENCODING", "a")).toBe("+sparse\r\n");
    node.addMany("a", 10);
    expect(node.ask("PFDEBUG", "ENCODING", "a")).toBe("+dense\r\n");
    const [here, there] = node.contents;
    expect(there).toEqual(here);
  });
});

describe("PFMERGE", () => {
  it("merges sparse ones into a sparse one, and keeps the deadline", () => {
    const node = new Node();
    node.ask("PFADD", "{k}a", "1", "2");
    node.ask("PFADD", "{k}b", "2", "3");
    node.ask("PEXPIREAT", "{k}a", "1800000000000");
    expect(node.ask("PFMERGE", "{k}a", "{k}b", "{k}none")).toBe("+OK\r\n");
    expect(node.ask("PFCOUNT", "{k}a")).toBe(":3\r\n");
    expect(node.ask("PFDEBUG", "ENCODING", "{k}a")).toBe("+sparse\r\n");
    expect(node.ask("PEXPIRETIME", "{k}a")).toBe(":1800000000000\r\n");
    const [here, there] = node.contents;
    expect(there).toEqual(here);
  });

  it("makes a dense one as soon as one of them is", () => {
    const node = new Node();
    node.ask("PFADD", "{k}a", "1");
    node.ask("PFDEBUG", "TODENSE", "{k}a");
    expect(node.ask("PFMERGE", "{k}c", "{k}a")).toBe("+OK\r\n");
    expect(node.ask("PFDEBUG", "ENCODING", "{k}c")).toBe("+dense\r\n");
    expect(node.ask("PFCOUNT", "{k}c")).toBe(":1\r\n");
    const [here, there] = node.contents;
    expect(there).toEqual(here);
  });
});

describe("strings that are no HyperLogLogs, or damaged ones", () => {
  it("are refused", () => {
    const refused = "-WRONGTYPE Key is not a valid HyperLogLog string value.\r\n";
    const node = new Node();
    for (const text of ["abc", "HYLL\x02" + EMPTY.slice(5), "HYLL\0" + EMPTY.slice(5), "12"]) {
      node.ask("SET", "k", text);
      expect(node.ask("PFADD", "k", "x")).toBe(refused);
      expect(node.ask("PFCOUNT", "k")).toBe(refused);
      expect(node.ask("PFMERGE", "k")).toBe(refused);
      expect(node.ask("PFDEBUG", "DECODE", "k")).toBe(refused);
    }
  });

  it("whose runs do not make up all registers are told apart", () => {
    const corrupt = "-INVALIDOBJ Corrupted HLL object detected\r\n";
    const node = new Node();
    for (const runs of ["\x7f\xfe", "\x7f\xff\0", "\0", "\x7f"]) {
      node.ask("SET", "{k}a", HEADER + STALE + runs);
      expect(node.ask("PFCOUNT", "{k}a")).toBe(corrupt);
      expect(node.ask("PFCOUNT", "{k}a", "{k}b")).toBe(corrupt);
      expect(node.ask("PFMERGE", "{k}c", "{k}a")).toBe(corrupt);
      expect(node.ask("PFDEBUG", "TODENSE", "{k}a")).toBe(corrupt);
      expect(node.ask("PFDEBUG", "GETREG", "{k}a")).toBe(corrupt);
    }
    node.ask("SET", "{k}a", `${HEADER}${STALE}\0`);
    expect(node.ask("PFADD", "{k}a", "element:0")).toBe(corrupt);
    const [here, there] = node.contents;
    expect(there).toEqual(here);
  });

  it("with registers above any rank are counted as x86 counts them", () => {
    const node = new Node();
    node.ask("SET", "a", `HYLL\0\0\0\0${STALE}${"\xff".repeat(12288)}`);
    expect(node.ask("PFCOUNT", "a")).toBe(":-9223372036854775808\r\n");
    const [here, there] = node.contents;
    expect(there).toEqual(here);
  });
});

describe("PFDEBUG and PFSELFTEST", () => {
  it("show registers and runs", () => {
    const node = new Node();
    node.ask("PFADD", "a", "element:0");
    node.ask("SETRANGE", "a", "16", "\x41\x00\x84\x3f");
    expect(node.ask("PFDEBUG", "decode", "a")).toContain("Z:257 v:2,1 z:64");
    node.ask("DEL", "a");
    node.ask("PFADD", "a", "element:0");
    const lines = node.ask("PFDEBUG", "GETREG", "a").split("\r\n");
    expect([lines[0], lines.length]).toEqual(["*16384", 16386]);
    expect(lines.filter((line) => line !== ":0").slice(1, -1)).toEqual([":1"]);
    expect(node.ask("PFDEBUG", "ENCODING", "a")).toBe("+dense\r\n");
    expect(node.ask("PFDEBUG", "DECODE", "a")).toBe("-ERR HLL encoding is not sparse\r\n");
    expect(node.ask("PFDEBUG", "TODENSE", "a")).toBe(":0\r\n");
    expect(node.ask("PFDEBUG", "x", "a")).toBe("-ERR Unknown PFDEBUG subcommand 'x'\r\n");
    expect(node.ask("PFDEBUG", "x", "b")).toBe("-ERR The specified key does not exist\r\n");
    const [here, there] = node.contents;
    expect(there).toEqual(here);
  });

  it("show in OBJECT ENCODING that a string was touched as a HyperLogLog", () => {
    const node = new Node();
    node.ask("SET", "a", EMPTY);
    expect(node.ask("OBJECT", "ENCODING", "a")).toBe("$6\r\nembstr\r\n");
    node.ask("PFCOUNT", "a");
    expect(node.ask("OBJECT", "ENCODING", "a")).toBe("$3\r\nraw\r\n");
    const [here, there] = node.contents;
    expect(there).toEqual(here);
  });

  it("find nothing wrong", () => {
    expect(new Node().ask("PFSELFTEST")).toBe("+OK\r\n");
  });
});
