import { describe, expect, it } from "vitest";
import { emptyChunk } from "../film/emptyChunk.ts";
import type { RunNews } from "../protocol.ts";
import { RunHost, type Connection } from "./runHost.ts";
import type { RunState } from "./runState.ts";

const spec = { scenario: "az-outage", seed: 1, overrides: {}, edits: [] };
const pace = { speed: 1, isPaused: false };
const outline = { simulatedUs: 5, loadedUs: 1, events: 0 } as never;
const chunk = { ...emptyChunk, texts: ["SET k v"] };

/** A worker without a thread: runs are begun, and their news told by hand. */
function standIn() {
  const tells: ((news: RunNews) => void)[] = [];
  const changes: { run: RunState; isAnother: boolean }[] = [];
  const crashes: string[] = [];
  let crash: (sentence: string) => void = () => undefined;
  const connect = (_: string | undefined, crashed: typeof crash): Connection => {
    crash = crashed;
    const remote = {
      run: async (_spec: unknown, _pace: unknown, tell: (news: RunNews) => void) => {
        tells.push(tell);
      },
      stateAt: () => new Promise(() => undefined),
      explain: async () => {
        throw new Error("no such operation");
      },
    };
    return { remote: remote as never, close: () => undefined };
  };
  const host = new RunHost(
    {
      changed: (run, isAnother) => changes.push({ run, isAnother }),
      crashed: (sentence) => crashes.push(sentence),
    },
    undefined,
    connect,
  );
  return { host, tells, changes, crashes, crash: (sentence: string) => crash(sentence) };
}

describe("a run in a worker", () => {
  it("has a picture as soon as its cluster stands, and grows with every chunk", () => {
    const { host, tells, changes } = standIn();
    host.begin(spec, pace);
    expect(host.picture).toBeUndefined();
    tells[0]?.({ kind: "started", places: ["clients"], outline });
    const film = host.picture?.film;
    tells[0]?.({ kind: "progress", outline, chunk });
    expect(host.picture?.film).toBe(film);
    expect(film?.texts).toEqual(["SET k v"]);
    expect(changes.map(({ run, isAnother }) => [run.phase, isAnother])).toEqual([
      ["starting", true],
      ["running", false],
      ["running", false],
    ]);
  });

  it("hears nothing more of the run before", () => {
    const { host, tells } = standIn();
    host.begin(spec, pace);
    host.begin({ ...spec, seed: 2 }, pace);
    tells[0]?.({ kind: "failed", sentence: "too late" });
    expect(host.run).toMatchObject({ phase: "starting", spec: { seed: 2 } });
  });

  it("answers a question whose worker dies with the reason", async () => {
    const { host, crashes, crash } = standIn();
    await expect(host.ask((remote) => remote.explain(7))).rejects.toThrow("no such operation");
    const asked = host.ask((remote) => remote.stateAt(1));
    crash("out of memory");
    await expect(asked).rejects.toThrow("out of memory");
    expect(crashes).toEqual(["out of memory"]);
  });
});
