import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { historyLines } from "../../../reports/jsonLines.ts";
import { plainStyle } from "../../../reports/terminal.ts";
import { baseline } from "../../../scenarios/baseline.ts";
import type { Surroundings } from "../commands.ts";
import { simulate } from "../realSimulation.ts";
import { checkCommand } from "./checkCommand.ts";
import { historyCommand } from "./historyCommand.ts";

let folder = "";
let printed = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sim-"));
  printed = "";
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const around = {
  style: plainStyle,
  print: (text: string) => {
    printed += text;
  },
} as unknown as Surroundings;

function save(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function jepsen(...lines: readonly (readonly [number, string, string, string])[]): string {
  return lines
    .map(
      ([process, type, f, value]) =>
        `{:process ${process}, :type :${type}, :f :${f}, :value ${value}}\n`,
    )
    .join("");
}

const stale = jepsen(
  [0, "invoke", "write", "1"],
  [0, "ok", "write", "1"],
  [0, "invoke", "write", "2"],
  [1, "invoke", "read", "nil"],
  [0, "ok", "write", "2"],
  [1, "ok", "read", "1"],
  [2, "invoke", "cas", "[7 8]"],
  [1, "invoke", "read", "nil"],
  [1, "ok", "read", "1"],
);

describe("check", () => {
  it("says that a history is linearizable, and how much was looked at", async () => {
    const path = save("good.edn", stale.split("\n").slice(0, 6).join("\n"));
    expect(await checkCommand.run([path], around)).toBe(0);
    expect(printed).toBe(`✔ LINEARIZABLE  ${path}
  model cas-register: 3 answers on 1 key, 2 configurations searched
`);
  });

  it("names the first impossible answer, the states before it, and the longest legal order", async () => {
    const path = save("stale.edn", stale);
    expect(await checkCommand.run([path], around)).toBe(1);
    expect(printed).toBe(`✘ NOT LINEARIZABLE  ${path}
  model cas-register: 4 answers on 1 key, 2 configurations searched

  The first impossible answer
    read → 1 (process 1, line 8)

  Just before it the state was one of
    2

  The longest legal order up to there: 3 operations
       1  write 1 → ok (process 0, line 1)
       2  read → 1 (process 1, line 4)
       3  write 2 → ok (process 0, line 3)
      leads to 2, and from no state that is possible then read → 1 can follow

  Running at that moment, and no help either
    cas [7 8] → nobody knows (process 2, line 7)
`);
  });

  it("gives the same to a machine", async () => {
    const path = save("stale.edn", stale);
    expect(await checkCommand.run([path, "json"], around)).toBe(1);
    const report = JSON.parse(printed) as Record<string, unknown>;
    expect(report).toMatchObject({
      verdict: "violation",
      impossible: { operation: "read → 1 (process 1, line 8)", isExact: true },
    });
  });

  it("is undecided beyond its limits, and says what was proved", async () => {
    const appends = Array.from(
      { length: 12 },
      (_, process) => [process, "invoke", "append", `${process}`] as const,
    );
    const text = jepsen(
      [20, "invoke", "read", "nil"],
      [20, "ok", "read", "nil"],
      ...appends,
      ...appends.slice(0, 6).map(([process, , f, value]) => [process, "ok", f, value] as const),
      [20, "invoke", "read", "nil"],
      [20, "ok", "read", "[11 10 9 8 7 6 5 4 3 2 1 0]"],
      [20, "invoke", "read", "nil"],
      [20, "ok", "read", "[11 10 9 8 7 6 5 4 3 2 1]"],
    );
    const path = save("hard.edn", text);
    expect(await checkCommand.run([path, "model=append", "limit=1"], around)).toBe(5);
    expect(printed).toContain(`✘ UNDECIDED  ${path}`);
    expect(printed).toMatch(/\d of 9 answers proved, up to /);
    expect(await checkCommand.run([path, "model=append"], around)).toBe(1);
  });

  it("finds anomalies of transactions on lists, and names them", async () => {
    const path = save(
      "txn.edn",
      jepsen(
        [0, "invoke", "txn", "[[:append 1 1] [:r 2 nil]]"],
        [1, "invoke", "txn", "[[:append 2 1] [:r 1 nil]]"],
        [0, "ok", "txn", "[[:append 1 1] [:r 2 nil]]"],
        [1, "ok", "txn", "[[:append 2 1] [:r 1 nil]]"],
        [2, "invoke", "txn", "[[:r 1 nil] [:r 2 nil]]"],
        [2, "ok", "txn", "[[:r 1 [1]] [:r 2 [1]]]"],
      ),
    );
    expect(await checkCommand.run([path], around)).toBe(1);
    expect(printed).toContain("✘ ANOMALIES");
    expect(printed).toContain("G2-item");
  });

  it("refuses files and words with the line and the expectation", async () => {
    const cut = save("cut.edn", stale.slice(0, -10));
    await expect(checkCommand.run([cut], around)).rejects.toThrow(
      `${cut}: line 9: this "{" is not closed`,
    );
    await expect(checkCommand.run([join(folder, "none")], around)).rejects.toThrow(
      "cannot read the history",
    );
    await expect(checkCommand.run([save("empty", "")], around)).rejects.toThrow("it is empty");
    await expect(checkCommand.run([save("x", "hello\n")], around)).rejects.toThrow(
      'line 1: no format is known that begins like "hello"',
    );
    const path = save("stale.edn", stale);
    await expect(checkCommand.run([path, "model=registre"], around)).rejects.toThrow(
      'unknown model "registre". Did you mean register?',
    );
    await expect(checkCommand.run([path, "model=register"], around)).rejects.toThrow(
      'line 7: model register does not know "cas"',
    );
    await expect(checkCommand.run([path, "limit=0"], around)).rejects.toThrow(
      "limit expects a whole number",
    );
    await expect(checkCommand.run([path, "fromat=jepsen"], around)).rejects.toThrow("format=");
    await expect(checkCommand.run([path, "key=none"], around)).rejects.toThrow(
      'no operation on the key "none"',
    );
    await expect(checkCommand.run([], around)).rejects.toThrow("check expects a file first");
  });
});

describe("a run's own history", () => {
  const overrides = { horizonMs: 3000, clients: 6, workload: "registers,appends,cas,transactions" };
  const { run } = simulate(baseline, overrides, 1, { full: false });

  it("passes the check alone, fails it once an answer is changed, and is refused cut short", async () => {
    const text = historyLines(run);
    expect(await checkCommand.run([save("history.jsonl", text)], around)).toBe(0);
    expect(printed).toContain("model redis");
    const read = run.history.find(
      ({ input, outcome, output, readonlyReplica }) =>
        input.f === "get" && outcome === "ok" && output !== null && !readonlyReplica,
    );
    const lie = text.replace(
      JSON.stringify(read),
      JSON.stringify({ ...read, output: "never written" }),
    );
    printed = "";
    expect(await checkCommand.run([save("lie.jsonl", lie)], around)).toBe(1);
    expect(printed).toContain('→ "never written" (process');
    const cut = save("cut.jsonl", text.slice(0, text.lastIndexOf("\n", text.length - 2) + 1));
    await expect(checkCommand.run([cut], around)).rejects.toThrow("is the file cut short?");
  });

  it("comes to the same verdict after a way through Jepsen's format, one key at a time through Porcupine's", async () => {
    const path = save("history.jsonl", historyLines(run));
    const registers = run.history.find(
      ({ input }) => input.f === "set" && input.key.startsWith("registers"),
    );
    const key = registers?.input.key ?? "";
    const to = async (format: string, ...more: readonly string[]): Promise<string> => {
      const out = join(folder, format);
      expect(await historyCommand.run([path, `to=${format}`, `out=${out}`, ...more], around)).toBe(
        0,
      );
      return out;
    };
    const edn = await to("jepsen");
    expect(readFileSync(edn, "utf8")).toContain(":f :txn");
    const appends = run.history.find(({ input }) => input.f === "append")?.input.key ?? "";
    const kv = await to("porcupine-kv", `key=${appends}`);
    expect(await checkCommand.run([kv], around)).toBe(0);
    const cas =
      run.history.find(({ input }) => input.f === "cas" && input.expected !== null)?.input.key ??
      "";
    const casEdn = await to("jepsen", `key=${cas}`);
    expect(await checkCommand.run([casEdn], around)).toBe(0);
    await expect(historyCommand.run([path, "to=porcupine-etcd"], around)).rejects.toThrow(
      "one register, and the history",
    );
    await expect(historyCommand.run([path, "to=csv"], around)).rejects.toThrow(
      "unknown format to write",
    );
    await expect(historyCommand.run([path], around)).rejects.toThrow("to which format?");
    expect(key).not.toBe("");
  });
});
