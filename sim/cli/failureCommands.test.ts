import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { plainStyle } from "../../reports/terminal.ts";
import { scenarios } from "../../scenarios/registry.ts";
import { defineScenario } from "../scenario.ts";
import { scenarioText } from "../scenarioText.ts";
import { runCommandLine, type Surroundings } from "./commands.ts";
import { simulate } from "./realSimulation.ts";
import { readScenarioFile } from "./scenarioFile.ts";

/** Within the budget a clock may not run so slowly: a run that fails as surely as one with a bug. */
const lie = defineScenario({
  name: "clock-lie",
  story: "A clock runs far too slowly while its node is cut off, among harmless faults.",
  budget: "within",
  parameters: { horizonMs: 3000, leaseMs: 400, opsPerSecond: 20, keys: 2, clients: 3 },
  nemesis: [
    { kind: "loss", from: "log", to: "everything", ratio: 0.1, atMs: 300, forMs: 200 },
    { kind: "clockDrift", target: "primary", ratio: -0.7, atMs: 500, forMs: 4000 },
    { kind: "machinePause", target: "monitor", atMs: 700, forMs: 150 },
    { kind: "cut", from: "primary", to: "log", atMs: 900, forMs: 3000 },
  ],
  expect: [],
});

let folder = "";
let path = "";
let printed = "";
let complained = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "failing-"));
  path = join(folder, "lie.json");
  writeFileSync(path, scenarioText(lie));
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

describe("a failing run on the command line", () => {
  it("shrinks to a file that a person can read and that fails again by the command told", async () => {
    const file = join(folder, "minimal.json");
    const status = await runCommandLine(["shrink", path, "runs=45", `file=${file}`], around);
    expect(complained).toBe("");
    expect(status).toBe(0);
    expect(printed).toContain("✘ SHRUNK  clock-lie, seed 1");
    expect(printed).toContain("Faults: 2 of 4");
    expect(printed.match(/without it the run passes/g)?.length).toBe(2);
    expect(printed).toContain("The nearest run that passes lacks “cut: ");
    expect(printed).toContain("Verified: failed twice in the same way");
    const minimal = readScenarioFile(file);
    expect(minimal.name).toBe("clock-lie-1-minimal");
    expect(minimal.story).toMatch(
      /clock of primary .* Then failed one leader: .* Found in clock-lie/,
    );
    expect(minimal.nemesis.map(({ kind }) => kind)).toEqual(["clockDrift", "cut"]);
    expect(minimal.expect).toEqual([]);
    const command = /Replay npm run sim -- (.*)\n/.exec(printed)?.[1] ?? "";
    printed = "";
    expect(await runCommandLine([...command.split(" "), `out=${folder}`], around)).toBe(1);
    expect(printed).toContain("✘ VIOLATION  clock-lie-1-minimal");
    expect(printed).toContain("Shrink npm run sim -- shrink scenario=");
  });

  it("is written down with its decisions, and replayed until the code or the file says otherwise", async () => {
    const file = join(folder, "recording.json");
    const words = [`scenario=${path}`, `record=${file}`, `out=${folder}`];
    expect(await runCommandLine(words, around)).toBe(1);
    printed = "";
    expect(await runCommandLine(["replay", file], around)).toBe(1);
    expect(printed).toContain("Equal to the recording: ");
    // What is missing follows from the seed, until something else has led the run astray.
    const text = readFileSync(file, "utf8").replace(/"code": "[^"]*"/, '"code": "0.0.1-old"');
    const cut = text.replace(/("disk\/log-b": \[(?:\d+,){9}\d+)[\d,]*\]/, "$1]");
    writeFileSync(file, cut.replace(/("network\/log-a→log-b": \[)\d+/, "$10.99999"));
    printed = "";
    await runCommandLine(["replay", file], around);
    expect(printed).toContain("Not the run that was recorded.");
    expect(printed).toContain("code: 0.0.1-old then, ");
    expect(printed).toContain("number 10 of disk/log-b, at ");
    expect(printed).toMatch(/equal for \d+ events, until \d/);
  });

  it("is followed to the point of no return", async () => {
    const words = ["cause", path, "moments=2", "branches=3"];
    expect(await runCommandLine(words, around)).toBe(0);
    expect(printed).toContain("Point of no return of clock-lie, seed 1");
    expect(printed).toContain("3 of 3  44–100 %  ████");
  });

  it.each([
    [["shrink", "CALM"], "does not fail: there is nothing to shrink"],
    [["cause", "CALM"], "does not fail: there is no cause to find"],
    [["shrink"], "which scenario?"],
    [["shrink", "scenario=baseline", "runs=0"], "runs expects a whole number from 1 on"],
    [["shrink", "scenario=baseline", "seeds=1..3"], "seeds=… has no meaning here"],
    [["cause", "scenario=baseline", "moment=3"], 'unknown parameter "moment"'],
    [["replay"], "replay expects one file"],
    [["replay", "/nowhere/run.json"], "cannot read the recording /nowhere/run.json"],
    [["scenario=baseline", "seeds=1..2", "record=x"], "record=FILE goes with one seed=N only"],
  ])("%j is wrong usage", async (words, expected) => {
    const calm = join(folder, "calm.json");
    writeFileSync(calm, scenarioText({ ...lie, nemesis: [] }));
    const told = words.map((word) => (word === "CALM" ? calm : word));
    expect(await runCommandLine(told, around)).toBe(2);
    expect(complained).toContain(expected);
  });
});
