import { describe, expect, it } from "vitest";
import type { KeyInput, Operation } from "./history.ts";
import { KeyGroups } from "./keyGroups.ts";
import { checkHistory, defaultLimit } from "./linearizability.ts";
import { redisGroup } from "./models/redisGroup.ts";
import { redisString } from "./models/redisString.ts";
import { operationOf } from "./testOperations.ts";

function reads(
  group: string,
  keys: readonly string[],
  outputs: readonly (string | null)[],
): Operation {
  const steps = keys.map((key): KeyInput => ({ f: "get", key }));
  const input = { f: "transaction", key: group, watched: [], steps, way: "mget" } as const;
  return operationOf(input, outputs, 10, 11);
}

const set = (key: string, value: string, atUs: number): Operation =>
  operationOf({ f: "set", key, value }, null, atUs, atUs + 1);

describe("key groups", () => {
  it("hold keys that operations name together, directly or over others, and leave the rest alone", () => {
    const groups = KeyGroups.of([
      reads("g", ["a", "b"], [null, null]),
      reads("h", ["b", "c"], [null, null]),
      set("d", "1", 1),
    ]);
    expect(groups.find("c")).toBe(groups.find("a"));
    expect(groups.find("g")).toBe(groups.find("a"));
    expect(groups.find("d")).toBe("d");
  });

  it("decide what a whole history is searched by: single writes and a read of both keys", () => {
    const group = redisGroup({ epochUnixMs: 0, skewMs: 0 });
    const options = {
      modelOf: (key: string) => (key === "d" ? redisString : group),
      limit: defaultLimit,
      toleratesStaleReads: false,
    };
    const writes = [set("a", "1", 1), set("b", "2", 3), set("d", "3", 5)];
    const verdict = (a: string | null, b: string | null): string =>
      checkHistory([...writes, reads("a", ["a", "b"], [a, b])], options).verdict;
    expect(verdict("1", "2")).toBe("ok");
    expect(verdict(null, "2")).toBe("violation");
  });
});
