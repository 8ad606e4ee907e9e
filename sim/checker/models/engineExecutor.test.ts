import { describe, expect, it } from "vitest";
import type { Operation, Outcome } from "../history.ts";
import { checkHistory, defaultLimit } from "../linearizability.ts";
import { operationOf } from "../testOperations.ts";
import { engineExecutor } from "./engineExecutor.ts";

const UNIX_MS = 1_700_000_000_000;
const model = engineExecutor(UNIX_MS);
const options = { modelOf: () => model, limit: defaultLimit, toleratesStaleReads: false };

// oxlint-disable-next-line max-params -- reads as a table
function asked(
  lines: readonly string[],
  replies: readonly string[],
  fromUs: number,
  toUs: number,
  outcome: Outcome = "ok",
): Operation {
  const requests = lines.map((line) => line.split(" "));
  const isRead = lines.every((line) =>
    /^(GET|MGET|TTL|OBJECT|PEXPIRETIME|LRANGE|SMEMBERS|SCARD|SRANDMEMBER) /.test(line),
  );
  const input = { f: "commands", key: "g", requests, isAtomic: lines.length > 1, isRead } as const;
  const output = outcome === "ok" ? replies.map((reply) => `${reply}\r\n`) : null;
  return operationOf(input, output, fromUs, toUs, outcome);
}

function verdict(...history: readonly Operation[]): string {
  return checkHistory(history, options).verdict;
}

describe("the engine's executor as a specification", () => {
  it("accepts what one keyspace answers, byte by byte, and nothing else", () => {
    const before = [
      asked(["SETRANGE x 2 ab"], [":4"], 0, 1),
      asked(["RENAME x y", "APPEND y c"], ["+OK", ":5"], 2, 3),
    ];
    expect(verdict(...before, asked(["GET y"], ["$5\r\n\0\0abc"], 4, 5))).toBe("ok");
    expect(verdict(...before, asked(["GET y"], ["$5\r\n\0\0ab "], 4, 5))).toBe("violation");
    expect(verdict(...before, asked(["GET x"], ["$5\r\n\0\0abc"], 4, 5))).toBe("violation");
    const result = checkHistory([...before, asked(["GET x"], ["$1\r\na"], 4, 5)], options);
    expect(result.sentence).toContain("GET x was answered");
    expect(result.sentence).toContain("the key held");
  });

  it("takes an error for an answer: it tells what the key held", () => {
    const error = "-ERR value is not an integer or out of range";
    expect(verdict(asked(["SET x a"], ["+OK"], 0, 1), asked(["INCR x"], [error], 2, 3))).toBe("ok");
    expect(verdict(asked(["INCR x"], [error], 0, 1))).toBe("violation");
  });

  it("orders overlapping commands, and lets one of unknown outcome happen or not", () => {
    const lost = asked(["COPY x y"], [], 2, 3, "unknown");
    const before = asked(["SET x a"], ["+OK"], 0, 1);
    const get = (reply: string): Operation => asked(["GET y"], [reply], 4, 5);
    expect(verdict(before, lost, get("$1\r\na"))).toBe("ok");
    expect(verdict(before, lost, get("$-1"))).toBe("ok");
    expect(verdict(before, lost, get("$1\r\nb"))).toBe("violation");
  });

  it("serves who has waited from the key that became ready, though another that it named has something by then", () => {
    const history = (reply: string, rest: string): Operation[] => [
      asked(["BRPOPLPUSH a b 1"], ["$1\r\nz"], 0, 9),
      asked(["BLMPOP 1 2 b a RIGHT COUNT 2"], [reply], 1, 9),
      asked(["RPUSH a x y z"], [":3"], 2, 9),
      asked(["LRANGE b 0 -1"], [rest], 10, 11),
    ];
    const fromReady = "*2\r\n$1\r\na\r\n*2\r\n$1\r\ny\r\n$1\r\nx";
    const z = "*1\r\n$1\r\nz";
    expect(verdict(...history(fromReady, z))).toBe("ok");
    expect(verdict(...history(fromReady, "*0"))).toBe("violation");
    expect(verdict(...history("*2\r\n$1\r\na\r\n*1\r\n$1\r\ny", z))).toBe("violation");
    const popped = "*2\r\n$1\r\na\r\n$1\r\nx";
    const both = [asked(["RPUSH a x"], [":1"], 0, 1), asked(["RPUSH b y"], [":1"], 2, 3)];
    // A transaction does not wait.
    expect(verdict(...both, asked(["BLPOP b a 1"], [popped], 4, 5))).toBe("ok");
    expect(verdict(...both, asked(["BLPOP b a 1", "PING"], [popped, "+PONG"], 4, 5))).toBe(
      "violation",
    );
  });

  it("keeps what shows only in OBJECT ENCODING", () => {
    const grown = asked(["APPEND x a", "APPEND x b", "SET y ab"], [":1", ":2", "+OK"], 0, 1);
    const encoding = (key: string, name: string): Operation =>
      asked([`OBJECT ENCODING ${key}`], [`$${name.length}\r\n${name}`], 4, 5);
    expect(verdict(grown, encoding("x", "raw"))).toBe("ok");
    expect(verdict(grown, encoding("y", "embstr"))).toBe("ok");
    expect(verdict(grown, encoding("x", "embstr"))).toBe("violation");
  });

  it("lets deadlines lie some seconds behind its own, but not days", () => {
    const set = asked(["SET x a EX 1000000"], ["+OK"], 0, 1);
    const left = (seconds: number): Operation =>
      asked(["TTL x"], [`:${seconds}`], 60_000_000, 60_000_001);
    expect(verdict(set, left(999_940))).toBe("ok");
    expect(verdict(set, left(500_000))).toBe("violation");
    expect(verdict(set, left(-1))).toBe("violation");
  });

  it("holds collections of every type", () => {
    const made = asked(
      ["RPUSH l a b", "HSET h f v", "SADD s 1", "ZADD z 1.5 m", "XADD x 1-1 f v", "PFADD p e"],
      [":2", ":1", ":1", ":1", "$3\r\n1-1", ":1"],
      0,
      1,
    );
    const popped = asked(["LPOP l"], ["$1\r\na"], 2, 3);
    const left = (reply: string): Operation => asked(["LRANGE l 0 -1"], [reply], 4, 5);
    expect(verdict(made, popped, left("*1\r\n$1\r\nb"))).toBe("ok");
    expect(verdict(made, popped, left("*1\r\n$1\r\na"))).toBe("violation");
    expect(verdict(made, popped, asked(["BLPOP l 1"], ["*-1"], 4, 5))).toBe("violation");
  });

  it("takes what was drawn if it was there, as often as was asked for", () => {
    const set = asked(["SADD s a b c"], [":3"], 0, 1);
    const pop = (reply: string): Operation => asked(["SPOP s 2"], [reply], 2, 3);
    const size = (count: number): Operation => asked(["SCARD s"], [`:${count}`], 4, 5);
    expect(verdict(set, pop("*2\r\n$1\r\na\r\n$1\r\nc"), size(1))).toBe("ok");
    expect(verdict(set, pop("*2\r\n$1\r\na\r\n$1\r\nc"), size(2))).toBe("violation");
    expect(verdict(set, pop("*2\r\n$1\r\na\r\n$1\r\na"))).toBe("violation");
    expect(verdict(set, pop("*2\r\n$1\r\na\r\n$1\r\nd"))).toBe("violation");
    expect(verdict(set, pop("*1\r\n$1\r\na"))).toBe("violation");
    const draw = (reply: string): Operation => asked(["SRANDMEMBER s -4"], [reply], 2, 3);
    expect(verdict(set, draw("*4\r\n$1\r\na\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc"))).toBe("ok");
    expect(verdict(set, draw("*3\r\n$1\r\na\r\n$1\r\na\r\n$1\r\nb"))).toBe("violation");
  });

  it("takes an id by the clock as it was told, if it is greater than those before", () => {
    const add = (id: string, at: number): Operation =>
      asked(["XADD x * f v"], [`$${id.length}\r\n${id}`], at, at + 1);
    expect(verdict(add("5-0", 0), add("6-0", 2))).toBe("ok");
    expect(verdict(add("5-0", 0), add("4-0", 2))).toBe("violation");
  });

  it("lets anything follow what nobody knows to have been drawn, and nothing else", () => {
    const set = asked(["SADD s a b"], [":2"], 0, 1);
    const lost = asked(["SPOP s"], [], 2, 3, "unknown");
    expect(verdict(set, lost, asked(["SMEMBERS s"], ["*1\r\n$1\r\nb"], 4, 5))).toBe("ok");
    expect(verdict(set, asked(["SMEMBERS s"], ["*1\r\n$1\r\nb"], 4, 5))).toBe("violation");
  });

  it("cares for the order of elements only where there is one", () => {
    const set = asked(["SADD s a b", "RPUSH l a b"], [":2", ":2"], 0, 1);
    const backwards = "*2\r\n$1\r\nb\r\n$1\r\na";
    expect(verdict(set, asked(["SMEMBERS s"], [backwards], 2, 3))).toBe("ok");
    expect(verdict(set, asked(["LRANGE l 0 -1"], [backwards], 2, 3))).toBe("violation");
  });
});

describe("a reader of a stream that waits", () => {
  it("is served by an entry that is gone already, and not where the stream never grew", () => {
    const grown = asked(["XADD s 1-0 f v", "XDEL s 1-0"], ["$3\r\n1-0", ":1"], 10, 11);
    const served = "*1\r\n*2\r\n$1\r\ns\r\n*0";
    for (const id of ["0", "$"]) {
      const read = (reply: string): Operation =>
        asked([`XREAD BLOCK 200 STREAMS s ${id}`], [reply], 2, 20);
      expect(verdict(grown, read(served))).toBe("ok");
      expect(verdict(read(served))).toBe("violation");
    }
    const behind = asked(["XREAD BLOCK 200 STREAMS s 1-0"], [served], 2, 20);
    expect(verdict(grown, behind)).toBe("violation");
  });
});

describe("where clocks are beyond the bound", () => {
  const tolerant = { ...options, toleratesStaleReads: true };
  const before = [
    asked(["SET x a"], ["+OK"], 0, 1),
    asked(["SET y b"], ["+OK"], 2, 3),
    asked(["DEL x"], [":1"], 4, 5),
  ];
  const judged = (...history: readonly Operation[]): readonly [string, string] => {
    const { verdict: said, sentence } = checkHistory([...before, ...history], tolerant);
    return [said, /(\d+) stale/.exec(sentence)?.[1] ?? ""];
  };

  it("a write that found nothing to do may be as old as a read; what was logged may not", () => {
    const copy = (reply: string): Operation => asked(["COPY x y"], [reply], 6, 7);
    // x was there, and y in the way.
    expect(judged(asked(["COPY y x"], [":0"], 6, 7))).toEqual(["expected violation", "1"]);
    // There never was an x without a y: nobody can have copied.
    expect(judged(copy(":1"))[0]).toBe("violation");
    expect(judged(asked(["APPEND x c"], [":2"], 6, 7))[0]).toBe("violation");
    // The same answer, and the same value: but SET is logged.
    expect(judged(asked(["SET x a XX GET"], ["$1\r\na"], 6, 7))[0]).toBe("violation");
    const both = (reply: string): Operation =>
      asked(["GET x", "SET z c NX"], ["$1\r\na", reply], 6, 7);
    expect(judged(both("+OK"))[0]).toBe("violation");
  });

  it("an old answer does not make a change of unknown outcome sure", () => {
    const lost = asked(["DEL x y"], [], 6, 9, "unknown");
    const old = asked(["GET y"], ["$-1"], 10, 11);
    const exists = asked(["STRLEN y"], [":1"], 12, 13);
    const grown = asked(["APPEND y b"], [":2"], 14, 15);
    expect(judged(lost, old, exists, grown)[0]).toBe("ok");
    expect(judged(old, grown)).toEqual(["expected violation", "1"]);
    expect(verdict(...before, lost, old, grown)).toBe("violation");
  });

  it("an old answer that now would change something changes nothing", () => {
    // In the beginning there was nothing to store and nothing to take away.
    const old = asked(["SORT none STORE y"], [":0"], 6, 7);
    expect(judged(old, asked(["APPEND y b"], [":2"], 8, 9))[0]).toBe("ok");
    expect(verdict(...before, old, asked(["APPEND y b"], [":2"], 8, 9))).toBe("violation");
  });

  it("an old answer may show what stood between two writes that overlapped", () => {
    const first = asked(["SET z 1"], ["+OK"], 6, 9);
    const second = asked(["SET w 2"], ["+OK"], 7, 8);
    const old = asked(["MGET z w"], ["*2\r\n$1\r\n1\r\n$-1"], 10, 11);
    expect(judged(first, second, old)).toEqual(["expected violation", "1"]);
  });
});
