/** Values in Redis's format: payloads that redis-server 7.0.15 made, older ones made by hand, and damaged ones. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { must } from "../assert.ts";
import { crc64 } from "../bytes/crc64.ts";
import { latin1Bytes, latin1Of } from "../bytes/latin1.ts";
import { TestExecutor } from "../commands/testExecutor.ts";
import { defaultLimits } from "../keyspace/limits.ts";
import { Dumper, isWholeDump, restored } from "./dump.ts";

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A payload with this in front of its footer. */
function payloadOf(body: Uint8Array | string, version = 10): Uint8Array {
  const bytes = typeof body === "string" ? latin1Bytes(body) : body;
  const payload = new Uint8Array(bytes.length + 10);
  payload.set(bytes);
  const view = new DataView(payload.buffer);
  view.setUint16(bytes.length, version, true);
  view.setBigUint64(bytes.length + 2, crc64(payload, 0, bytes.length + 2), true);
  return payload;
}

/** When the consumer of the stream was seen. */
const UNIX_MS = 1_795_979_457_445;

/** A name, the commands that make a value of `k`, and its payload. */
const payloads: readonly (readonly [string, readonly string[], string])[] = [
  ["an empty string", ["SETRANGE k 0 x", "SET k "], "00000a005d9b5c400f7fa2da"],
  ["a string that is a byte", ["SET k -12"], "00c0f40a004474ced75aa7ef82"],
  ["one of two bytes", ["SET k 300"], "00c12c010a00954261f265825c10"],
  ["one of four bytes", ["SET k -70000"], "00c290eefeff0a002875de7b13eb2800"],
  ["a text", ["SET k hello"], "000568656c6c6f0a006372df766534200a"],
  ["a large integer", ["SET k 12345678901"], "000b31323334353637383930310a00304e52d727176510"],
  ["a long string", [`SET k ${"a".repeat(40)}`], "00c30928016161e01b000161610a00cf092faaae25831d"],
  [
    "a list",
    ["RPUSH k a 12 \xff  -5000"],
    "120102151500000005008161020c0181ff028001f178ec03ff0a00a9133ab55dfc9038",
  ],
  ["a hash", ["HSET k f v n 17"], "1012120000000400816602817602816e021101ff0a00a180dda23510453b"],
  [
    "a large hash",
    [`HSET k f ${"x".repeat(65)}`],
    "04010166c3094041017878e034000178780a00f106d1071b265c18",
  ],
  [
    "integers",
    ["SADD k 3 -1 70000"],
    "0b140400000003000000ffffffff03000000701101000a00faf9076ba102fb14",
  ],
  [
    "large integers",
    ["SADD k 9223372036854775807 -9223372036854775808"],
    "0bc312180408000000022003a0000180ff600001ff7f0a00603a3581ceea1b4c",
  ],
  ["a set", ["SADD k m"], "0201016d0a00c6fcb657e086a5b0"],
  [
    "a sorted set",
    ["ZADD k 1 a 2.5 b -inf c"],
    "111d1d0000000600816302842d696e6605816102010181620283322e3504ff0a003992339be11f323d",
  ],
  [
    "a large sorted set",
    [`ZADD k 2.5 ${"x".repeat(65)} -1 y`],
    "0502c3094041017878e0340001787800000000000004400179000000000000f0bf0a00fee2d4a88ed612a3",
  ],
  [
    "a stream with groups",
    [
      "XADD k 1-1 f v",
      "XADD k 1-2 f w g 300",
      "XADD k 5-0 f z",
      "XDEL k 1-2",
      "XGROUP CREATE k grp 1-1 ENTRIESREAD 1",
      "XGROUP CREATE k other $",
      "XCLAIM k grp al 0 1-1 FORCE TIME 1700000000000 RETRYCOUNT 3",
    ],
    "130110000000000000000100000000000000013f3f000000180002010101010181660200010201000100018176020401010100010101020181660281770281670" +
      "2c12c02080102010401dfff02817a020401ff0205000101010203020367727001010101000000000000000100000000000000010068e5cf8b01000003010261" +
      "6ca5b3b728a20100000100000000000000010000000000000001056f74686572050081ffffffffffffffff00000a00834a2600590b491a",
  ],
];

describe("payloads of redis-server 7.0.15", () => {
  for (const [name, commands, hex] of payloads) {
    it(`are made and read: ${name}`, () => {
      const node = new TestExecutor();
      node.unixMs = UNIX_MS;
      for (const command of commands) node.ask(command);
      const made = must(node.keyspace.get("k"), "a value");
      const payload = bytesOf(hex);
      expect(isWholeDump(payload, true)).toBe(true);
      const value = must(restored(payload, defaultLimits()), "a value in a payload");
      expect(hexOf(new Dumper().dump(made, true))).toBe(hex);
      expect(hexOf(new Dumper().dump(value, true))).toBe(hex);
    });
  }
});

/** Listpacks, ziplists and so on stand in a payload as strings. */
function stringOf(image: string): string {
  return `\x80${String.fromCharCode(0, 0, image.length >> 8, image.length & 255)}${image}`;
}

const ZIPLIST_AB_CD = "\x13\0\0\0\x0e\0\0\0\x02\0\0\x02ab\x04\x02cd\xff";
const ZIPLIST_A_1_B_2 = "\x15\0\0\0\x12\0\0\0\x04\0\0\x01a\x03\xf2\x02\x01b\x03\xf3\xff";

/** The type and the body, the command that shows the value, and what it answers. */
const older: readonly (readonly [string, string, string, string])[] = [
  ["a list of strings", "\x01\x02\x01a\xc0\x05", "LRANGE k 0 -1", "*2\r\n$1\r\na\r\n$1\r\n5\r\n"],
  [
    "a list in a ziplist",
    `\x0a${stringOf(ZIPLIST_AB_CD)}`,
    "LRANGE k 0 -1",
    "*2\r\n$2\r\nab\r\n$2\r\ncd\r\n",
  ],
  [
    "a list of ziplists",
    `\x0e\x02${stringOf(ZIPLIST_AB_CD)}${stringOf(ZIPLIST_AB_CD)}`,
    "LRANGE k 1 2",
    "*2\r\n$2\r\ncd\r\n$2\r\nab\r\n",
  ],
  [
    "a list with an element of its own node",
    "\x12\x01\x01\x03abc",
    "LRANGE k 0 -1",
    "*1\r\n$3\r\nabc\r\n",
  ],
  [
    "a set of integers as strings",
    "\x02\x02\xc0\x05\x011",
    "OBJECT ENCODING k",
    "$6\r\nintset\r\n",
  ],
  [
    "a sorted set with scores as text",
    "\x03\x03\x01a\x031.5\x01b\xfe\x01c\xff",
    "ZRANGE k 0 -1 WITHSCORES",
    "*6\r\n$1\r\nc\r\n$4\r\n-inf\r\n$1\r\na\r\n$3\r\n1.5\r\n$1\r\nb\r\n$3\r\ninf\r\n",
  ],
  ["a sorted set in a ziplist", `\x0c${stringOf(ZIPLIST_A_1_B_2)}`, "ZSCORE k b", "$1\r\n2\r\n"],
  ["a hash in a ziplist", `\x0d${stringOf(ZIPLIST_A_1_B_2)}`, "HGET k a", "$1\r\n1\r\n"],
  [
    "a hash in a zipmap",
    "\x09\x0b\x01\x01a\x03\x02xyz..\xff",
    "HGETALL k",
    "*2\r\n$1\r\na\r\n$3\r\nxyz\r\n",
  ],
];

describe("payloads of older versions", () => {
  for (const [name, body, command, reply] of older) {
    it(`are read: ${name}`, () => {
      const node = new TestExecutor();
      const payload = latin1Of(payloadOf(body, 6));
      expect(latin1Of(node.execute(["RESTORE", "k", "0", payload]).reply)).toBe("+OK\r\n");
      expect(node.ask(command)).toBe(reply);
      expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
    });
  }

  it("keep a stream's groups, as far as Redis can tell what they have read", () => {
    const node = new TestExecutor();
    node.ask("XADD k 1-1 f v");
    node.ask("XADD k 2-0 f w");
    node.ask("XGROUP CREATE k all $");
    node.ask("XGROUP CREATE k none 0");
    node.ask("XREADGROUP GROUP none al STREAMS k >");
    const newest = latin1Of(new Dumper().dump(must(node.keyspace.get("k"), "a stream"), false));
    // Without the first id, the greatest deleted one and the entries added, and without what the groups have read.
    const unknown = `\x81${"\xff".repeat(8)}`;
    const body = newest
      .slice(0, -10)
      .replace("\x13", "\x0f")
      .replace("\x02\x02\0\x01\x01\0\0\x02", "\x02\x02\0")
      .replace(`\x03all\x02\0${unknown}`, "\x03all\x02\0")
      .replace("\x04none\x02\0\x02", "\x04none\x02\0");
    expect(body.length).toBe(newest.length - 10 - 5 - 9 - 1);
    const value = must(restored(payloadOf(body, 9), defaultLimits()), "a stream");
    const known = newest.slice(0, -10).replace(`all\x02\0${unknown}`, "all\x02\0\x02");
    expect(latin1Of(new Dumper().dump(value, false)).slice(0, -10)).toBe(known);
  });
});

describe("payloads that were damaged", () => {
  it("are told by their checksum, and those of newer versions by theirs", () => {
    const payload = payloadOf("\0\x01a");
    expect(isWholeDump(payload, true)).toBe(true);
    for (let at = 0; at < payload.length; at++) {
      expect(isWholeDump(payload.with(at, (payload[at] ?? 0) ^ 0x10), true)).toBe(false);
    }
    expect(isWholeDump(payloadOf("\0\x01a", 11), true)).toBe(false);
    expect(isWholeDump(payloadOf("\0\x01a", 1), true)).toBe(true);
    expect(isWholeDump(new Uint8Array(9), true)).toBe(false);
  });

  const senseless: readonly (readonly [string, string])[] = [
    ["of no known type", "\x08\x01a"],
    ["of a module", "\x07\x01a"],
    ["without a value", "\x01"],
    ["an empty list", "\x01\0"],
    ["an empty set", "\x02\0"],
    ["an empty hash", "\x04\0"],
    ["an empty sorted set", "\x05\0"],
    ["a list of empty nodes", "\x12\x01\x02\x07\x07\0\0\0\0\0\xff"],
    ["a list with a node of no known form", "\x12\x01\x03\x01a"],
    ["a list with an empty element of its own node", "\x12\x01\x01\0"],
    ["a member twice", "\x02\x02\x01a\x01a"],
    ["an integer twice", "\x02\x02\xc0\x05\xc0\x05"],
    ["a field twice", "\x04\x02\x01a\x01b\x01a\x01c"],
    ["a field without a value", "\x10\x0a\x0a\0\0\0\x01\0\x81a\x02\xff"],
    ["a score that is no number", "\x03\x01\x01a\xfd"],
    ["a score that is no text of one", "\x03\x01\x01a\x01x"],
    ["a score of bits that are no number", "\x05\x01\x01a\0\0\0\0\0\0\xf8\x7f"],
    ["a length of no known form", "\0\xa0"],
    ["a string of no known kind", "\0\xc7a"],
    ["a compressed string that is too long", "\0\xc3\x02\x81\0\0\0\x10\0\0\0\0ab"],
    ["a length that nothing can have", "\0\x81\xff\xff\xff\xff\xff\xff\xff\xff"],
  ];

  for (const [name, body] of senseless) {
    it(`and still have a checksum are refused: ${name}`, () => {
      expect(restored(payloadOf(body), defaultLimits())).toBe(undefined);
    });
  }

  it.each([
    [
      "a field twice in a listpack",
      "\x10\x11\x11\0\0\0\x04\0\x81a\x02\x01\x01\x81a\x02\x02\x01\xff",
      "Hash listpack",
    ],
    ["an integer set of a width that is none", "\x0b\x08\x03\0\0\0\0\0\0\0", "Intset"],
  ])("are refused with the form that is damaged: %s", (_, body, form) => {
    const why: string[] = [];
    expect(restored(payloadOf(body), defaultLimits(), (told) => why.push(told))).toBe(undefined);
    expect(why).toEqual([`${form} integrity check failed.`]);
  });

  it("in any way make a whole value or none, which is made and read again", () => {
    const damage = fc.record({
      at: fc.nat(),
      value: fc.nat(255),
      shift: fc.constantFrom(-1, 0, 0, 1),
    });
    const damages = fc.array(damage, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.constantFrom(...payloads), damages, ([, , hex], changes) => {
        let body = latin1Of(bytesOf(hex)).slice(0, -10);
        for (const { at, value, shift } of changes) {
          const place = at % body.length;
          const change = shift < 0 ? "" : String.fromCharCode(value);
          body = body.slice(0, place) + change + body.slice(shift > 0 ? place : place + 1);
        }
        const value = restored(payloadOf(body), defaultLimits());
        if (value === undefined) return;
        const again = new Dumper().dump(value, true);
        const copy = must(restored(again, defaultLimits()), "what was made anew");
        expect(hexOf(new Dumper().dump(copy, true))).toBe(hexOf(again));
      }),
      { seed: 3, numRuns: 3000 },
    );
  });
});
