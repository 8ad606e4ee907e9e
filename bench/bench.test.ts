import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

interface Printed {
  readonly commit: string;
  readonly cases: readonly {
    readonly case: string;
    readonly verdict: string;
    readonly steps: number;
    readonly events: number;
    readonly operations: number;
    readonly syncs: number;
    readonly cpuSeconds: number;
    readonly peakMegabytes: number;
  }[];
}

const main = fileURLToPath(new URL("../dist/bench/main.js", import.meta.url));

describe("the bench", () => {
  it("measures every kind of case in its quick run, and all of them count something", () => {
    const done = spawnSync(process.execPath, [main, "quick", "json"], { encoding: "utf8" });
    expect(done.stderr).toBe("");
    expect(done.status).toBe(0);
    const printed = JSON.parse(done.stdout) as Printed;
    // Recorded histories are measured only where their folder is.
    const cases = printed.cases.filter((one) => one.case !== "jepsen");
    expect(cases.map((one) => [one.case, one.verdict])).toEqual([
      ["kernel", "ok"],
      ["baseline", "ok"],
      ["az-outage", "ok"],
      ["linearizability, 16 keys", "ok"],
      ["sorted, tree", "ok"],
      ["sorted, skip list", "ok"],
      ["idle", "ok"],
    ]);
    for (const one of cases) {
      expect(one.cpuSeconds).toBeGreaterThan(0);
      expect(one.peakMegabytes).toBeGreaterThan(10);
    }
    const steps = cases
      .filter((one) => !/^(linearizability|sorted)/.test(one.case))
      .map((one) => one.steps);
    expect(Math.min(...steps.map(Number))).toBeGreaterThan(100);
    expect(cases.find((one) => one.case === "linearizability, 16 keys")?.operations).toBe(10_000);
    expect(cases.find((one) => one.case === "idle")?.syncs).toBeGreaterThan(0);
  });

  it("names the programs that it needs to measure the server beside Redis", () => {
    const done = spawnSync(process.execPath, [main, "server"], {
      encoding: "utf8",
      env: { PATH: "/nowhere" },
    });
    expect(done.status).toBe(4);
    expect(done.stderr).toBe(
      "bench: it needs redis-server and redis-benchmark: apt-get install redis-server redis-tools\n",
    );
  });

  it("refuses a word that it does not know, and what the lists of the server's part do not hold", () => {
    const said = (...words: readonly string[]): string => {
      const done = spawnSync(process.execPath, [main, ...words], { encoding: "utf8" });
      expect(done.status).toBe(2);
      return done.stderr;
    };
    expect(said("fast")).toMatch(
      /^bench: unknown word "fast"\n\nnpm run bench[^]*commands=get,set,incr,lpush,hset,zadd/,
    );
    expect(said("commands=get")).toContain('unknown word "commands=get"');
    expect(said("server", "commands=get,del")).toContain('unknown word "commands=get,del"');
    expect(said("server", "pipelines=")).toContain('unknown word "pipelines="');
  });
});
