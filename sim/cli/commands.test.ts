import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { plainStyle } from "../../reports/terminal.ts";
import { testRun } from "../../reports/testRun.ts";
import { scenarios } from "../../scenarios/registry.ts";
import type { Run, RunVerdict } from "../run.ts";
import type { CampaignOptions, CampaignOutcome } from "./campaign.ts";
import { runSeed } from "./campaignJob.ts";
import { runCommandLine, type Surroundings } from "./commands.ts";
import type { Simulate } from "./simulation.ts";

let folder = "";
let printed = "";
let complained = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sim-"));
  printed = "";
  complained = "";
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const verdictBySeed: Readonly<Record<number, RunVerdict>> = {
  2: "violation",
  3: "stuck",
  4: "harness",
  5: "undecided",
};

/** Stands in the world's place: the verdict follows from the seed, and seed 6 ends in an assertion. */
const simulate: Simulate = (scenario, overrides, seed, { eventWindow }) => {
  if (seed === 6) throw new Error("assertion failed: position 7 twice");
  const verdict = verdictBySeed[seed] ?? "ok";
  const made = testRun({ seed, verdict, operationsPerShard: 60 });
  const simulated: Run = { ...made, scenario: scenario.name, overrides, digest: `d${seed}` };
  const executed = Array.from({ length: 3 }, (_, index) => ({
    number: index,
    timeUs: index * 10,
    text: `event ${index}`,
    digest: index < 2 ? "same" : simulated.digest,
  }));
  const decisions = { used: [], drawn: new Map(), firstMissing: undefined, unused: new Map() };
  return { run: simulated, executed: eventWindow === undefined ? [] : executed, decisions };
};

/** A campaign without threads. */
async function campaign(options: CampaignOptions): Promise<CampaignOutcome> {
  const problems: string[] = [];
  for (const seed of options.seeds) {
    const { result, problem } = runSeed(options.plan, seed, true, simulate, () => 0);
    options.onResult(result);
    if (problem !== "") problems.push(problem);
  }
  return { workers: 1, problems };
}

const around: Surroundings = {
  scenarios,
  simulate,
  campaign,
  print: (text) => (printed += text),
  complain: (text) => (complained += text),
  progress: () => undefined,
  style: plainStyle,
  pageParts: () => ({ script: "draw()", style: "" }),
  clockMs: () => 0,
  interrupted: () => new Promise(() => undefined),
  browse: () => false,
};

async function run(line: string): Promise<number> {
  return runCommandLine(line.split(" "), around);
}

describe("one run", () => {
  it("leaves its five files and exits with 0 when all held", async () => {
    expect(await run(`scenario=az-outage seed=1 out=${folder}`)).toBe(0);
    expect(printed).toContain("✔ ALL HELD  az-outage, seed 1");
    expect(readdirSync(join(folder, "az-outage-1")).toSorted()).toEqual([
      "history.jsonl",
      "index.html",
      "junit.xml",
      "report.json",
      "trace.jsonl",
    ]);
  });

  it.each([
    [1, 0],
    [2, 1],
    [3, 3],
    [4, 4],
    [5, 5],
    [6, 4],
  ])("of seed %i exits with %i", async (seed, status) => {
    expect(await run(`scenario=az-outage seed=${seed} out=${folder}`)).toBe(status);
  });

  it("tells how to replay an assertion that failed", async () => {
    await run(`scenario=az-outage seed=6 shards=2 out=${folder}`);
    expect(complained).toContain("npm run sim -- scenario=az-outage seed=6 shards=2");
    expect(complained).toContain("position 7 twice");
  });

  it("prints JSON and nothing else when asked for JSON", async () => {
    await run(`scenario=az-outage out=${folder} json`);
    expect(JSON.parse(printed)).toMatchObject({ schema: "azimuth-report/1", verdict: "ok" });
  });

  it("tells the story and exits with 4 when the files cannot be written, and leaves no half file", async () => {
    const file = join(folder, "taken");
    writeFileSync(file, "");
    expect(await run(`scenario=az-outage out=${file}`)).toBe(4);
    expect(printed).toContain("ALL HELD");
    expect(complained).toContain("a part of the path is a file");
    expect(readFileSync(file, "utf8")).toBe("");
  });
});

describe("many seeds", () => {
  it("exit with the worst verdict and leave files of the failed ones only", async () => {
    expect(await run(`scenario=az-outage seeds=1..3 minimise=0 out=${folder}`)).toBe(1);
    expect(printed).toContain("✘ VIOLATION  az-outage: 1 seed passed, 2 failed");
    expect(existsSync(join(folder, "az-outage-1"))).toBe(false);
    expect(existsSync(join(folder, "az-outage-2", "index.html"))).toBe(true);
    const summary = readFileSync(join(folder, "az-outage-1..3", "summary.json"), "utf8");
    expect(JSON.parse(summary)).toMatchObject({ asked: 3, done: 3, verdict: "violation" });
  });

  it("put the harness before stuck and undecided", async () => {
    expect(await run(`scenario=az-outage seeds=3..6 minimise=0 out=${folder}`)).toBe(4);
    expect(await run(`scenario=az-outage seeds=7..9 minimise=0 out=${folder}`)).toBe(0);
  });
});

describe("diff", () => {
  it("finds a run equal to itself", async () => {
    expect(await run("diff scenario=baseline seed=1 with seed=1")).toBe(0);
    expect(printed).toContain("equal: 412337 events, digest d1");
  });

  it("names the first event that differs", async () => {
    expect(await run("diff scenario=baseline seed=1 with seed=7")).toBe(1);
    expect(printed).toContain("last equal event: #1");
    expect(printed).toContain("right: #2 at 0.020 ms: event 2 (digest d7)");
  });

  it("compares with the files of a saved run", async () => {
    await run(`scenario=baseline seed=1 out=${folder}`);
    const report = join(folder, "baseline-1", "report.json");
    const trace = join(folder, "baseline-1", "trace.jsonl");
    expect(await run(`diff scenario=baseline seed=1 with ${report}`)).toBe(0);
    expect(await run(`diff scenario=baseline seed=7 with ${trace}`)).toBe(1);
    expect(printed).toContain("The runs differ: equal for the first 11870 events");
    expect(await run(`diff scenario=baseline with ${join(folder, "none.json")}`)).toBe(2);
    expect(complained).toContain("there is no such file");
  });
});

describe("help and list", () => {
  it("name every scenario and its parameters", async () => {
    await run("list");
    for (const scenario of scenarios) expect(printed).toContain(scenario.name);
    printed = "";
    expect(await run("help az-outage")).toBe(0);
    expect(printed).toContain("leaseMs");
    expect(printed).toContain("whose zone goes dark");
  });

  it("tell wrong usage on the error stream, with status 2", async () => {
    expect(await run("scenario=az-otage")).toBe(2);
    expect(printed).toBe("");
    expect(complained).toContain("Did you mean az-outage");
  });
});
