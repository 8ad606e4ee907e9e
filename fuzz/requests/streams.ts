/** What the comparison with a real redis-server asks of streams, beside the grammar of their commands. */
import * as fc from "fast-check";

/** Few ids, so that they are found again, and some at the edges of two numbers of 64 bits and of how C reads them. */
const usualId = fc
  .tuple(fc.nat(12), fc.nat(5))
  .map(([ms, sequence]) => (sequence === 5 ? String(ms) : `${ms}-${sequence}`));
const edgeId = fc.constantFrom(
  "0",
  "0-0",
  "0-1",
  "18446744073709551615",
  "18446744073709551615-18446744073709551615",
  "18446744073709551615-18446744073709551614",
  "18446744073709551616",
  "9007199254740993-3",
  "4294967295-4294967296",
  "-",
  "+",
  "$",
  ">",
  "",
  "x",
  "1-",
  "-1",
  "1--1",
  "1--05",
  "007-+5",
  " 5",
  "5 ",
  "5-*",
  "1-1-1",
  "5\0x",
  "(5",
  "-05",
  "1".repeat(130),
);
const id = fc.oneof({ weight: 5, arbitrary: usualId }, { weight: 1, arbitrary: edgeId });
const endOfInterval = fc.oneof(
  fc.constantFrom("-", "+", "(-", "("),
  id,
  id.map((one) => `(${one})`.slice(0, -1)),
);

const idReadAfter: fc.Arbitrary<string> = fc.oneof(fc.constantFrom(">", ">", "0", "$"), id);
const groupName: fc.Arbitrary<string> = fc.constantFrom("g", "g", "h", "");
const consumerName: fc.Arbitrary<string> = fc.constantFrom("c", "d", "");

export const streamValuesByName: Readonly<Record<string, fc.Arbitrary<string>>> = {
  id,
  "xadd id": fc.oneof(
    { weight: 8, arbitrary: usualId },
    { weight: 4, arbitrary: fc.nat(500).map((ms) => `${ms}-1`) },
    { weight: 1, arbitrary: fc.nat(14).map((ms) => `${ms}-*`) },
    { weight: 1, arbitrary: edgeId },
  ),
  "xrange start": endOfInterval,
  "xrange end": endOfInterval,
  "xrevrange start": endOfInterval,
  "xrevrange end": endOfInterval,
  "xpending start": endOfInterval,
  "xpending end": endOfInterval,
  "xautoclaim start": endOfInterval,
  "xread id": idReadAfter,
  "xreadgroup id": idReadAfter,
  "last-id": id,
  max_deleted_entry_id: id,
  threshold: fc.oneof(fc.constantFrom("0", "1", "2", "3", "5", "8", "20", "-1"), id),
  group: groupName,
  groupname: groupName,
  consumer: consumerName,
  consumername: consumerName,
  "min-idle-time": fc.constantFrom("0", "0", "0", "1000000", "-1", "x"),
  ms: fc.constantFrom("0", "-1", "5000000", "x", "9223372036854775807"),
  "xclaim count": fc.constantFrom("0", "3", "-1", "x", "9223372036854775807"),
};
