/**
 * Durability on a real process: killed at random instants under load, it must have every acknowledged write when it is back, and nothing
 * that was never written. Judged by the simulator's checker with the engine's executor as specification.
 *
 * DURABILITY_INSTANTS=200 npm run test:durability is the long form; DURABILITY_SEED repeats a run's draws (instants are real time, so no two
 * runs are the same).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { must } from "../engine/assert.ts";
import { checkCalls } from "../sim/checker/specification.ts";
import type { CheckResult } from "../sim/run.ts";
import { freePorts } from "../server/testClient.ts";
import seedrandom from "seedrandom";
import { keyModel } from "./durability/keyModel.ts";
import { Load } from "./durability/load.ts";
import { makeTornEnd, segmentsIn, tornEnds } from "./durability/tornEnds.ts";
import { Victim, type VictimOptions } from "./durability/victim.ts";

const instants = Number(process.env["DURABILITY_INSTANTS"] ?? 10);
const seed = process.env["DURABILITY_SEED"] ?? String(Date.now());
const clients = 8;
/** The kill comes at most so long after the first write of the round was acknowledged. */
const LONGEST_MS = 400;

const ends: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function killedAgainAndAgain(
  files: VictimOptions["files"],
  count: number,
  afterKill: (dir: string, instant: number) => void = () => {},
  atEnd: (dir: string) => void = () => {},
): Promise<CheckResult> {
  const draw = seedrandom(`${seed}/${files}`);
  const dir = mkdtempSync(join(tmpdir(), "azimuth-durability-"));
  ends.push(() => rmSync(dir, { recursive: true, maxRetries: 10 }));
  const victim = new Victim({ dir, files, port: await freePorts(1) });
  ends.push(() => victim.kill());
  const load = new Load(victim.port, draw);
  const startedMs = performance.now();
  let saidMs = startedMs;
  await victim.start();
  for (let instant = 1; instant <= count; instant++) {
    const working = load.round(instant, clients);
    await load.firstAcknowledged();
    await new Promise((resolve) => setTimeout(resolve, draw() * LONGEST_MS));
    const isTorn = files === "forgetful" && instant % 2 === 0;
    const draws = Array.from({ length: 100 }, () => draw());
    await victim.kill(isTorn ? { garbage: instant % 4 === 0, draws } : undefined);
    load.stop();
    await working;
    afterKill(dir, instant);
    await victim.start();
    await load.readBack(new Set([instant, 1 + Math.floor(draw() * instant)]));
    if (performance.now() - saidMs < 5000) continue;
    saidMs = performance.now();
    tell(files, instant, load, startedMs);
  }
  await load.readBack("all");
  await victim.kill();
  atEnd(dir);
  tell(files, count, load, startedMs);
  return checkCalls(load.history, keyModel);
}

function tell(files: string, instant: number, load: Load, startedMs: number): void {
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  const unknown = load.history.filter(({ outcome }) => outcome === "unknown").length;
  console.log(
    `DURABILITY_SEED=${seed} ${files} files: ${instant} kills, ${load.acknowledgedWrites} writes acknowledged, ${unknown} unanswered, ${seconds} s`,
  );
}

describe("a server that is killed under load has every acknowledged write, and nothing else, when it is back", () => {
  it(`by kill -9, at ${instants} instants`, async () => {
    const { verdict, sentence, details, examined } = await killedAgainAndAgain("real", instants);
    expect([verdict, sentence, details]).toEqual(["ok", sentence, undefined]);
    expect(examined).toBeGreaterThan(instants * clients);
  });

  it(`by the loss of every byte that was not synced, at ${instants} instants, half of them with torn ends`, async () => {
    let segments = 0;
    const countSegments = (dir: string): void => {
      segments = segmentsIn(join(dir, "zone-a", "log")).length;
    };
    const result = await killedAgainAndAgain("forgetful", instants, () => {}, countSegments);
    const { verdict, sentence, details, examined } = result;
    expect(segments).toBeGreaterThan(3);
    expect([verdict, sentence, details]).toEqual(["ok", sentence, undefined]);
    expect(examined).toBeGreaterThan(instants * clients);
  });
});

describe("a server whose log has a torn end", () => {
  it(`starts with every acknowledged write: ${tornEnds.map(({ name }) => name).join(", ")}`, async () => {
    const { verdict, sentence, details } = await killedAgainAndAgain(
      "real",
      tornEnds.length,
      (dir, instant) => makeTornEnd(dir, must(tornEnds[instant - 1], "torn end")),
    );
    expect([verdict, sentence, details]).toEqual(["ok", sentence, undefined]);
  });
});

describe("the judge", () => {
  it("names a write that was lost, when syncs are told to be done that were not", async () => {
    const { verdict, sentence } = await killedAgainAndAgain("lying", 2);
    expect(verdict).toBe("violation");
    expect(sentence).toMatch(/was answered .* which no order of the calls allows: the state was/);
  });
});
