/** What the comparison with a real redis-server asks of sorted sets and places, beside the grammar of their commands. */
import * as fc from "fast-check";

/** Few members, so that they are found again. */
const member = fc.oneof(
  { weight: 12, arbitrary: fc.nat(9).map((number) => `m${number}`) },
  { weight: 2, arbitrary: fc.nat(5).map((number) => `p${number}`) },
  { weight: 1, arbitrary: fc.constantFrom("", "\0", "\u00ff", "m", "007", "-5", "x".repeat(64)) },
);

const score = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 6 }).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "0.1",
      "1.5",
      "-0",
      "inf",
      "-inf",
      "1e17",
      "0x10",
      "12345678.0009765625",
      "1e-5",
      "1e400",
      "nan",
      "x",
      "",
      " 1",
      "224",
      "-32769",
      "2147483648",
      "9007199254740993",
    ),
  },
);
const scoreBound = fc.oneof(
  score,
  score.map((text) => `(${text}`),
  fc.constantFrom("+inf", "-inf", "(", "5\0x"),
);
const lexBound = fc.oneof(
  member.map((text) => `[${text}`),
  member.map((text) => `(${text}`),
  fc.constantFrom("-", "+", "m1", "", "+\0x", "-x"),
);
const rank = fc.integer({ min: -8, max: 8 }).map(String);

const degrees = (most: number): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.double({ min: -most, max: most, noNaN: true }).map(String) },
    {
      weight: 4,
      arbitrary: fc.integer({ min: 0, max: 20 }).map((part) => String(most / 9 + part / 50)),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom("0", "-0", String(most), String(-most), "200", "x", "inf"),
    },
  );
const length = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 99 }), fc.nat(7))
      .map(([a, b]) => String(a * 10 ** b)),
  },
  { weight: 1, arbitrary: fc.constantFrom("0", "-1", "x", "inf", "1e10", "1e-5", "20037726.37") },
);

export const zsetValuesByName: Readonly<Record<string, fc.Arbitrary<string>>> = {
  member,
  member1: member,
  member2: member,
  score,
  weight: fc.constantFrom("1", "2", "-1", "0", "0.5", "inf", "-inf", "x"),
  limit: fc.constantFrom("0", "1", "2", "-1", "x"),
  min: fc.oneof(scoreBound, lexBound),
  max: fc.oneof(scoreBound, lexBound),
  longitude: degrees(180),
  latitude: degrees(85.05112878),
  radius: length,
  width: length,
  height: length,
};

/** Fills sorted sets, and asks for ranges with bounds that fit what they range over. */
export function zsetStories(key: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> {
  const pairs = fc.array(fc.tuple(score, member), { minLength: 3, maxLength: 8 });
  const bounds = fc.oneof(
    fc.tuple(rank, rank),
    fc.tuple(scoreBound, scoreBound, fc.constant("BYSCORE")),
    fc.tuple(lexBound, lexBound, fc.constant("BYLEX")),
  );
  const reverse = fc.constantFrom([], ["REV"]);
  const limit = fc.oneof(
    fc.constant([]),
    fc.tuple(rank, rank).map(([offset, count]) => ["LIMIT", offset, count]),
  );
  return fc.oneof(
    fc.tuple(key, pairs).map(([name, all]) => ["ZADD", name, ...all.flat()]),
    fc
      .tuple(key, bounds, reverse, limit, fc.constantFrom([], ["WITHSCORES"]))
      .map(([name, range, ...options]) => ["ZRANGE", name, ...range, ...options.flat()]),
    fc
      .tuple(key, key, bounds, reverse, limit)
      .map(([to, from, range, ...options]) => [
        "ZRANGESTORE",
        to,
        from,
        ...range,
        ...options.flat(),
      ]),
    fc
      .tuple(fc.constantFrom("ZRANGEBYLEX", "ZLEXCOUNT", "ZREMRANGEBYLEX"), key, lexBound, lexBound)
      .map((words) => words),
  );
}

/** Puts places everywhere, and a few close to each other. */
export function geoStories(key: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> {
  const places = fc.array(fc.tuple(degrees(180), degrees(85), member), {
    minLength: 3,
    maxLength: 8,
  });
  return fc.tuple(key, places).map(([name, all]) => ["GEOADD", name, ...all.flat()]);
}
