import { describe, expect, it } from "vitest";
import type { Outline } from "../protocol.ts";
import type { Report } from "../../reports/json.ts";
import type { RunNews } from "../protocol.ts";
import { emptyConsole, recalled, withAnswer, withLine } from "./consoleState.ts";
import { linkOf, sameRun, versionNote } from "./linkState.ts";
import { digestNote, firstState, lookedAtUs, withNote } from "./pageState.ts";
import { isOngoing, runAfter, startingRun, wasStopped } from "./runState.ts";
import { instantText, readInstant } from "./times.ts";

const spec = { scenario: "az-outage", seed: 1, overrides: { a: 1, b: 2 }, edits: [] };
const outline = { simulatedUs: 5, loadedUs: 1 } as never;
const started: RunNews = { kind: "started", places: [], outline };

describe("a run on the page", () => {
  it("goes on until it has ended or failed", () => {
    const run = runAfter(startingRun(spec), started);
    expect([run.phase, isOngoing(run)]).toEqual(["running", true]);
    const failed = runAfter(run, { kind: "failed", sentence: "no" });
    expect([failed.phase, failed.failure, isOngoing(failed)]).toEqual(["failed", "no", false]);
  });

  it("is looked at in the present unless an instant was chosen", () => {
    const state = { ...firstState, run: runAfter(startingRun(spec), started) };
    expect(lookedAtUs(state)).toBe(5);
    expect(lookedAtUs({ ...state, instantUs: 3 })).toBe(3);
    expect(lookedAtUs(firstState)).toBeUndefined();
  });

  it("is compared with what its file says", () => {
    const expected = { file: "report.json", digest: "x" };
    const ended = (digest: string) => ({
      ...firstState,
      expected,
      run: { ...startingRun(spec), report: { digest } as Report },
    });
    expect(digestNote({ ...firstState, expected })).toBeUndefined();
    expect(digestNote(ended("x"))?.tone).toBe("good");
    expect(digestNote(ended("y"))?.tone).toBe("bad");
  });
});

describe("the link of what is on screen", () => {
  it("has what was chosen, and nothing else", () => {
    const state = { ...firstState, run: startingRun(spec) };
    expect(linkOf(firstState)).toBeUndefined();
    expect(linkOf(state)).toEqual({ spec, version: "" });
    const selection = { kind: "node", node: "db-0-a" } as const;
    const seen = { instantUs: 7, selection, view: [1, 9] as const };
    expect(linkOf({ ...state, ...seen })).toEqual({ spec, version: "", selection });
    // Times of a link count from the start of the load.
    const run = { ...state.run, outline: { loadedUs: 5 } as Outline };
    expect(linkOf({ ...state, ...seen, run })).toEqual({
      spec,
      version: "",
      atUs: 2,
      selection,
      view: [-4, 4],
    });
  });

  it("names the same run whatever the order of its parameters", () => {
    expect(sameRun(spec, { ...spec, overrides: { b: 2, a: 1 } })).toBe(true);
    expect(sameRun(spec, { ...spec, seed: 2 })).toBe(false);
  });

  it("of another version says so", () => {
    expect(versionNote("1", "1")).toBeUndefined();
    expect(versionNote("", "1")).toBeUndefined();
    expect(versionNote("1", "2")?.text).toContain("version 1; this page is 2");
  });
});

describe("notes", () => {
  it("are one a topic", () => {
    const notes = withNote([], { topic: "file", tone: "bad", text: "a" });
    expect(withNote(notes, { topic: "file", tone: "good", text: "b" })).toHaveLength(1);
  });
});

describe("the console", () => {
  it("puts each answer under its line, and remembers lines once", () => {
    const first = withLine(emptyConsole, { node: "db-0-a", atUs: 1, line: "GET k" });
    const second = withLine(first.state, { node: "db-0-a", atUs: 2, line: "GET k" });
    const answer = { kind: "silent", sentence: "down" } as const;
    const state = withAnswer(second.state, first.id, answer);
    expect(state.entries.map((entry) => entry.answer)).toEqual([answer, undefined]);
    expect(state.history).toEqual(["GET k"]);
  });

  it("brings back what was typed, newest first", () => {
    expect([0, 1, 2].map((back) => recalled(["a", "b"], back))).toEqual(["", "b", "a"]);
  });
});

describe("instants", () => {
  it("count from the load and are read as they are written", () => {
    expect(instantText(16_003_211, 1_000_000)).toBe("15.003211 s");
    expect(readInstant("15.003211 s", 1_000_000)).toBe(16_003_211);
    expect(readInstant("-250ms", 1_000_000)).toBe(750_000);
    expect(readInstant("soon", 0)).toBeUndefined();
  });
});

describe("a run that was stopped by hand", () => {
  it("is told from one that held to its end: nobody asked it for a proof of life", () => {
    const ended = (names: readonly string[], verdict = "ok") =>
      ({
        ...startingRun(spec),
        phase: "ended",
        report: { verdict, checks: names.map((name) => ({ name })) },
      }) as unknown as Parameters<typeof wasStopped>[0];
    expect(wasStopped(ended(["zero loss"]))).toBe(true);
    expect(wasStopped(ended(["zero loss", "liveness"]))).toBe(false);
    expect(wasStopped(ended(["zero loss"], "violation"))).toBe(false);
    expect(wasStopped(startingRun(spec))).toBe(false);
  });
});
