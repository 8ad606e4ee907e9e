import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defineScenario } from "../scenario.ts";
import { explicitScenario } from "../shrink/explicit.ts";
import { runScenario } from "../world.ts";
import { readRecording, recordingText } from "./recordingFile.ts";
import { scenarioFrom } from "../input/scenarioFrom.ts";
import { scenarioText } from "../scenarioText.ts";
import { UsageError } from "../input/usageError.ts";

const small = defineScenario({
  name: "small",
  story: "A cut.",
  budget: "within",
  parameters: { horizonMs: 1000, opsPerSecond: 20, faultForMs: 200 },
  nemesis: [{ kind: "cut", atMs: 300 }],
  expect: [],
});

let folder = "";
let path = "";
let text = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "recording-"));
  path = join(folder, "run.json");
  const { run, decisions } = runScenario(small, {}, 4, { full: false, keepsDrawn: true });
  text = recordingText(explicitScenario(small, {}, run.load), run, decisions.drawn, "1-abc");
  writeFileSync(path, text);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a recording", () => {
  it("makes the run again from the file alone, and an edited decision another one", () => {
    const recording = readRecording(path);
    expect(recording).toMatchObject({ code: "1-abc", seed: 4, verdict: "ok", signature: "" });
    expect(recording.scenario.nemesis).toEqual([
      { kind: "cut", atMs: 300, forMs: 200, id: "0-cut" },
    ]);
    const { run, decisions } = runScenario(recording.scenario, {}, 4, {
      full: false,
      recorded: recording.decisions,
    });
    expect(run.digest).toBe(recording.digest);
    expect(run.checkpoints).toEqual(recording.checkpoints);
    expect(decisions.firstMissing).toBeUndefined();
    writeFileSync(path, text.replace(/("network\/log-a→log-b": \[)\d+/, "$10.999"));
    const edited = readRecording(path);
    expect(edited.decisions.get("network/log-a→log-b")?.[0]).toBe(0.999);
    const other = runScenario(edited.scenario, {}, 4, { full: false, recorded: edited.decisions });
    expect(other.run.digest).not.toBe(run.digest);
  });

  it.each([
    [(t: string) => t.slice(0, t.length / 2), /is not JSON: line \d{2,}: /],
    [
      (t: string) => t.replace("recording/1", "recording/9"),
      /schema must be "azimuth-recording\/1"/,
    ],
    [(t: string) => t.replace('"seed": 4', '"seed": -4'), /seed must be a whole number/],
    [(t: string) => t.replace('"code"', '"cod"'), /code must be a text, got nothing/],
    [(t: string) => t.replace('"kind":"cut"', '"kind":"cutt"'), /unknown fault "cutt"/],
    [
      (t: string) => t.replace(/("clock\/log-a": \[)/, "$1-1,"),
      /decisions\["clock\/log-a"\]\[0\] must be a fraction below 1/,
    ],
    [(t: string) => t.replace(/("clock\/log-a": )\[/, '$1{}, "x": ['), /must be a list of numbers/],
    [
      (t: string) => t.replace(/"checkpoints": \[/, '"checkpoints": [7,'),
      /checkpoints\[0\] must be/,
    ],
  ])("that is broken is refused, and the error says where: %#", (breakIt, expected) => {
    writeFileSync(path, breakIt(readFileSync(path, "utf8")));
    expect(() => readRecording(path)).toThrow(UsageError);
    expect(() => readRecording(path)).toThrow(path);
    expect(() => readRecording(path)).toThrow(expected);
  });
});

describe("the text of a scenario", () => {
  it("is read back as the same scenario, with a line a fault, an operation and a decision", () => {
    const scenario = scenarioFrom({
      ...small,
      seed: 3,
      operations: [
        { atMs: 1, shard: 0, workload: "registers", access: "write", key: 0, draw: 0 },
        { atMs: 2.5, shard: 0, workload: "counters", access: "read", key: 1, draw: 7 },
      ],
      decisions: [{ stream: "network", entity: "a→b", ordinal: 3, value: 0.25 }],
    });
    const written = scenarioText(scenario);
    expect(scenarioFrom(JSON.parse(written))).toEqual(scenario);
    expect(written).toContain('    { "atMs": 1, "workload": "registers", "access": "write" },\n');
    expect(written).toContain('"expect": []');
  });
});
