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
  const isRead = lines.every((line) => /^(GET|MGET|TTL|OBJECT|PEXPIRETIME) /.test(line));
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
});
