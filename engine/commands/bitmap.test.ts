/** Bitmaps and bit fields: replies that redis-server 7.0.15 gives to the same requests, and what the records make of a replica. */
import { describe, expect, it } from "vitest";
import { latin1Of } from "../bytes/latin1.ts";
import { TestExecutor } from "./testExecutor.ts";

const badOffset = "-ERR bit offset is not an integer or out of range\r\n";
const badType =
  "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.\r\n";

/** One dialogue a list: words parted by blanks, and the reply. */
const dialogues: readonly (readonly (readonly [string, string])[])[] = [
  [
    ["SETBIT a 7 1", ":0\r\n"],
    ["GET a", "$1\r\n\x01\r\n"],
    ["SETBIT a 7 0", ":1\r\n"],
    ["SETBIT a 20 0", ":0\r\n"],
    ["STRLEN a", ":3\r\n"],
    ["GETBIT a 4294967295", ":0\r\n"],
    ["GETBIT a 1000", ":0\r\n"],
    ["SETBIT a -1 1", badOffset],
    ["SETBIT a 4294967296 1", badOffset],
    ["SETBIT a #1 1", badOffset],
    ["SETBIT a 1 2", "-ERR bit is not an integer or out of range\r\n"],
    ["OBJECT ENCODING a", "$3\r\nraw\r\n"],
  ],
  [
    ["SET n 12", "+OK\r\n"],
    ["GETBIT n 2", ":1\r\n"],
    ["SETBIT n 2 1", ":1\r\n"],
    ["OBJECT ENCODING n", "$3\r\nraw\r\n"],
    ["GET n", "$2\r\n12\r\n"],
  ],
  [
    ["INCRBYFLOAT f 12", "$2\r\n12\r\n"],
    ["OBJECT ENCODING f", "$6\r\nembstr\r\n"],
    ["SETBIT f 2 1", ":1\r\n"],
    ["OBJECT ENCODING f", "$3\r\nraw\r\n"],
    ["INCRBYFLOAT g 12", "$2\r\n12\r\n"],
    ["BITFIELD g SET u8 0 49", "*1\r\n:49\r\n"],
    ["OBJECT ENCODING g", "$3\r\nraw\r\n"],
  ],
  [
    ["SET k foobar", "+OK\r\n"],
    ["BITCOUNT k", ":26\r\n"],
    ["BITCOUNT k 0 0", ":4\r\n"],
    ["BITCOUNT k 1 1", ":6\r\n"],
    ["BITCOUNT k 5 30 BIT", ":17\r\n"],
    ["BITCOUNT k -2 -1 bit", ":1\r\n"],
    ["BITCOUNT k -1 -2", ":0\r\n"],
    ["BITCOUNT k -9223372036854775807 -9223372036854775808", ":0\r\n"],
    ["BITCOUNT k -9223372036854775808 -9223372036854775807", ":4\r\n"],
    ["BITCOUNT k 0", "-ERR syntax error\r\n"],
    ["BITCOUNT k 0 0 BITS", "-ERR syntax error\r\n"],
    ["BITCOUNT k 0 x", "-ERR value is not an integer or out of range\r\n"],
    ["BITCOUNT none 0", ":0\r\n"],
  ],
  [
    ["SETRANGE k 1 \xff\xf0", ":3\r\n"],
    ["BITPOS k 1", ":8\r\n"],
    ["BITPOS k 0 1", ":20\r\n"],
    ["BITPOS k 0 1 1", ":-1\r\n"],
    ["BITPOS k 1 -1", ":16\r\n"],
    ["BITPOS k 0 9 20 BIT", ":20\r\n"],
    ["BITPOS k 0 9 19 BIT", ":-1\r\n"],
    ["BITPOS k 1 2 1", ":-1\r\n"],
    ["SETRANGE all 0 \xff\xff", ":2\r\n"],
    ["BITPOS all 0", ":16\r\n"],
    ["BITPOS all 0 0 -1", ":-1\r\n"],
    ["BITPOS none 0", ":0\r\n"],
    ["BITPOS none 1 x", ":-1\r\n"],
    ["BITPOS k 2", "-ERR The bit argument must be 1 or 0.\r\n"],
    ["BITPOS k 1 0 5 BITS", "-ERR syntax error\r\n"],
    ["BITPOS k 1 0 5 BIT x", "-ERR syntax error\r\n"],
  ],
  [
    ["SET {k}a abc", "+OK\r\n"],
    ["SET {k}b ab", "+OK\r\n"],
    ["SET {k}d x PX 100000", "+OK\r\n"],
    ["BITOP AND {k}d {k}a {k}b", ":3\r\n"],
    ["GET {k}d", "$3\r\nab\0\r\n"],
    ["PTTL {k}d", ":-1\r\n"],
    ["BITOP xor {k}d {k}a {k}b", ":3\r\n"],
    ["GET {k}d", "$3\r\n\0\0c\r\n"],
    ["BITOP OR {k}d {k}none {k}b", ":2\r\n"],
    ["BITOP NOT {k}d {k}b", ":2\r\n"],
    ["GET {k}d", "$2\r\n\x9e\x9d\r\n"],
    ["OBJECT ENCODING {k}d", "$3\r\nraw\r\n"],
    ["BITOP OR {k}d {k}none", ":0\r\n"],
    ["EXISTS {k}d", ":0\r\n"],
    ["BITOP NOT {k}d {k}a {k}b", "-ERR BITOP NOT must be called with a single source key.\r\n"],
    ["BITOP NAND {k}d {k}a", "-ERR syntax error\r\n"],
  ],
  [
    ["BITFIELD k INCRBY i5 100 1 GET u4 0", "*2\r\n:1\r\n:0\r\n"],
    ["STRLEN k", ":14\r\n"],
    ["BITFIELD k SET u8 #1 255 GET i8 8", "*2\r\n:0\r\n:-1\r\n"],
    ["BITFIELD k INCRBY u2 300 3 OVERFLOW SAT INCRBY u2 300 1", "*2\r\n:3\r\n:3\r\n"],
    [
      "BITFIELD k OVERFLOW FAIL INCRBY u2 300 1 OVERFLOW WRAP INCRBY u2 300 1",
      "*2\r\n$-1\r\n:0\r\n",
    ],
    ["BITFIELD k SET i64 0 -9223372036854775808 GET u63 1", "*2\r\n:71776119061217280\r\n:0\r\n"],
    ["BITFIELD k", "*0\r\n"],
    ["BITFIELD k GET u64 0", badType],
    ["BITFIELD k GET i65 0", badType],
    ["BITFIELD k GET x8 0", badType],
    ["BITFIELD k GET u8 #-1", badOffset],
    ["BITFIELD k GET u8 4294967296", badOffset],
    ["BITFIELD k SET u8 0 x", "-ERR value is not an integer or out of range\r\n"],
    ["BITFIELD k SET u8 0", "-ERR syntax error\r\n"],
    ["BITFIELD k OVERFLOW NEVER GET u8 0", "-ERR Invalid OVERFLOW type specified\r\n"],
    ["BITFIELD_RO k GET u8 8 GET u8 16", "*2\r\n:0\r\n:0\r\n"],
    ["BITFIELD_RO k SET u8 0 1", "-ERR BITFIELD_RO only supports the GET subcommand\r\n"],
    ["BITFIELD none GET u8 0", "*1\r\n:0\r\n"],
    ["EXISTS none", ":0\r\n"],
    ["BITFIELD none OVERFLOW FAIL INCRBY u8 8 256", "*1\r\n$-1\r\n"],
    ["STRLEN none", ":2\r\n"],
  ],
];

describe("bitmaps and bit fields", () => {
  for (const dialogue of dialogues) {
    it(`answer as Redis: ${dialogue[0]?.[0] ?? ""} …`, () => {
      const node = new TestExecutor();
      for (const [line, reply] of dialogue) expect([line, node.ask(line)]).toEqual([line, reply]);
      expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
    });
  }

  it("refuse other types", () => {
    const node = new TestExecutor();
    node.ask("RPUSH {k}l x");
    for (const line of [
      "SETBIT {k}l 0 1",
      "GETBIT {k}l 0",
      "BITCOUNT {k}l",
      "BITPOS {k}l 1",
      "BITOP OR {k}d {k}l",
      "BITFIELD {k}l GET u8 0",
      "BITFIELD {k}l SET u8 0 1",
      "BITFIELD_RO {k}l GET u8 0",
    ]) {
      expect([line, node.ask(line)]).toEqual([
        line,
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
      ]);
    }
  });

  it("of long strings are changed where they are, and logged as the bytes that changed", () => {
    const node = new TestExecutor();
    node.ask("SETBIT k 79999999 1");
    const value = node.keyspace.get("k");
    for (let bit = 0; bit < 1000; bit += 7) node.ask(`SETBIT k ${bit} 1`);
    node.ask("BITFIELD k SET u16 #5 777 INCRBY i64 999 -1");
    expect(node.keyspace.get("k")).toBe(value);
    expect(Math.max(...node.records.map((record) => record.length))).toBeLessThan(80);
    expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
  });

  it("end at proto-max-bulk-len", () => {
    const node = new TestExecutor();
    node.ask("CONFIG SET proto-max-bulk-len 1048576");
    expect(node.ask("SETBIT k 8388608 1")).toBe(badOffset);
    expect(node.ask("SETBIT k 8388607 1")).toBe(":0\r\n");
    expect(node.ask("APPEND k x")).toBe(
      "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n",
    );
    expect(node.ask("BITCOUNT k")).toBe(":1\r\n");
  });

  it("tell keyspace notifications of changes alone", () => {
    const node = new TestExecutor();
    node.ask("CONFIG SET notify-keyspace-events KEA");
    node.ask("SETBIT k 1 1");
    node.ask("SUBSCRIBE __keyspace@0__:k", 2);
    const told = (line: string): string[] =>
      node
        .execute(line.split(" "))
        .pushes.map(({ bytes }) => latin1Of(bytes).split("\r\n")[6] ?? "");
    expect(told("SETBIT k 1 1")).toEqual([]);
    expect(told("SETBIT k 1 0")).toEqual(["setbit"]);
    expect(told("BITFIELD k OVERFLOW FAIL INCRBY u8 0 300")).toEqual([]);
    expect(told("BITFIELD k INCRBY u8 0 1 INCRBY u8 0 1")).toEqual(["setbit"]);
    expect(told("BITFIELD k SET u8 0 2")).toEqual([]);
    expect(told("BITFIELD k OVERFLOW FAIL SET u8 100 300 SET u8 0 2")).toEqual(["setbit"]);
    expect(told("BITOP NOT k k")).toEqual(["set"]);
    expect(told("BITOP OR k {none}k")).toEqual(["del"]);
  });
});
