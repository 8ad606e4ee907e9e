/**
 * Lists: replies word for word, as redis-server 7.0.15 gives them, and that the records alone rebuild what the commands made.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TestExecutor } from "./testExecutor.ts";

const wrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";
const notInteger = "-ERR value is not an integer or out of range\r\n";
const syntax = "-ERR syntax error\r\n";

/** Each is one connection to a fresh node. */
const dialogues: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  "pushes and pops at both ends": [
    ["RPUSH l a b c", ":3\r\n"],
    ["LPUSH l x y", ":5\r\n"],
    ["LRANGE l 0 -1", "*5\r\n$1\r\ny\r\n$1\r\nx\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n"],
    ["TYPE l", "+list\r\n"],
    ["LLEN l", ":5\r\n"],
    ["LPOP l", "$1\r\ny\r\n"],
    ["RPOP l", "$1\r\nc\r\n"],
    ["LPOP l 2", "*2\r\n$1\r\nx\r\n$1\r\na\r\n"],
    ["LPOP l 0", "*0\r\n"],
    ["RPOP l 9", "*1\r\n$1\r\nb\r\n"],
    ["EXISTS l", ":0\r\n"],
    ["LPOP l", "$-1\r\n"],
    ["LPOP l 0", "*-1\r\n"],
    ["RPOP l 1", "*-1\r\n"],
    ["LLEN l", ":0\r\n"],
    ["LPOP l -1", "-ERR value is out of range, must be positive\r\n"],
    ["LPOP l x", "-ERR value is out of range, must be positive\r\n"],
    ["RPOP l 1 2", "-ERR wrong number of arguments for 'rpop' command\r\n"],
    ["LPUSHX l a", ":0\r\n"],
    ["RPUSHX l a", ":0\r\n"],
    ["RPUSH l b", ":1\r\n"],
    ["LPUSHX l a a", ":3\r\n"],
    ["RPUSHX l c", ":4\r\n"],
    ["RPOP l 3", "*3\r\n$1\r\nc\r\n$1\r\nb\r\n$1\r\na\r\n"],
  ],
  "other types are refused before anything is done": [
    ["SET s v", "+OK\r\n"],
    ["RPUSH l a", ":1\r\n"],
    ["LPUSH s a", wrongType],
    ["RPUSH s a", wrongType],
    ["LPUSHX s a", wrongType],
    ["RPUSHX s a", wrongType],
    ["LPOP s", wrongType],
    ["LPOP s 0", wrongType],
    ["LLEN s", wrongType],
    ["LINDEX s x", wrongType],
    ["LSET s x v", wrongType],
    ["LRANGE s 0 0", wrongType],
    ["LTRIM s 0 0", wrongType],
    ["LREM s 0 a", wrongType],
    ["LINSERT s AFTER a b", wrongType],
    ["LPOS s a", wrongType],
    ["RPOPLPUSH s l", wrongType],
    ["RPOPLPUSH l s", wrongType],
    ["LMOVE l s LEFT LEFT", wrongType],
    ["LMPOP 2 none s LEFT", wrongType],
    ["BLPOP s 0", wrongType],
    ["BLPOP l s 0", "*2\r\n$1\r\nl\r\n$1\r\na\r\n"],
    ["BLMOVE s l LEFT LEFT 0", wrongType],
    ["BLMPOP 0 1 s LEFT", wrongType],
    ["GET l", "$-1\r\n"],
    ["RPUSH l a", ":1\r\n"],
    ["GET l", wrongType],
    ["APPEND l a", wrongType],
  ],
  "indexes and ranges": [
    ["RPUSH l a b c d", ":4\r\n"],
    ["LINDEX l 0", "$1\r\na\r\n"],
    ["LINDEX l -1", "$1\r\nd\r\n"],
    ["LINDEX l 4", "$-1\r\n"],
    ["LINDEX l -5", "$-1\r\n"],
    ["LINDEX l x", notInteger],
    ["LINDEX none x", "$-1\r\n"],
    ["LSET l 1 B", "+OK\r\n"],
    ["LSET l -1 D", "+OK\r\n"],
    ["LSET l 4 x", "-ERR index out of range\r\n"],
    ["LSET l x x", notInteger],
    ["LSET none x x", "-ERR no such key\r\n"],
    ["LRANGE l 1 2", "*2\r\n$1\r\nB\r\n$1\r\nc\r\n"],
    ["LRANGE l -2 100", "*2\r\n$1\r\nc\r\n$1\r\nD\r\n"],
    ["LRANGE l -100 0", "*1\r\n$1\r\na\r\n"],
    ["LRANGE l 3 2", "*0\r\n"],
    ["LRANGE l 4 9", "*0\r\n"],
    ["LRANGE l 0 -9", "*0\r\n"],
    ["LRANGE none 0 -1", "*0\r\n"],
    ["LRANGE none 0 x", notInteger],
    ["LTRIM l 1 -2", "+OK\r\n"],
    ["LRANGE l 0 -1", "*2\r\n$1\r\nB\r\n$1\r\nc\r\n"],
    ["LTRIM l 0 9", "+OK\r\n"],
    ["LTRIM l x 9", notInteger],
    ["LTRIM l 5 9", "+OK\r\n"],
    ["EXISTS l", ":0\r\n"],
    ["LTRIM l 5 9", "+OK\r\n"],
  ],
  "changes in the middle": [
    ["RPUSH l a b a c a", ":5\r\n"],
    ["LINSERT l before c x", ":6\r\n"],
    ["LINSERT l AFTER a y", ":7\r\n"],
    ["LINSERT l AFTER none y", ":-1\r\n"],
    ["LINSERT none AFTER a y", ":0\r\n"],
    ["LINSERT none BESIDE a y", syntax],
    ["LRANGE l 0 2", "*3\r\n$1\r\na\r\n$1\r\ny\r\n$1\r\nb\r\n"],
    ["LREM l -1 a", ":1\r\n"],
    ["LREM l 1 a", ":1\r\n"],
    ["LRANGE l 0 -1", "*5\r\n$1\r\ny\r\n$1\r\nb\r\n$1\r\na\r\n$1\r\nx\r\n$1\r\nc\r\n"],
    ["LREM l 0 none", ":0\r\n"],
    ["LREM none 0 a", ":0\r\n"],
    ["LREM none x a", notInteger],
    ["LREM l -9223372036854775808 a", ":1\r\n"],
    ["LTRIM l 0 0", "+OK\r\n"],
    ["LREM l 0 y", ":1\r\n"],
    ["EXISTS l", ":0\r\n"],
  ],
  LPOS: [
    ["RPUSH l a b c 1 2 3 c c", ":8\r\n"],
    ["LPOS l a", ":0\r\n"],
    ["LPOS l c", ":2\r\n"],
    ["LPOS l none", "$-1\r\n"],
    ["LPOS l c RANK 2", ":6\r\n"],
    ["LPOS l c RANK 4", "$-1\r\n"],
    ["LPOS l c RANK -1", ":7\r\n"],
    ["LPOS l c RANK -2", ":6\r\n"],
    ["LPOS l c RANK -9223372036854775808", ":7\r\n"],
    ["LPOS l c RANK -9223372036854775808 COUNT 1", "*3\r\n:7\r\n:6\r\n:2\r\n"],
    ["LPOS l c COUNT 0", "*3\r\n:2\r\n:6\r\n:7\r\n"],
    ["LPOS l c COUNT 2 RANK -1", "*2\r\n:7\r\n:6\r\n"],
    ["LPOS l c COUNT 1 RANK 2", "*1\r\n:6\r\n"],
    ["LPOS l none COUNT 1", "*0\r\n"],
    ["LPOS l c MAXLEN 2", "$-1\r\n"],
    ["LPOS l c MAXLEN 3", ":2\r\n"],
    ["LPOS l c MAXLEN 3 COUNT 0", "*1\r\n:2\r\n"],
    ["LPOS l c MAXLEN 0 COUNT 0", "*3\r\n:2\r\n:6\r\n:7\r\n"],
    ["LPOS l c RANK -1 MAXLEN 2 COUNT 0", "*2\r\n:7\r\n:6\r\n"],
    ["LPOS none a", "$-1\r\n"],
    ["LPOS none a COUNT 1", "*0\r\n"],
    [
      "LPOS none a RANK 0",
      "-ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list\r\n",
    ],
    ["LPOS none a RANK x", notInteger],
    ["LPOS none a COUNT -1", "-ERR COUNT can't be negative\r\n"],
    ["LPOS none a COUNT x", "-ERR COUNT can't be negative\r\n"],
    ["LPOS none a MAXLEN -1", "-ERR MAXLEN can't be negative\r\n"],
    ["LPOS none a RANK", syntax],
    ["LPOS none a FIRST 1", syntax],
  ],
  "moves between lists, and within one": [
    ["RPUSH l a b c", ":3\r\n"],
    ["RPOPLPUSH l m", "$1\r\nc\r\n"],
    ["LMOVE l m LEFT right", "$1\r\na\r\n"],
    ["LRANGE m 0 -1", "*2\r\n$1\r\nc\r\n$1\r\na\r\n"],
    ["LMOVE m m LEFT RIGHT", "$1\r\nc\r\n"],
    ["LRANGE m 0 -1", "*2\r\n$1\r\na\r\n$1\r\nc\r\n"],
    ["LMOVE m m LEFT LEFT", "$1\r\na\r\n"],
    ["RPOPLPUSH m m", "$1\r\nc\r\n"],
    ["LRANGE m 0 -1", "*2\r\n$1\r\nc\r\n$1\r\na\r\n"],
    ["PEXPIREAT l 1800000000000", ":1\r\n"],
    ["RPOPLPUSH l l", "$1\r\nb\r\n"],
    ["PEXPIRETIME l", ":1800000000000\r\n"],
    ["RPOPLPUSH l m", "$1\r\nb\r\n"],
    ["EXISTS l", ":0\r\n"],
    ["RPOPLPUSH l m", "$-1\r\n"],
    ["LMOVE l m LEFT LEFT", "$-1\r\n"],
    ["LMOVE l m UP LEFT", syntax],
    ["LMOVE l m LEFT DOWN", syntax],
    ["BRPOPLPUSH m l 0", "$1\r\na\r\n"],
    ["BLMOVE m l RIGHT RIGHT 0", "$1\r\nc\r\n"],
    ["LRANGE l 0 -1", "*2\r\n$1\r\na\r\n$1\r\nc\r\n"],
    ["BLMOVE m l RIGHT UP x", syntax],
    ["BLMOVE m l RIGHT LEFT x", "-ERR timeout is not a float or out of range\r\n"],
    ["BRPOPLPUSH m l -1", "-ERR timeout is negative\r\n"],
  ],
  "takes from the first of several lists": [
    ["RPUSH l a b c", ":3\r\n"],
    ["RPUSH m x y z", ":3\r\n"],
    ["LMPOP 2 none l LEFT", "*2\r\n$1\r\nl\r\n*1\r\n$1\r\na\r\n"],
    ["LMPOP 2 m l RIGHT COUNT 2", "*2\r\n$1\r\nm\r\n*2\r\n$1\r\nz\r\n$1\r\ny\r\n"],
    ["LMPOP 2 m l RIGHT COUNT 9", "*2\r\n$1\r\nm\r\n*1\r\n$1\r\nx\r\n"],
    ["LMPOP 1 none LEFT", "*-1\r\n"],
    ["LMPOP 0 l LEFT", "-ERR numkeys should be greater than 0\r\n"],
    ["LMPOP x l LEFT", "-ERR numkeys should be greater than 0\r\n"],
    ["LMPOP 1 l UP", syntax],
    ["LMPOP 2 l LEFT", syntax],
    ["LMPOP 1 l LEFT COUNT", syntax],
    ["LMPOP 1 l LEFT COUNT 0", "-ERR count should be greater than 0\r\n"],
    ["LMPOP 1 l LEFT COUNT 1 COUNT 1", syntax],
    ["LMPOP 1 l LEFT LIMIT 1", syntax],
    ["BLMPOP 0 1 l LEFT COUNT 1", "*2\r\n$1\r\nl\r\n*1\r\n$1\r\nb\r\n"],
    ["BLMPOP 0 0 l LEFT", "-ERR numkeys should be greater than 0\r\n"],
    ["BLMPOP -1 1 l LEFT", "-ERR timeout is negative\r\n"],
    ["BLPOP none l 0", "*2\r\n$1\r\nl\r\n$1\r\nc\r\n"],
    ["RPUSH l a b", ":2\r\n"],
    ["BRPOP none l 0.5", "*2\r\n$1\r\nl\r\n$1\r\nb\r\n"],
    ["BLPOP l 1e30", "-ERR timeout is negative\r\n"],
    ["BLPOP l inf", "-ERR timeout is negative\r\n"],
    ["BLPOP l nan", "-ERR timeout is not a float or out of range\r\n"],
  ],
  "waits for nothing in a transaction": [
    ["MULTI", "+OK\r\n"],
    ["BLPOP none 0", "+QUEUED\r\n"],
    ["BLMOVE none l LEFT LEFT 0", "+QUEUED\r\n"],
    ["BRPOPLPUSH none l 0", "+QUEUED\r\n"],
    ["BLMPOP 0 1 none LEFT", "+QUEUED\r\n"],
    ["EXEC", "*4\r\n*-1\r\n$-1\r\n$-1\r\n*-1\r\n"],
  ],
};

describe("replies of lists", () => {
  for (const [name, dialogue] of Object.entries(dialogues)) {
    it(`are Redis's: ${name}`, () => {
      const node = new TestExecutor();
      for (const [request, reply] of dialogue) {
        expect([request, node.ask(request)]).toEqual([request, reply]);
      }
      expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
    });
  }
});

describe("records of lists", () => {
  const key = fc.constantFrom("a", "b");
  const element = fc.constantFrom("x", "y", "z".repeat(300));
  const index = fc.integer({ min: -12, max: 12 }).map(String);
  const end = fc.constantFrom("LEFT", "RIGHT");
  const request = fc.oneof(
    fc.tuple(fc.constantFrom("LPUSH", "RPUSH", "LPUSHX", "RPUSHX"), key, element, element),
    fc.tuple(fc.constantFrom("LPOP", "RPOP"), key, fc.constantFrom("1", "2", "5")),
    fc.tuple(fc.constant("LMOVE"), key, key, end, end),
    fc.tuple(fc.constant("LSET"), key, index, element),
    fc.tuple(fc.constant("LINSERT"), key, fc.constantFrom("BEFORE", "AFTER"), element, element),
    fc.tuple(fc.constant("LREM"), key, index, element),
    fc.tuple(fc.constant("LTRIM"), key, index, index),
    fc.tuple(fc.constant("EXPIRE"), key, fc.constant("1000")),
    fc.tuple(fc.constantFrom("RENAME", "COPY"), key, key),
    fc.tuple(fc.constantFrom("MULTI", "EXEC")),
  );

  it("rebuild every list", () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 60, size: "max" }), (requests) => {
        const node = new TestExecutor();
        const unlogged: (readonly string[])[] = [];
        for (const argv of requests) {
          const before = TestExecutor.contents(node.databases).join("");
          const { record } = node.execute(argv);
          const isChanged = TestExecutor.contents(node.databases).join("") !== before;
          if (isChanged && record === undefined) unlogged.push(argv);
        }
        expect(unlogged).toEqual([]);
        expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  it("tell nothing of a change that changed nothing", () => {
    const node = new TestExecutor();
    node.ask("RPUSH l a b");
    for (const line of ["LTRIM l 0 -1", "LREM l 0 none", "LPUSHX none a", "LPOP l 0"]) {
      expect([line, node.execute(line.split(" ")).record]).toEqual([line, undefined]);
    }
  });
});
