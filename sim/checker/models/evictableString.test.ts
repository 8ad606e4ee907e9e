import { expect, it } from "vitest";
import type { KeyInput, Operation, OperationOutput } from "../history.ts";
import { checkHistory, defaultLimit } from "../linearizability.ts";
import { operationOf } from "../testOperations.ts";
import { evictableString } from "./evictableString.ts";

const get: KeyInput = { f: "get", key: "k" };
const set = (value: string): KeyInput => ({ f: "set", key: "k", value });
const remove: KeyInput = { f: "delete", key: "k" };

/** Operations with their answers, one after the other. */
function verdict(...history: readonly (readonly [KeyInput, OperationOutput])[]): string {
  const operations: Operation[] = history.map(([input, output], index) =>
    operationOf(input, output, index * 10, index * 10 + 5),
  );
  const options = {
    modelOf: () => evictableString,
    limit: defaultLimit,
    toleratesStaleReads: false,
  };
  return checkHistory(operations, options).verdict;
}

it("a key may vanish at any time, and stays away until it is set again", () => {
  expect(verdict([set("1;"), null], [get, "1;"], [get, null], [get, null])).toBe("ok");
  expect(verdict([set("1;"), null], [get, null], [get, "1;"])).toBe("violation");
  expect(verdict([set("1;"), null], [get, null], [set("2;"), null], [get, "2;"])).toBe("ok");
});

it("an older value never comes back", () => {
  expect(verdict([set("1;"), null], [set("2;"), null], [get, "1;"])).toBe("violation");
});

it("DEL tells of a key whether it was there, which none is that nobody set", () => {
  expect(verdict([set("1;"), null], [remove, 1], [get, null])).toBe("ok");
  expect(verdict([set("1;"), null], [remove, 0], [get, null])).toBe("ok");
  expect(verdict([set("1;"), null], [remove, 0], [get, "1;"])).toBe("violation");
  expect(verdict([remove, 1])).toBe("violation");
});
