import { describe, expect, it } from "vitest";
import { scenarios } from "../../scenarios/registry.ts";
import { parseCommandLine, type Command } from "./commandLine.ts";
import { UsageError } from "../input/usageError.ts";

function parse(line: string): Command {
  return parseCommandLine(line === "" ? [] : line.split(" "), scenarios);
}

function complaintAbout(line: string): string {
  try {
    parse(line);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "";
}

describe("the command line", () => {
  it("reads a run with its parameters, in the types of their defaults", () => {
    const command = parse(
      "scenario=az-outage seed=7 shards=3 commitRule=all target=both json trace=full",
    );
    expect(command).toMatchObject({
      kind: "run",
      request: { seed: 7, overrides: { shards: 3, commitRule: "all", target: "both" } },
      isJson: true,
      trace: "full",
      out: "reports/out",
    });
  });

  it("does not count a value equal to the default as an override", () => {
    const command = parse("scenario=az-outage leaseMs=2000 shards=2");
    expect(command).toMatchObject({ request: { overrides: { shards: 2 } } });
    expect(command.kind === "run" && Object.keys(command.request.overrides)).toEqual(["shards"]);
  });

  it("reads a range of seeds", () => {
    const line = "scenario=baseline seeds=1..200 workers=2 shard=2/4 junit=j.xml out=there";
    expect(parse(`${line} resume=r.jsonl`)).toMatchObject({
      kind: "sweep",
      settings: {
        seeds: { first: 1, last: 200 },
        shard: { index: 2, count: 4 },
        workers: 2,
        resume: "r.jsonl",
        junit: "j.xml",
      },
      words: line.split(" "),
      out: "there",
    });
  });

  it("helps when asked in any of the usual ways, or when nothing is said", () => {
    for (const line of ["", "help", "--help", "-h", "scenario=az-outage --help"]) {
      expect(parse(line)).toEqual({ kind: "help", scenario: undefined });
    }
    const command = parse("help az-outage");
    expect(command.kind === "help" && command.scenario?.name).toBe("az-outage");
  });

  it("reads the other side of a diff as changes to the first, or as a file", () => {
    expect(parse("diff scenario=baseline seed=1 shards=2 with seed=2")).toMatchObject({
      kind: "diff",
      left: { seed: 1, overrides: { shards: 2 } },
      right: { seed: 2, overrides: { shards: 2 } },
    });
    expect(parse("diff scenario=baseline with old/report.json")).toMatchObject({
      right: "old/report.json",
    });
  });

  it.each([
    ["scenario=az-otage", 'unknown scenario "az-otage". Did you mean az-outage'],
    ["scenario=nonsense-entirely", "Valid: baseline, az-outage"],
    ["scenario=", "which scenario?"],
    ["shards=2", "which scenario? Write scenario=NAME (got shards=…)"],
    ["az-outage", '"az-outage" is a scenario: write scenario=az-outage'],
    ["lisst", 'unknown word "lisst". Did you mean list?'],
    ["--seed=3 scenario=baseline", "Did you mean seed?"],
    ["scenario=baseline --json", "without dashes"],
    ["scenario=baseline shrads=2", 'unknown parameter "shrads". Did you mean shards?'],
    ["scenario=baseline sede=2", "Did you mean seed"],
    ["scenario=baseline toString=2", 'unknown parameter "toString"'],
    ["scenario=baseline __proto__=2", 'unknown parameter "__proto__"'],
    [
      "scenario=baseline shards=two",
      'a whole number of shards from 1 to 500, such as shards=1; got "two"',
    ],
    ["scenario=baseline shards=1.5", "whole number of shards from 1 to 500"],
    ["scenario=baseline shards=0", "from 1 to 500"],
    ["scenario=baseline shards=", 'got ""'],
    ["scenario=baseline shards=0x10", 'got "0x10"'],
    ["scenario=baseline readRatio=80", "share of reads from 0 to 1"],
    ["scenario=baseline horizonMs=NaN", 'got "NaN"'],
    ["scenario=baseline opsPerSecond=Infinity", 'got "Infinity"'],
    [
      "scenario=baseline leaseMs=5s",
      'milliseconds from 100 to 60000, such as leaseMs=2000; got "5s"',
    ],
    ["scenario=baseline commitRule=most", "one of majority, all"],
    ["scenario=baseline workload=counters,registres", "Did you mean registers"],
    ["scenario=az-outage faultAtMs=70000", "beyond horizonMs 60000"],
    ["scenario=az-outage target=primray", 'unknown target "primray". Did you mean primary?'],
    ["scenario=baseline seed=-1", "seed expects a whole number from 0 to 4294967295"],
    ["scenario=baseline seed=1.5", "seed expects a whole number"],
    ["scenario=baseline seed=99999999999", "seed expects a whole number"],
    ["scenario=baseline seed=1 seed=2", "seed is given twice"],
    ["scenario=baseline seed=1 seeds=1..2", "not both"],
    ["scenario=baseline seeds=5", "a range such as seeds=1..200"],
    ["scenario=baseline seeds=9..2", "is empty"],
    ["scenario=baseline seeds=0..4294967295", "more than 1000000 seeds"],
    ["scenario=baseline workers=2", "goes with seeds=A..B only"],
    ["scenario=baseline seeds=1..2 workers=0", "from 1 to 256"],
    ["scenario=baseline shard=1/2", "shard=… goes with seeds=A..B only"],
    ["scenario=baseline seeds=1..2 shard=3/2", "i from 1 to n"],
    ["scenario=baseline seeds=1..2 resume=", "resume needs a results.jsonl"],
    ["scenario=swarm budget=none", "one of within, over, assumption-broken"],
    ["scenario=baseline trace=some", "one of events, full"],
    ["scenario=baseline out=", "out needs a folder"],
    ["scenario=missing.json", "cannot read the scenario file missing.json: there is no such file"],
    ["list more", "list takes nothing more"],
    ["help nothing-like-it", "unknown scenario"],
    ["diff scenario=baseline seed=1", "diff compares a run with another"],
    ["diff scenario=baseline with out=x", "no meaning in a diff"],
  ])("refuses %s and says what it expected", (line, expected) => {
    expect(complaintAbout(line)).toContain(expected);
  });
});
