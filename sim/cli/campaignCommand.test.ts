import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CampaignData } from "../../reports/campaignData.ts";
import type { MinimalExample } from "../../reports/failureGroups.ts";
import { plainStyle } from "../../reports/terminal.ts";
import { testRun } from "../../reports/testRun.ts";
import { scenarios } from "../../scenarios/registry.ts";
import type { Run } from "../run.ts";
import { drawScenario } from "../swarm/swarm.ts";
import type { CampaignOptions, CampaignOutcome } from "./campaign.ts";
import { readScenarioFile } from "./scenarioFile.ts";
import { runSeed } from "./campaignJob.ts";
import { runCommandLine, type Surroundings } from "./commands.ts";
import type { Simulate } from "./simulation.ts";

let folder = "";
let printed = "";
let complained = "";
let progress: string[] = [];
let ran: number[] = [];
/** The campaign is interrupted after so many seeds. */
let patience = Infinity;
/** Something in the digest that a changed world would change. */
let world = "w";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "campaign-"));
  printed = "";
  complained = "";
  progress = [];
  ran = [];
  patience = Infinity;
  world = "w";
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Every tenth seed is a violation, of two kinds in turn, as long as there is a fault at all. */
const simulate: Simulate = (scenario, overrides, seed) => {
  const { nemesis } = drawScenario(scenario, overrides, seed);
  const isBroken = scenario.name !== "swarm" || nemesis.length > 0;
  const verdict = seed % 10 === 0 && isBroken ? "violation" : "ok";
  const made = testRun({ seed, verdict, operationsPerShard: 60 });
  const signature = verdict === "ok" ? "" : seed % 20 === 0 ? "linear: stale" : "log: gap";
  const digest = `${world}${seed}`;
  const run: Run = { ...made, scenario: scenario.name, overrides, signature, digest };
  const decisions = { used: [], drawn: new Map(), firstMissing: undefined, unused: new Map() };
  return { run, executed: [], decisions };
};

async function campaign(options: CampaignOptions): Promise<CampaignOutcome> {
  for (const seed of options.seeds.slice(0, patience)) {
    ran.push(seed);
    options.onResult(runSeed(options.plan, seed, false, simulate, () => 0).result);
  }
  return { workers: 2, problems: [] };
}

let nowMs = 0;
const around: Surroundings = {
  scenarios,
  simulate,
  campaign,
  print: (text) => (printed += text),
  complain: (text) => (complained += text),
  progress: (text) => progress.push(text),
  style: plainStyle,
  pageParts: (page) => ({ script: `draw("${page}")`, style: "" }),
  clockMs: () => (nowMs += 100),
  interrupted: () => new Promise(() => undefined),
  browse: () => false,
};

/** Failures are made small only where a line asks for it. */
async function sim(line: string): Promise<number> {
  const isCampaign = line.includes("seeds=") && !line.includes("minimise=");
  return runCommandLine(`${line}${isCampaign ? " minimise=0" : ""}`.split(" "), around);
}

function summary(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, name, "summary.json"), "utf8")) as Record<
    string,
    unknown
  >;
}

describe("a campaign", () => {
  it("groups its failures by what failed, each with an example and its replay command", async () => {
    expect(await sim(`swarm seeds=1..40 budget=over out=${folder}`)).toBe(1);
    expect(printed).toContain("✘ VIOLATION  swarm: 36 seeds passed, 4 failed");
    expect(printed).toContain("VIOLATION, 2 seeds: log: gap\n    seeds 10, 30\n");
    expect(printed).toContain("npm run sim -- scenario=swarm seed=10 budget=over");
    expect(summary("swarm-1..40")).toMatchObject({
      schema: "azimuth-sweep/2",
      verdicts: { ok: 36, violation: 4 },
      failures: [
        { signature: "log: gap", count: 2, seeds: [10, 30], example: { seed: 10 } },
        { signature: "linear: stale", count: 2, seeds: [20, 40], example: { seed: 20 } },
      ],
    });
  });

  it("leaves a page of its own beside its results, with links for the seeds that failed", async () => {
    await sim(`swarm seeds=1..40 budget=over out=${folder}`);
    const html = readFileSync(join(folder, "swarm-1..40", "index.html"), "utf8");
    expect(html).toContain("<title>VIOLATION: swarm, 40 seeds</title>");
    const json = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)?.[1];
    const data = JSON.parse(json ?? "") as CampaignData;
    expect(data.watched).toMatchObject({ scenario: "swarm", overrides: { budget: "over" } });
    expect(data.seeds?.seed.length).toBe(40);
    expect(data.failures.map(({ seeds }) => seeds)).toEqual([
      [10, 30],
      [20, 40],
    ]);
    expect(data.seeds?.coverage.cells[0]).toMatchObject({ phase: "steady", seeds: 40 });
  });

  it("says how far it is, how fast, and how long it will take", async () => {
    await sim(`swarm seeds=1..40 out=${folder}`);
    expect(progress[19]).toMatch(/^swarm: 20 of 40 seeds, 2 failed, \d+ seeds\/min, \d s left$/);
    expect(progress.at(-1)).toBe("");
  });

  it("writes JUnit XML where it is told", async () => {
    await sim(`swarm seeds=1..20 out=${folder} junit=${join(folder, "new", "junit.xml")}`);
    const xml = readFileSync(join(folder, "new", "junit.xml"), "utf8");
    expect(xml).toContain('<testsuite name="swarm" tests="3" failures="2" errors="0"');
    expect(xml).toContain('<testcase classname="swarm" name="18 seeds held" time="0"/>');
    expect(xml).toContain("npm run sim -- scenario=swarm seed=20");
  });

  it("makes one failure of each kind small, and says how to run it", async () => {
    expect(await sim(`swarm seeds=1..30 minimise=400 out=${folder}`)).toBe(1);
    const [group] = summary("swarm-1..30")["failures"] as readonly { minimal: MinimalExample }[];
    const file = join(folder, "swarm-1..30", "minimal-10.json");
    expect(group?.minimal).toMatchObject({
      file,
      replay: `npm run sim -- scenario=${file} seed=10`,
    });
    expect(printed).toContain("the same with 1 fault, ");
    expect(printed).toContain(`npm run sim -- scenario=${file} seed=10`);
    const scenario = readScenarioFile(file);
    expect(scenario.nemesis).toHaveLength(1);
    expect(existsSync(join(folder, "swarm-1..30", "minimal-20.json"))).toBe(true);
    expect(existsSync(join(folder, "swarm-1..30", "minimal-30.json"))).toBe(false);
  });

  it("fails, if asked to cover everything, by naming what it did not", async () => {
    expect(await sim(`swarm seeds=1..3 out=${folder}`)).toBe(0);
    const junit = join(folder, "junit.xml");
    expect(await sim(`swarm seeds=1..3 coverage=required junit=${junit} out=${folder}`)).toBe(3);
    expect(printed).toMatch(/COVERAGE MISSED: \d+ goals\n {4}the mark ".*" was never hit\n/);
    expect(printed).toContain("    no fault of the kind clog mattered\n");
    expect(readFileSync(junit, "utf8")).toContain('<failure message="no fault of the kind clog');
    expect(await sim("swarm seeds=1..3 coverage=some")).toBe(2);
    expect(complained).toContain("coverage must be one of told, required");
    expect(await sim("swarm seeds=1..3 minimise=long")).toBe(2);
    expect(complained).toContain("minimise expects a whole number of seconds, 0 for none");
  });

  it("needs a range of seeds", async () => {
    expect(await sim("swarm seed=3")).toBe(2);
    expect(complained).toContain("swarm expects a range of seeds, such as swarm seeds=1..1000");
    expect(await sim("swarm scenario=baseline seeds=1..2")).toBe(2);
    expect(complained).toContain("leave scenario=… away");
  });
});

describe("a campaign that was cut short", () => {
  it("keeps what is done, and the command that it prints runs the rest", async () => {
    patience = 5;
    expect(await sim(`swarm seeds=1..9 budget=over out=${folder}`)).toBe(130);
    expect(printed).toContain("5 of 9 seeds passed, 0 failed");
    expect(printed).toContain("not complete: 4 seeds not run");
    const command = /npm run sim -- (.*)/.exec(complained)?.[1] ?? "";
    expect(command).toBe(
      `swarm seeds=1..9 budget=over out=${folder} minimise=0 resume=${join(folder, "swarm-1..9", "results.jsonl")}`,
    );
    patience = Infinity;
    ran = [];
    expect(await sim(command)).toBe(0);
    expect(ran).toEqual([6, 7, 8, 9]);
    expect(summary("swarm-1..9")).toMatchObject({ asked: 9, done: 9 });
  });

  it("does not count the line that a crash cut in two", async () => {
    patience = 3;
    await sim(`swarm seeds=1..5 out=${folder}`);
    const path = join(folder, "swarm-1..5", "results.jsonl");
    appendFileSync(path, '{"seed":4,"verd');
    patience = Infinity;
    ran = [];
    expect(await sim(`swarm seeds=1..5 out=${folder} resume=${path}`)).toBe(0);
    expect(ran).toEqual([4, 5]);
    expect(readFileSync(path, "utf8").split("\n")).toHaveLength(7);
  });

  it("is not gone on with by another campaign", async () => {
    await sim(`swarm seeds=1..5 out=${folder}`);
    const path = join(folder, "swarm-1..5", "results.jsonl");
    expect(await sim(`swarm seeds=1..6 resume=${path}`)).toBe(2);
    expect(complained).toContain(
      "it is of seeds 1..5, shard 1/1, this campaign of 1..6, shard 1/1",
    );
    expect(await sim(`swarm seeds=1..5 budget=over resume=${path}`)).toBe(2);
    expect(complained).toContain("it is of parameters none, this campaign of budget=over");
    expect(await sim(`scenario=baseline seeds=1..5 resume=${path}`)).toBe(2);
    expect(complained).toContain("it is of scenario swarm, this campaign of baseline");
    const text = readFileSync(path, "utf8").replace(/"version":"[^"]*"/, '"version":"0.0.9-old"');
    writeFileSync(path, text);
    expect(await sim(`swarm seeds=1..5 resume=${path}`)).toBe(2);
    expect(complained).toContain("it is of version 0.0.9-old, this campaign of");
    writeFileSync(path, "{}\n");
    expect(await sim(`swarm seeds=1..5 resume=${path}`)).toBe(2);
    expect(complained).toContain("is not a results.jsonl of a campaign");
  });
});

describe("shards", () => {
  const files = (count: number): string[] =>
    Array.from({ length: count }, (_, index) =>
      join(folder, `swarm-1..25-shard-${index + 1}-of-${count}`, "results.jsonl"),
    );

  it("add up to the campaign that one machine would have run", async () => {
    await sim(`swarm seeds=1..25 out=${join(folder, "whole")}`);
    for (const index of [1, 2, 3]) await sim(`swarm seeds=1..25 shard=${index}/3 out=${folder}`);
    printed = "";
    expect(await sim(`merge ${files(3).join(" ")} out=${folder}`)).toBe(1);
    expect(printed).toContain("swarm: 23 seeds passed, 2 failed");
    expect(summary("swarm-1..25")).toEqual(summary(join("whole", "swarm-1..25")));
    expect(complained).toBe("");
  });

  it("that are missing are named by their seeds", async () => {
    await sim(`swarm seeds=1..9 shard=1/3 out=${folder}`);
    await sim(`swarm seeds=1..9 shard=3/3 out=${folder}`);
    const found = readdirSync(folder)
      .filter((name) => name.includes("shard"))
      .map((name) => join(folder, name, "results.jsonl"));
    expect(await sim(`merge ${found.join(" ")} out=${folder}`)).toBe(5);
    expect(complained).toContain("3 of 9 seeds are missing: 2, 5, 8");
    ran = [];
    const merged = join(folder, "swarm-1..9", "results.jsonl");
    expect(await sim(`swarm seeds=1..9 out=${folder} resume=${merged}`)).toBe(0);
    expect(ran).toEqual([2, 5, 8]);
  });

  it("may overlap if they agree, and are refused if they do not", async () => {
    await sim(`swarm seeds=1..5 out=${folder}`);
    const first = join(folder, "swarm-1..5", "results.jsonl");
    const second = join(folder, "other", "swarm-1..5", "results.jsonl");
    await sim(`swarm seeds=1..5 out=${join(folder, "other")}`);
    expect(await sim(`merge ${first} ${second} out=${folder}`)).toBe(0);
    world = "changed";
    await sim(`swarm seeds=1..5 out=${join(folder, "other")}`);
    expect(await sim(`merge ${first} ${second} out=${folder}`)).toBe(2);
    expect(complained).toContain(`seed 1 ended differently in ${first} and ${second}`);
    expect(complained).toContain("digests w1 and changed1");
  });

  it("of other plans, other versions or distant ranges are refused", async () => {
    await sim(`swarm seeds=1..5 out=${folder}`);
    await sim(`swarm seeds=1..5 budget=over out=${join(folder, "over")}`);
    await sim(`swarm seeds=8..9 out=${folder}`);
    const path = (...parts: string[]): string => join(folder, ...parts, "results.jsonl");
    expect(await sim(`merge ${path("swarm-1..5")} ${path("over", "swarm-1..5")}`)).toBe(2);
    expect(complained).toContain("do not belong together: parameters none and budget=over");
    expect(await sim(`merge ${path("swarm-1..5")} ${path("swarm-8..9")}`)).toBe(2);
    expect(complained).toContain("no campaign among them ran seeds 6..7");
    expect(await sim("merge out=x")).toBe(2);
    expect(complained).toContain("the results.jsonl of at least one shard");
    expect(await sim("merge nowhere.jsonl")).toBe(2);
    expect(complained).toContain("cannot read nowhere.jsonl: there is no such file");
    expect(existsSync("x")).toBe(false);
  });
});
