import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { plainStyle } from "../../reports/terminal.ts";
import { scenarios } from "../../scenarios/registry.ts";
import { defineScenario } from "../scenario.ts";
import { scenarioText } from "../scenarioText.ts";
import { runCommandLine, type Surroundings } from "./commands.ts";
import { simulate } from "./realSimulation.ts";

const short = defineScenario({
  name: "short",
  story: "A second of load, and a pause of the primary.",
  budget: "within",
  parameters: { horizonMs: 1000, opsPerSecond: 100, keys: 2, clients: 3 },
  nemesis: [{ kind: "machinePause", target: "primary", atMs: 300, forMs: 100 }],
  expect: [],
});

let folder = "";
let path = "";
let printed = "";
let complained = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "export-"));
  path = join(folder, "short.json");
  writeFileSync(path, scenarioText(short));
  printed = "";
  complained = "";
});
afterEach(() => rmSync(folder, { recursive: true }));

const around: Surroundings = {
  scenarios,
  simulate,
  campaign: () => Promise.reject(new Error("no campaign here")),
  print: (text) => (printed += text),
  complain: (text) => (complained += text),
  progress: () => {},
  style: plainStyle,
  pageParts: () => ({ script: "", style: "" }),
  clockMs: () => 0,
  interrupted: () => new Promise(() => {}),
  browse: () => false,
};

function read(name: string): string {
  return readFileSync(join(folder, "short-1", name), "utf8");
}

describe("a run for other tools", () => {
  it("is written in all formats, its window around the first fault", async () => {
    expect(await runCommandLine(["export", path, `out=${folder}`], around)).toBe(0);
    expect(complained).toBe("");
    expect(statSync(join(folder, "short-1", "run.perfetto-trace")).size).toBeGreaterThan(10_000);
    const times = [...read("shiviz.log").matchAll(/ at (\S+) s$/gm)].map(([, s]) => Number(s));
    expect(times.length).toBeGreaterThan(20);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(0.25);
    expect(Math.max(...times)).toBeLessThanOrEqual(0.45);
    const traces = JSON.parse(read("otlp.json")) as { readonly resourceSpans: readonly unknown[] };
    expect(traces.resourceSpans.length).toBeGreaterThan(3);
    expect(printed).toContain(join(folder, "short-1", "otlp.json"));
  });

  it("is written in the formats and for the window asked for", async () => {
    const words = ["export", path, "to=shiviz", "from=600ms", "until=0.61s", `out=${folder}`];
    expect(await runCommandLine(words, around)).toBe(0);
    expect(read("shiviz.log")).toMatch(/ at 0\.60\d{4} s\n/);
    expect(existsSync(join(folder, "short-1", "otlp.json"))).toBe(false);
  });

  it.each([
    [["to=svg"], 'unknown format "svg"'],
    [["from=1s", "until=1s"], "the window must end after it begins"],
    [["from=soon"], "from expects a time such as from=15.2s"],
    [["to=otlp", "from=50s"], "otlp: no operation is under way in this window: choose another"],
    [["trace=full"], "trace=… has no meaning here"],
  ])("%j is wrong usage", async (words, expected) => {
    expect(await runCommandLine(["export", path, ...words], around)).toBe(2);
    expect(complained).toContain(expected);
  });
});
