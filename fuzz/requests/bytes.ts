/** What the comparison with a real redis-server asks of bits, HyperLogLogs and dumps, beside the grammar of their commands. */
import * as fc from "fast-check";

const bitOffset = fc.oneof(
  { weight: 12, arbitrary: fc.nat(100).map(String) },
  { weight: 1, arbitrary: fc.constantFrom("-1", "x", "01", "4294967296", "9223372036854775807") },
);
const fieldOffset = fc.oneof(
  { weight: 8, arbitrary: fc.nat(100).map(String) },
  { weight: 4, arbitrary: fc.nat(9).map((number) => `#${number}`) },
  { weight: 1, arbitrary: fc.constantFrom("-1", "#", "#-1", "x", "#4611686018427387904") },
);
const encoding = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(fc.constantFrom("u", "i"), fc.integer({ min: 1, max: 63 }))
      .map(([sign, bits]) => `${sign}${bits}`),
  },
  { weight: 1, arbitrary: fc.constantFrom("i64", "u64", "i65", "u0", "x8", "u08", "u", "I8") },
);
const operand = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -300, max: 300 }).map(String) },
  {
    weight: 2,
    arbitrary: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("9223372036854775807", "-9223372036854775808", "x", ""),
  },
);
const overflow = fc.constantFrom("WRAP", "SAT", "FAIL", "sat", "NEVER");
const unit = fc.constantFrom("BIT", "BYTE", "bit", "NIBBLE");
const position = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -30, max: 60 }).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("-9223372036854775808", "-9223372036854775807", "1000", "x"),
  },
);
const text = fc.oneof(
  fc.constantFrom("", "12", "foobar", "\xff\xff\xff", "\0", "\x80".repeat(300)),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => String.fromCharCode(...bytes)),
);

/** Whole, of an older version, damaged, cut off, and of a value that makes no sense. */
const payload = fc.constantFrom(
  "\0\x05hello\x0a\0cr\xdfve4 \x0a",
  "\0\xc0\xf4\x0a\0\x44\x74\xce\xd7\x5a\xa7\xef\x82",
  "\x02\x01\x01m\x0a\0\xc6\xfc\xb6\x57\xe0\x86\xa5\xb0",
  "\0\x05hello\x0a\0cr\xdfve4 \x0b",
  "\0\x05hello",
  "",
);

export const bytesValuesByName: Readonly<Record<string, fc.Arbitrary<string>>> = {
  bit: fc.constantFrom("0", "1", "1", "2", "x"),
  encoding,
  operation: fc.constantFrom("AND", "or", "XOR", "NOT", "NAND"),
  "serialized-value": payload,
  ttl: fc.constantFrom("0", "0", "100000", "-1", "x", "9223372036854775807"),
  frequency: fc.constantFrom("0", "255", "256", "-1", "x"),
  subcommand: fc.constantFrom("ENCODING", "DECODE", "TODENSE", "GETREG", "nosuch"),
};

const fieldOperation: fc.Arbitrary<readonly string[]> = fc.oneof(
  fc.tuple(encoding, fieldOffset).map((words) => ["GET", ...words]),
  fc.tuple(encoding, fieldOffset, operand).map((words) => ["SET", ...words]),
  fc.tuple(encoding, fieldOffset, operand).map((words) => ["INCRBY", ...words]),
  overflow.map((word) => ["OVERFLOW", word]),
);

export function bitmapStories(key: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> {
  const range = fc.oneof(
    fc.constant([]),
    fc.tuple(position, position),
    fc.tuple(position, position, unit),
  );
  const keys = fc.array(key, { minLength: 1, maxLength: 3 });
  return fc.oneof(
    fc
      .tuple(key, bitOffset, fc.constantFrom("0", "1", "1", "2"))
      .map((words) => ["SETBIT", ...words]),
    fc.tuple(key, bitOffset).map((words) => ["GETBIT", ...words]),
    fc.tuple(key, range).map(([from, all]) => ["BITCOUNT", from, ...all]),
    fc
      .tuple(key, fc.constantFrom("0", "1"), range)
      .map(([from, bit, all]) => ["BITPOS", from, bit, ...all]),
    fc
      .tuple(fc.constantFrom("AND", "OR", "XOR", "NOT"), key, keys)
      .map(([name, to, from]) => ["BITOP", name, to, ...from]),
    fc
      .tuple(key, fc.array(fieldOperation, { maxLength: 5 }))
      .map(([from, all]) => ["BITFIELD", from, ...all.flat()]),
    fc.tuple(key, text).map((words) => ["SET", ...words]),
    fc.tuple(key, text).map((words) => ["APPEND", ...words]),
    key.map((from) => ["GET", from]),
    key.map((from) => ["OBJECT", "ENCODING", from]),
  );
}

/** Enough elements to make dense ones now and then. */
export function hyperLogLogStories(key: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> {
  const few = fc.array(fc.nat(100_000).map(String), { maxLength: 5 });
  const many = fc
    .tuple(fc.nat(100_000), fc.integer({ min: 100, max: 2000 }))
    .map(([first, count]) => Array.from({ length: count }, (_, index) => `m${first + index}`));
  const elements = fc.oneof({ weight: 12, arbitrary: few }, { weight: 1, arbitrary: many });
  const keys = fc.array(key, { minLength: 1, maxLength: 3 });
  return fc.oneof(
    fc.tuple(key, elements).map(([to, all]) => ["PFADD", to, ...all]),
    keys.map((from) => ["PFCOUNT", ...from]),
    fc.tuple(key, keys).map(([to, from]) => ["PFMERGE", to, ...from]),
    fc
      .tuple(fc.constantFrom("ENCODING", "DECODE", "TODENSE"), key)
      .map((words) => ["PFDEBUG", ...words]),
    fc
      .tuple(key, fc.nat(HEADER_BYTES - 1), fc.nat(255))
      .map(([to, at, byte]) => ["SETRANGE", to, String(at), String.fromCharCode(byte)]),
    key.map((from) => ["GET", from]),
    key.map((from) => ["DUMP", from]),
  );
}

/** Runs that are cut off make Redis read what happens to stand behind them: only the header is spoilt. */
const HEADER_BYTES = 16;
