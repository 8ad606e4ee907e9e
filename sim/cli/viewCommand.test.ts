import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodeLink } from "../../reports/link.ts";
import { plainStyle } from "../../reports/terminal.ts";
import { testRun } from "../../reports/testRun.ts";
import { scenarios } from "../../scenarios/registry.ts";
import { defineScenario } from "../scenario.ts";
import { scenarioText } from "../scenarioText.ts";
import { runCommandLine, type Surroundings } from "./commands.ts";
import { simulate } from "./realSimulation.ts";
import { codeVersion } from "./version.ts";

const short = defineScenario({
  name: "short",
  story: "A second of load, and a pause.",
  budget: "within",
  parameters: { horizonMs: 1000, opsPerSecond: 20, keys: 2, clients: 3 },
  nemesis: [{ kind: "machinePause", target: "monitor", atMs: 300, forMs: 100 }],
  expect: [],
});

let folder = "";
let path = "";
let printed = "";
let complained = "";
let opened: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "view-"));
  path = join(folder, "short.json");
  writeFileSync(path, scenarioText(short));
  printed = "";
  complained = "";
  opened = [];
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
  browse: (address) => opened.push(address) > 0,
};

function linkPrinted(): ReturnType<typeof decodeLink> {
  return decodeLink(new URL(printed.trim()).hash);
}

describe("the link to a run", () => {
  it("names it by its words, wherever `view` stands", async () => {
    const words = ["scenario=az-outage", "seed=7", "leaseMs=1000"];
    expect(await runCommandLine(["view", ...words], around)).toBe(0);
    expect(printed).toBe(
      `http://localhost:4173/#scenario=az-outage&seed=7&leaseMs=1000&v=${codeVersion()}\n`,
    );
    expect(opened).toEqual([printed.trim()]);
    const first = printed;
    printed = "";
    expect(await runCommandLine([...words, "view"], around)).toBe(0);
    expect(printed).toBe(first);
  });

  it("counts from the start of the load, and is not opened where that is not wanted", async () => {
    const made = testRun();
    const decisions = { used: [], drawn: new Map(), firstMissing: undefined, unused: new Map() };
    const pretended = { ...around, simulate: () => ({ run: made, executed: [], decisions }) };
    const words = ["view", "scenario=az-outage", "at=15.2s", "base=https://view/", "open=no"];
    expect(await runCommandLine(words, pretended)).toBe(0);
    expect(printed).toContain("https://view/#scenario=az-outage&seed=1&");
    expect(linkPrinted().atUs).toBe(15_200_000);
    expect(opened).toEqual([]);
  });

  it("brings a scenario along that the viewer does not have", async () => {
    expect(await runCommandLine(["view", path, "seed=3"], around)).toBe(0);
    const { spec } = linkPrinted();
    expect(spec).toMatchObject({ scenario: "short", seed: 3, edits: [] });
    expect(spec.file).toMatchObject({ name: "short", nemesis: short.nemesis });
  });

  it("of a recording holds what was decided otherwise than the seed does", async () => {
    const file = join(folder, "recording.json");
    await runCommandLine([`scenario=${path}`, `record=${file}`, `out=${folder}`], around);
    printed = "";
    expect(await runCommandLine(["view", file], around)).toBe(0);
    expect(linkPrinted().spec.edits).toEqual([]);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(/("network\/log-a→log-b": \[\d+,)\d+/, "$10.25"));
    printed = "";
    expect(await runCommandLine(["view", file], around)).toBe(0);
    const decision = { stream: "network", entity: "log-a→log-b", ordinal: 1, value: 0.25 };
    expect(linkPrinted().spec.edits).toEqual([{ kind: "decision", decision }]);
    expect(linkPrinted().spec.file?.operations?.length).toBeGreaterThan(10);
  });

  it.each([
    [["view"], "which scenario?"],
    [["view", "scenario=baseline", "at=15"], "at expects a time such as at=15.2s"],
    [["view", "scenario=baseline", "open=maybe"], "open must be one of yes, no"],
    [["view", "scenario=baseline", "base=javascript:alert(1)"], "base expects an address"],
    [["view", "scenario=baseline", "seeds=1..2"], "seeds=… has no meaning here"],
  ])("%j is wrong usage", async (words, expected) => {
    expect(await runCommandLine(words, around)).toBe(2);
    expect(complained).toContain(expected);
  });
});

describe("the report of a run", () => {
  it("says where to watch it", async () => {
    await runCommandLine([`scenario=${path}`, `out=${folder}`], around);
    const address = /^Watch {2}(\S+)$/m.exec(printed)?.[1] ?? "";
    expect(decodeLink(new URL(address).hash).spec.file?.name).toBe("short");
    const xml = readFileSync(join(folder, "short-1", "junit.xml"), "utf8");
    expect(xml).toContain('<property name="watch" value="http://localhost:4173/#scenario=short');
  });
});
