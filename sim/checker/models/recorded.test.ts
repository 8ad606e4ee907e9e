import { describe, expect, it } from "vitest";
import { readJepsen } from "../formats/jepsen.ts";
import { recordedOf, sayRecorded } from "../formats/recorded.ts";
import { groupBy, judge } from "../judge.ts";
import { judgedOf, recordedModels } from "./recorded.ts";

/** One operation after another, `f argument → answer`; `?` for an answer that nobody knows. Prints the impossible one. */
function verdict(name: string, ...told: readonly string[]): string {
  const text = told.map((one, process) => {
    const [asked = "", answer] = one.split(" → ");
    const [f = "", ...rest] = asked.split(" ");
    const argument = rest.join(" ") || "nil";
    const begin = `{:process ${process}, :type :invoke, :f :${f}, :value ${argument}}`;
    const end = `{:process ${process}, :type :${answer === "?" ? "info" : "ok"}, :f :${f}, :value ${answer ?? argument}}`;
    return `${begin}\n${end}\n`;
  });
  const chosen = recordedModels.find((one) => one.name === name);
  if (chosen === undefined) throw new Error(`no model ${name}`);
  const judged = judgedOf(recordedOf(readJepsen(text.join(""))), chosen);
  const byKey = groupBy(judged, (one) => one.recorded.key);
  const { first } = judge(byKey, () => chosen.model as never, { limit: 10_000, bytes: 1e8 });
  return first === undefined ? "ok" : sayRecorded(first.operation.recorded).replace(/ \(.*/, "");
}

describe("models for histories from elsewhere stay silent on right histories and fire on wrong ones", () => {
  it("register", () => {
    expect(
      verdict("register", "read → nil", "write 1", "read → 1", "write 2 → ?", "read → 2"),
    ).toBe("ok");
    expect(verdict("register", "write 1", "write 2", "read → 1")).toBe("read → 1");
  });

  it("cas-register", () => {
    expect(
      verdict("cas-register", "write 1", "cas [1 2]", "read → 2", "cas [2 3] → ?", "read → 3"),
    ).toBe("ok");
    expect(verdict("cas-register", "write 1", "cas [2 3]")).toBe("cas [2 3] → ok");
    expect(verdict("cas-register", "write 1", "cas [4 3] → ?", "read → 3")).toBe("read → 3");
  });

  it("kv", () => {
    expect(
      verdict("kv", 'get → ""', 'append "a"', 'append "b"', 'get → "ab"', 'put "c"', 'get → "c"'),
    ).toBe("ok");
    expect(verdict("kv", 'append "a"', 'append "b"', 'get → "ba"')).toBe('get → "ba"');
  });

  it("redis-string", () => {
    const right = [
      'write "1"',
      "increment → 2",
      'append "0"',
      "increment → 21",
      'read → "21"',
      "delete → 1",
      "delete → 0",
      "read → nil",
      'cas [nil "a"]',
    ];
    expect(verdict("redis-string", ...right)).toBe("ok");
    expect(verdict("redis-string", ...right, "increment → 1", "delete → 0")).not.toBe("ok");
    expect(verdict("redis-string", 'write "1"', "increment → 3")).toBe("increment → 3");
    expect(verdict("redis-string", 'write "1"', "delete → 0")).toBe("delete → 0");
  });

  it("counter", () => {
    expect(verdict("counter", "read → 0", "add 3", "dec 1", "read → 2", "increment → 3")).toBe(
      "ok",
    );
    expect(verdict("counter", "add 3", "add 4 → ?", "read → 7", "read → 3")).toBe("read → 3");
    expect(verdict("counter", "increment → 1", "increment → 1")).toBe("increment → 1");
  });

  it("append", () => {
    expect(verdict("append", "read → nil", "append 1", "append 2", "read → [1 2]")).toBe("ok");
    expect(verdict("append", "append 1", "append 2", "read → [2 1]")).toBe("read → [2 1]");
  });

  it("set", () => {
    expect(verdict("set", "add 2", "add 1", "read → #{1 2}", "add 3 → ?", "read → #{1 2}")).toBe(
      "ok",
    );
    expect(verdict("set", "add 2", "add 1", "read → #{1}")).toBe("read → #{1}");
  });

  it("mutex", () => {
    expect(verdict("mutex", "acquire", "release", "acquire", "release → ?", "acquire")).toBe("ok");
    expect(verdict("mutex", "acquire", "acquire")).toBe("acquire → ok");
    expect(verdict("mutex", "release")).toBe("release → ok");
  });

  it("queue", () => {
    expect(
      verdict("queue", "enqueue 1", "enqueue 2", "dequeue → 1", "dequeue → ?", "dequeue → nil"),
    ).toBe("ok");
    expect(verdict("queue", "enqueue 1", "enqueue 2", "dequeue → 2")).toBe("dequeue → 2");
    expect(verdict("queue", "enqueue 1", "dequeue → nil")).toBe("dequeue → ok");
  });

  it("refuse words that they do not know", () => {
    expect(() => verdict("register", "enqueue 1")).toThrow(
      'line 1: model register does not know "enqueue"; it knows read, get',
    );
    expect(() => verdict("cas-register", "cas 1")).toThrow("line 1: cas expects two values");
  });
});
