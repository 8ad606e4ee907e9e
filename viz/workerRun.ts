/** One run in a worker: goes on in slices between the page's questions, and tells of its way. */
import { transfer } from "comlink";
import { filmViewOf } from "../reports/filmView.ts";
import { otlpTraces } from "../reports/otlp.ts";
import { perfettoTrace } from "../reports/perfetto.ts";
import { shivizLog } from "../reports/shiviz.ts";
import { promises } from "../reports/promises.ts";
import { reportOf } from "../reports/json.ts";
import { storyOf } from "../reports/story.ts";
import { scenarios } from "../scenarios/registry.ts";
import type { FilmChunk } from "../sim/film/film.ts";
import { checkSpec } from "../sim/input/checkSpec.ts";
import { parseOverrides } from "../sim/input/parameterRules.ts";
import { scenarioFrom } from "../sim/input/scenarioFrom.ts";
import type { ClusterState } from "../sim/live/clusterState.ts";
import { compare } from "../sim/live/compare.ts";
import type { ConsoleAnswer } from "../sim/live/console.ts";
import type { CopyHistory } from "../sim/live/copies.ts";
import { idOf, scenarioOf } from "../sim/live/edits.ts";
import type { Explanation } from "../sim/live/explain.ts";
import type { KeyPage } from "../sim/live/keyPage.ts";
import { LiveRun } from "../sim/live/liveRun.ts";
import type { RunSpec } from "../sim/live/runSpec.ts";
import { planFault } from "../sim/nemesis/registry.ts";
import type { EntryName, Run } from "../sim/run.ts";
import { commonParameters, type Parameters, type Scenario } from "../sim/scenario.ts";
import { about } from "./about.ts";
import { plantedBug } from "./gallery/plantedBug.ts";
import type {
  About,
  Comparison,
  Outline,
  Pace,
  PlannedFaultInfo,
  RunNews,
  RunWorker,
} from "./protocol.ts";

/** Events between two looks at the page's questions: a few milliseconds of work. */
const SLICE_EVENTS = 1000;
const TELL_EVERY_MS = 100;
/** Telling takes at most one part in so many of the time. */
const TELL_SHARE = 10;
/** With a bounded speed the run goes on this often. */
const TICK_MS = 16;
const US_PER_MS = 1000;

type Tell = (news: RunNews) => unknown;

interface Host {
  readonly spec: RunSpec;
  readonly live: LiveRun;
  readonly tell: Tell;
  isEnded: boolean;
  isPreparing: boolean;
}

export class WorkerRun implements RunWorker {
  private host: Host | undefined = undefined;
  private pace: Pace = { speed: Infinity, isPaused: false };
  /** Called when the pace has changed: a run that stands still looks again. */
  private wakeUp: () => void = () => {};

  about(): About {
    return about();
  }

  scenarioFrom(json: string): Scenario {
    return scenarioFrom(JSON.parse(json) as unknown);
  }

  parametersFrom(scenario: string, texts: Readonly<Record<string, string>>): Parameters {
    const found = scenarios.find(({ name }) => name === scenario);
    if (found === undefined) throw new RangeError(`there is no scenario "${scenario}"`);
    return parseOverrides(found, new Map(Object.entries(texts)));
  }

  faultsOf(spec: RunSpec): readonly PlannedFaultInfo[] {
    const scenario = scenarioOf(spec, scenarios);
    const parameters = { ...commonParameters, ...scenario.parameters, ...spec.overrides };
    return scenario.nemesis.map((fault, index) => {
      const { kind, fields } = planFault(fault, parameters);
      return { id: idOf(fault, index), kind: kind.kind, fields };
    });
  }

  run(spec: RunSpec, pace: Pace, tell: Tell): void {
    this.pace = pace;
    this.host = undefined;
    this.wakeUp();
    try {
      refuseOtherEngine(spec);
      checkSpec(spec, scenarios);
      const live = new LiveRun(spec, scenarios);
      this.host = { spec, live, tell, isEnded: false, isPreparing: false };
    } catch (error) {
      void tell({ kind: "failed", sentence: sentenceOf(error) });
      return;
    }
    void this.drive(this.host);
  }

  setPace(pace: Pace): void {
    this.pace = pace;
    this.wakeUp();
  }

  stop(): void {
    this.hosted().live.giveUp();
    this.setPace({ speed: Infinity, isPaused: false });
  }

  stateAt(atUs: number): Promise<ClusterState> {
    return this.look((live) => live.stateAt(atUs));
  }

  // oxlint-disable-next-line max-params -- crosses to another thread: an object would be one more thing to agree on
  keysAt(atUs: number, node: string, text: string, from: number, count: number): Promise<KeyPage> {
    return this.look((live) => live.keysAt(atUs, node, { text, from, count }));
  }

  ask(atUs: number, node: string, line: string): Promise<ConsoleAnswer> {
    return this.look((live) => live.ask(atUs, node, line));
  }

  explain(operation: number): Promise<Explanation> {
    return this.look((live) => live.explain(operation));
  }

  copiesOf(entry: EntryName): Promise<CopyHistory> {
    return this.look((live) => live.copiesOf(entry));
  }

  compareWith(other: RunSpec): Promise<Comparison> {
    const { firstDifference: found } = compare(this.hosted().spec, other, scenarios);
    if (found === undefined) return Promise.resolve({ firstDifference: undefined });
    const { atUs, event, left, right } = found;
    return Promise.resolve({ firstDifference: { atUs, event, ours: left, theirs: right } });
  }

  perfetto(): Promise<Uint8Array> {
    const trace = perfettoTrace(filmViewOf(this.hosted().live));
    return Promise.resolve(transfer(trace, [trace.buffer as ArrayBuffer]));
  }

  shiviz(fromUs: number, untilUs: number): Promise<string> {
    return Promise.resolve(shivizLog(filmViewOf(this.hosted().live), { fromUs, untilUs }));
  }

  otlp(fromUs: number, untilUs: number): Promise<string> {
    return Promise.resolve(otlpTraces(filmViewOf(this.hosted().live), { fromUs, untilUs }));
  }

  /** A look moves worlds from their places: they are replaced behind the answer. */
  private look<Answer>(at: (live: LiveRun) => Answer): Promise<Answer> {
    const host = this.hosted();
    const answer = at(host.live);
    void this.prepare(host);
    return Promise.resolve(answer);
  }

  private hosted(): Host {
    if (this.host === undefined) throw new Error("no run was begun: choose a scenario and run it");
    return this.host;
  }

  /** From the beginning to the end, or until another run takes its place. */
  private async drive(host: Host): Promise<void> {
    const { live, tell } = host;
    const isCurrent = (): boolean => this.host === host;
    const beganMs = performance.now();
    try {
      await tell({ kind: "started", places: live.places, outline: outlineOf(live) });
      const run = await this.goOn(host, isCurrent);
      if (run === undefined) return;
      tellEnd(host, run, performance.now() - beganMs);
    } catch (error) {
      if (isCurrent()) void tell({ kind: "failed", sentence: sentenceOf(error) });
      return;
    }
    // Behind the try, so that nothing holds on to the run, which is as large as its history.
    host.isEnded = true;
    await this.prepare(host);
  }

  /** Brings the worlds of time travel to their places, in idle time. */
  private async prepare(host: Host): Promise<void> {
    if (!host.isEnded || host.isPreparing) return;
    host.isPreparing = true;
    do await turn();
    while (this.host === host && host.live.prepare(SLICE_EVENTS));
    host.isPreparing = false;
  }

  /** The finished run; undefined if another took its place. */
  private async goOn({ live, tell }: Host, isCurrent: () => boolean): Promise<Run | undefined> {
    let beforeMs = performance.now();
    let tellMs = beforeMs + TELL_EVERY_MS;
    while (isCurrent()) {
      const { speed, isPaused } = this.pace;
      const nowMs = performance.now();
      // No time may have passed, and endless times nothing is no number.
      const passedUs = (nowMs - beforeMs) * US_PER_MS;
      const dueUs = speed === Infinity ? Infinity : Math.floor(live.nowUs + speed * passedUs);
      beforeMs = nowMs;
      const run = isPaused ? undefined : live.advance(dueUs, SLICE_EVENTS);
      if (run !== undefined) return run;
      if (nowMs >= tellMs && !isPaused) {
        tellProgress(live, tell);
        // Of a long run there is much to tell: it is told less often, so that the run still goes on.
        const tookMs = performance.now() - nowMs;
        tellMs = nowMs + Math.max(TELL_EVERY_MS, TELL_SHARE * tookMs);
      }
      if (isPaused) await this.paceChange();
      else if (speed === Infinity) await turn();
      else await sleep(TICK_MS);
      if (isPaused) beforeMs = performance.now();
    }
    return undefined;
  }

  private paceChange(): Promise<void> {
    return new Promise((resolve) => {
      this.wakeUp = resolve;
    });
  }
}

function outlineOf(live: LiveRun): Outline {
  return { ...live.outline(), promises };
}

function tellProgress(live: LiveRun, tell: Tell): void {
  const chunk = live.camera.take();
  const news: RunNews = { kind: "progress", outline: outlineOf(live), chunk };
  void tell(transfer(news, buffersOf(chunk)));
}

function tellEnd({ live, tell }: Host, run: Run, tookMs: number): void {
  const chunk = live.camera.take();
  const report = reportOf(run);
  const outline: Outline = { ...live.outline(), promises };
  const { replay } = report;
  const moments = storyOf(run);
  const news: RunNews = { kind: "ended", outline, chunk, report, moments, replay, tookMs };
  void tell(transfer(news, buffersOf(chunk)));
}

function buffersOf(chunk: FilmChunk): ArrayBuffer[] {
  const { texts: _, ...tables } = chunk;
  return Object.values(tables).flatMap((table: object) =>
    Object.values(table).map((column: { readonly buffer: ArrayBuffer }) => column.buffer),
  );
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Lets the worker hear the page: a message to itself comes behind those that wait, and unlike a timer costs nothing. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(undefined);
  });
}

function sleep(forMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, forMs);
  });
}

/** A run with a planted bug is another run without it, and the other way round. */
function refuseOtherEngine({ mutant = "" }: RunSpec): void {
  if (mutant === plantedBug) return;
  const told = (bug: string): string =>
    bug === "" ? "no planted bug" : `the planted bug "${bug}"`;
  throw new RangeError(
    `the run is of an engine with ${told(mutant)}, and this one has ${told(plantedBug)}`,
  );
}
