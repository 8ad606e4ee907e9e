/** Values for the arguments of the command table, by name and by type: few, so that they meet again, and those at edges. */
import * as fc from "fast-check";
import { bytesValuesByName } from "./bytes.ts";
import { hashValuesByName } from "./hashesAndSets.ts";
import { messageValuesByName } from "./messages.ts";
import { streamValuesByName } from "./streams.ts";
import { zsetValuesByName } from "./sortedSets.ts";

/** All in one slot; the last two are not what an inline request could name, and one is of another slot. */
const keyNames = ["{k}a", "{k}b", "{k}c"];
const strangeKeyNames = ["{k}\0\xff\r\n", "", "other"];

export const keyOf: fc.Arbitrary<string> = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom(...keyNames) },
  { weight: 1, arbitrary: fc.constantFrom(...strangeKeyNames) },
);

const edgeIntegers = [
  "0",
  "1",
  "-1",
  "2",
  "10",
  "-10",
  "100",
  "9999",
  "10000",
  "9007199254740991",
  "9007199254740993",
  "-9007199254740993",
  "9223372036854775807",
  "9223372036854775806",
  "-9223372036854775808",
  "9223372036854775808",
  "-9223372036854775809",
  "+1",
  "01",
  "-0",
  " 1",
  "1 ",
  "",
  "abc",
  "1.5",
];
const edgeDoubles = [
  "0.1",
  "0.2",
  "3.0e3",
  "1e-5",
  "-0.5",
  "123456789.123456789",
  "1e17",
  "1e308",
  "1.5e300",
  "inf",
  "-inf",
  "nan",
  "0x1p4",
  "0x1.8",
  "1e5000",
  "1e-5000",
  ".5",
  "5.",
  ".",
  "1e",
  "-0",
  "0.1234567890123456789",
  "99999999999999999999",
  "1e4932",
];
/** Numbers as a client would compute them, with and without an exponent. */
const decimal = fc
  .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: -12, max: 12 }), fc.boolean())
  .map(([digits, power, isPlain]) =>
    isPlain ? String(digits / 10 ** Math.abs(power)) : `${digits}e${power}`,
  );
const texts = [
  "",
  "a",
  "hello",
  "ohmytext",
  "mynewtext",
  "\0\xff\r\n",
  "x".repeat(45),
  "x".repeat(44),
  "foo bar",
];
const small = fc.constantFrom("0", "1", "2", "3", "5", "7", "-1", "-3", "100");
const integer = fc.oneof(small, fc.constantFrom(...edgeIntegers));
const double = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...edgeDoubles, ...edgeIntegers) },
  { weight: 1, arbitrary: decimal },
);
const bytes = fc
  .uint8Array({ maxLength: 8 })
  .map((all) => all.reduce((text, byte) => text + String.fromCharCode(byte), ""));
const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...texts, ...edgeIntegers, ...edgeDoubles) },
  { weight: 1, arbitrary: bytes },
);
const shortElement = fc.constantFrom("a", "b", "c", "1");
/** Long past or far away: nothing passes between two servers. */
const unixTime = fc.constantFrom(
  "1",
  "0",
  "-1",
  "1000000000",
  "9999999999",
  "99999999999999",
  "9223372036854775807",
  "9223372036854775",
  "x",
);
/** The only deadline, or time to wait, that is over before the sequence is. */
export const shortlyMs = "20";
const timeoutSeconds = fc.oneof(
  { weight: 6, arbitrary: fc.constant("0") },
  { weight: 1, arbitrary: fc.constantFrom("-1", "x", "1e20", "inf", "nan", "9223372036854775807") },
);
const client = fc.oneof(
  { weight: 6, arbitrary: fc.nat(3).map((index) => `@${index}`) },
  { weight: 1, arbitrary: fc.constantFrom("0", "x", "-1", "999999999") },
);

const valuesByName: Readonly<Record<string, fc.Arbitrary<string>>> = {
  offset: fc.constantFrom("0", "1", "5", "20", "-1", "x", "536870912", "9223372036854775807"),
  seconds: fc.constantFrom(
    "100",
    "1000",
    "0",
    "-1",
    "x",
    "9223372036854775807",
    "9223372036854775",
    "9223372036854776",
  ),
  milliseconds: fc.constantFrom(
    "100000",
    "1000000",
    shortlyMs,
    "0",
    "-1",
    "x",
    "9223372036854775807",
    "9000000000000000000",
  ),
  cursor: fc.oneof(
    { weight: 5, arbitrary: fc.constant("0") },
    { weight: 1, arbitrary: fc.constantFrom("x", "-", "18446744073709551616", "", "+0") },
  ),
  count: fc.constantFrom("1000", "1", "2", "3", "0", "-1", "-5", "x", "9223372036854775807"),
  pattern: fc.constantFrom(
    "*",
    "{k}*",
    "*a",
    "?k?[ab]",
    "[^{]*",
    "*[",
    "\\{k}a",
    "**",
    "",
    "{k}[a-b]",
    "{k}[b-a]",
    "{k}\\",
    "{k}[]a]",
    "f*",
    "m?",
    "nosort",
    "{k}*->f1",
    "#",
  ),
  slot: fc.constantFrom("0", "-1", "16384", "x", "16383", "7629"),
  index: fc.constantFrom("0", "1", "15", "16", "-1", "x", "9999999999"),
  index1: fc.constantFrom("0", "1", "2", "15", "16", "-1", "x"),
  index2: fc.constantFrom("0", "1", "2", "15", "16", "-1", "x"),
  db: fc.constantFrom("0", "1", "2", "15", "16", "-1", "x"),
  "destination-db": fc.constantFrom("0", "1", "15", "16", "-1", "x", "9999999999"),
  start: integer,
  stop: integer,
  numkeys: fc.constantFrom("1", "2", "3", "0", "-1", "x", "9223372036854775807"),
  element: fc.oneof(shortElement, shortElement, shortElement, value),
  pivot: shortElement,
  rank: small,
  "num-matches": small,
  len: small,
  numreplicas: fc.constantFrom("x", "-1"),
  timeout: timeoutSeconds,
  protover: fc.constantFrom("2", "3", "1", "4", "x"),
  "client-id": client,
  clientname: fc.constantFrom("bob", "with blank", "", "new\nline"),
  "connection-name": fc.constantFrom("bob", "with blank", "", "new\nline"),
  username: fc.constantFrom("default", "alice"),
  type: fc.constantFrom("string", "hash", "zset", "nosuch", "normal", "master", "STRING"),
  enabled: fc.constantFrom("on", "OFF", "maybe"),
  frequency: fc.constantFrom("0", "255", "256", "-1", "x"),
  ...hashValuesByName,
  ...streamValuesByName,
  ...zsetValuesByName,
  ...bytesValuesByName,
  ...messageValuesByName,
};

/** @param command its name in lower case @param name the argument's in the command table @param type its type there */
export function valueOf(command: string, name: string, type: string): fc.Arbitrary<string> {
  const special = valuesByName[`${command} ${name}`] ?? valuesByName[name];
  if (special !== undefined) return special;
  if (type === "key") return keyOf;
  if (type === "integer") return integer;
  if (type === "unix-time") return unixTime;
  if (type === "double") return double;
  return value;
}
