/** What the comparison with a real redis-server asks of hashes, sets and SORT, beside the grammar of their commands. */
import * as fc from "fast-check";

/** Few words, so that they are found again; integers at the edges of an intset's widths, and what is none. */
const word = fc.oneof(
  { weight: 8, arbitrary: fc.nat(9).map(String) },
  { weight: 6, arbitrary: fc.nat(6).map((number) => `f${number}`) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "-1",
      "32767",
      "32768",
      "-32769",
      "2147483648",
      "9007199254740993",
      "9223372036854775807",
      "-9223372036854775808",
      "9223372036854775808",
      "01",
      "",
      "\0",
      "\u00ff",
      "1.5",
      "x".repeat(64),
      "y".repeat(65),
    ),
  },
);
const words = fc.array(word, { minLength: 1, maxLength: 8 });
/** Enough to leave packed forms behind. */
const manyWords = fc
  .tuple(fc.constantFrom("", "m"), fc.integer({ min: 500, max: 700 }))
  .map(([name, count]) => Array.from({ length: count }, (_, index) => `${name}${index}`));

const pattern = fc.constantFrom(
  [],
  ["MATCH", "*"],
  ["MATCH", "f*"],
  ["MATCH", "?"],
  ["MATCH", "m?"],
);

export const hashValuesByName: Readonly<Record<string, fc.Arbitrary<string>>> = { field: word };

export function hashStories(key: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> {
  const pairs = fc.oneof(
    { weight: 12, arbitrary: fc.array(fc.tuple(word, word), { minLength: 1, maxLength: 6 }) },
    {
      weight: 1,
      arbitrary: manyWords.map((all) => all.map((one): [string, string] => [one, one])),
    },
  );
  const counts = fc.constantFrom("1000", "0", "x", "", "-9223372036854775808");
  return fc.oneof(
    fc
      .tuple(fc.constantFrom("HSET", "HMSET"), key, pairs)
      .map(([name, hash, all]) => [name, hash, ...all.flat()]),
    fc.tuple(key, words).map(([hash, fields]) => ["HDEL", hash, ...fields]),
    fc
      .tuple(fc.constantFrom("HINCRBY", "HINCRBYFLOAT"), key, word, word)
      .map(([name, ...rest]) => [name, ...rest]),
    fc.tuple(key, pattern).map(([hash, glob]) => ["HSCAN", hash, "0", ...glob, "COUNT", ALL]),
    fc.tuple(key, counts).map(([hash, count]) => ["HRANDFIELD", hash, count, "WITHVALUES"]),
  );
}

export function setStories(key: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> {
  const members = fc.oneof({ weight: 12, arbitrary: words }, { weight: 1, arbitrary: manyWords });
  const integers = fc.array(fc.integer({ min: -5, max: 12 }).map(String), { minLength: 1 });
  const keys = fc.array(key, { minLength: 1, maxLength: 4 });
  return fc.oneof(
    fc.tuple(key, fc.oneof(members, integers)).map(([set, all]) => ["SADD", set, ...all]),
    fc.tuple(key, members).map(([set, all]) => ["SREM", set, ...all]),
    fc.tuple(key, key, word).map(([from, to, member]) => ["SMOVE", from, to, member]),
    fc
      .tuple(fc.constantFrom("SINTERSTORE", "SUNIONSTORE", "SDIFFSTORE"), key, keys)
      .map(([name, to, from]) => [name, to, ...from]),
    fc
      .tuple(fc.constantFrom("SISMEMBER", "SMISMEMBER"), key, word)
      .map(([name, set, member]) => [name, set, member]),
    fc.tuple(key, pattern).map(([set, glob]) => ["SSCAN", set, "0", ...glob, "COUNT", ALL]),
    key.map((set) => ["OBJECT", "ENCODING", set]),
  );
}

/** A set has no order of its own to keep: SORT shows it sorted, or all of it. */
export function sortStories(key: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> {
  const range = fc.constantFrom("0", "1", "2", "-1", "100", "x");
  const options = fc.tuple(
    fc.oneof(
      fc.constant([]),
      fc.tuple(range, range).map(([offset, count]) => ["LIMIT", offset, count]),
    ),
    fc.constantFrom([], ["DESC"], ["asc"]),
    fc.constantFrom([], ["ALPHA"]),
  );
  return fc.oneof(
    fc.tuple(key, words).map(([list, all]) => ["RPUSH", list, ...all]),
    fc
      .tuple(fc.constantFrom("SORT", "SORT_RO"), key, options)
      .map(([name, from, all]) => [name, from, ...all.flat()]),
    fc
      .tuple(key, options, key)
      .map(([from, all, to]) => ["SORT", from, ...all.flat(), "STORE", to]),
    fc
      .tuple(key, fc.constantFrom([], ["DESC"]))
      .map(([list, all]) => ["SORT", list, "BY", "nosort", ...all]),
  );
}

/** A COUNT that no collection here has. */
const ALL = "100000";
