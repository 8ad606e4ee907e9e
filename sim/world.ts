// oxlint-disable max-lines -- the lines below say why
/**
 * The main path of a simulation: builds a cluster from a scenario and a seed, lets it elect, loads it, breaks it, heals it, asks it to
 * prove that it lives, and returns what happened. A run is a pure function of code, scenario, overrides and seed.
 * It is long because the phases of a run are read in one sitting here.
 */
import { assert } from "../engine/assert.ts";
import type { ClusterLayout, NodeId, Random } from "../engine/contract.ts";
import {
  countOperations,
  findUnavailability,
  judgeAvailability,
  summariseLatencies,
} from "./checker/availability.ts";
import { Checks } from "./checker/checks.ts";
import {
  judgeExpectations,
  planExpectations,
  type PlannedExpectation,
} from "./checker/expectations.ts";
import type { Observer } from "./checker/observer.ts";
import { countLeaderChanges } from "./checker/leaderChanges.ts";
import { signatureOf } from "./checker/signature.ts";
import { clientHostOf } from "./clientHost.ts";
import { Clients } from "./clients/clients.ts";
import { Cluster } from "./cluster.ts";
import { ClusterTopology } from "./clusterTopology.ts";
import { Infrastructure } from "./infrastructure.ts";
import { Kernel, type KernelListener } from "./kernel.ts";
import { layoutOf } from "./layout.ts";
import { Listeners } from "./listeners.ts";
import { Cachers } from "./cachers.ts";
import { NodeRequests } from "./live/nodeRequests.ts";
import type { Outline } from "./live/outline.ts";
import type { Machine } from "./machine.ts";
import { planFault } from "./nemesis/registry.ts";
import { NemesisRunner } from "./nemesis/runner.ts";
import { Probes } from "./probe.ts";
import type { CheckResult, NodeInfo, Run } from "./run.ts";
import type { Parameters, Scenario } from "./scenario.ts";
import { settingsOf, type Settings } from "./settings.ts";
import type { DrawnDecisions, MissingDecision } from "./decisions.ts";
import type { Branch } from "./random.ts";
import { Timeline } from "./timeline.ts";
import type { ExecutedEvent, RecorderOptions } from "./trace/recorder.ts";
import { eventKinds, type EventKind, type TraceEvent } from "./trace/vocabulary.ts";
import { verdictOf } from "./verdict.ts";
import { addStop, checksOptions } from "./worldChecks.ts";
import { clientObserverOf, onlookerHostOf, streamEventsOf } from "./worldClients.ts";

const MS = 1000;
const BOOT_LIMIT_US = 20_000 * MS;
const CONVERGE_LIMIT_US = 40_000 * MS;
/** Long enough for lost machines to be replaced; a cluster that may stop for ever need not be watched for long. */
const CONVERGE_OVER_LIMIT_US = 20_000 * MS;
const ANSWER_LIMIT_US = 30_000 * MS;
/** How often the world asks whether a phase is over. */
const POLL_US = 5 * MS;

export interface RunOptions extends RecorderOptions {
  /** Takes the place of the checks. */
  readonly observer?: Observer;
  /** Decisions of an earlier run, to be taken again. */
  readonly recorded?: DrawnDecisions;
  /** Keeps every decision, for `Simulated.decisions`. */
  readonly keepsDrawn?: boolean;
  readonly branch?: Branch;
  /** A run that has come so far without a violation is ended, with no judgement of its liveness. */
  readonly giveUpAtUs?: number;
}

/** What a run decided, and how that agrees with what had been recorded. */
export interface DecisionReport {
  /** Sources that decided something. */
  readonly used: readonly string[];
  /** Empty unless they were to be kept. */
  readonly drawn: DrawnDecisions;
  readonly firstMissing: MissingDecision | undefined;
  /** By source: how many recorded decisions nobody asked for. */
  readonly unused: ReadonlyMap<string, number>;
}

export interface Simulated {
  readonly run: Run;
  /** The events of `eventWindow`, empty without one. */
  readonly executed: readonly ExecutedEvent[];
  readonly decisions: DecisionReport;
}

/** Throws RangeError on parameters or faults that make no sense, and on a failure of the harness itself. */
export function runScenario(
  scenario: Scenario,
  overrides: Parameters,
  seed: number,
  options: RunOptions,
): Simulated {
  const world = new World(scenario, overrides, seed, options);
  const run = world.advance(Infinity, Infinity);
  assert(run !== undefined, "a run with no bound comes to its end");
  const { decisions, recorder } = world.kernel;
  const { firstMissing } = decisions;
  const report = {
    used: decisions.used(),
    drawn: decisions.drawn(),
    firstMissing,
    unused: decisions.unused(),
  };
  return { run, executed: recorder.executed, decisions: report };
}

/** Everything from this kind on is recorded in a full trace only. */
const FIRST_FULL_KIND: EventKind = "message.sent";
const fullKinds: ReadonlySet<EventKind> = new Set(
  eventKinds.slice(eventKinds.indexOf(FIRST_FULL_KIND)),
);

/** A stretch of a run that pauses where it is told to. */
type Course = Generator<undefined, void, undefined>;

/** How far a run has come. */
export type Phase = "boot" | "load" | "proof" | "ended";

export class World implements KernelListener {
  phase: Phase = "boot";
  readonly kernel: Kernel;
  readonly cluster: Cluster;
  private readonly scenario: Scenario;
  private readonly settings: Settings;
  private readonly expectations: readonly PlannedExpectation[];
  private readonly seed: number;
  private readonly checks: Checks | undefined;
  private readonly observer: Observer;
  private readonly timeline: Timeline = new Timeline();
  private readonly infrastructure: Infrastructure;
  private readonly clients: Clients;
  private readonly nemesis: NemesisRunner;
  private readonly probes: Probes;
  private readonly requests: NodeRequests;
  private readonly listeners: Listeners;
  private readonly cachers: Cachers;
  private loadedUs = 0;
  /** Set when the run may not go on. */
  private stopped: CheckResult | undefined = undefined;
  private giveUpAtUs: number;
  /** Where the course pauses: at a time, or after so many events. */
  private holdAtUs = Infinity;
  private eventsLeft = Infinity;
  private readonly course: Generator<undefined, Run, undefined>;
  private finished: Run | undefined = undefined;

  constructor(scenario: Scenario, overrides: Parameters, seed: number, options: RunOptions) {
    const settings = settingsOf(scenario, overrides);
    this.scenario = scenario;
    this.settings = settings;
    this.expectations = planExpectations(scenario.expect, settings.parameters);
    this.seed = seed;
    this.observer = options.observer ?? new Checks(checksOptions(scenario, settings));
    this.checks = this.observer instanceof Checks ? this.observer : undefined;
    this.giveUpAtUs = options.giveUpAtUs ?? Infinity;
    const edits = scenario.decisions ?? [];
    this.kernel = new Kernel({ ...options, ...settings, edits, seed }, this);
    const layout = layoutOf(settings.shards, settings.replicas);
    const { timing, parameters, sharesEntries } = settings;
    const maxmemory = { bytes: settings.maxmemoryBytes, policy: settings.maxmemoryPolicy };
    const scripts = { slowness: settings.scriptSlowness, busyAfterMs: settings.busyAfterMs };
    const clusterOptions = {
      layout,
      timing,
      monitorZone: "a",
      maxmemory,
      scripts,
      sharesEntries,
    };
    this.cluster = new Cluster(this.kernel, clusterOptions, this.observer, this.timeline);
    this.infrastructure = new Infrastructure(
      this.kernel,
      (machine, incarnation) => this.cluster.makeProgram(machine, incarnation),
      {
        machineStarted: () => {},
        machineStopped: (machine) => this.cluster.stopped(machine),
      },
    );
    const faults = scenario.nemesis.map((spec) => planFault(spec, parameters));
    this.probes = new Probes(this.kernel, settings.shards, (shard) => nodesOf(layout, shard));
    const topology = new ClusterTopology(this.cluster);
    const { kernel, cluster, infrastructure } = this;
    const faulted = { kernel, cluster, infrastructure, topology };
    this.nemesis = new NemesisRunner(faulted, faults, (order) => this.probes.begin(order));
    this.requests = new NodeRequests(kernel, scenario.requests ?? []);
    this.listeners = new Listeners(onlookerHostOf(kernel), this.observer, layout);
    this.cachers = new Cachers(onlookerHostOf(kernel), this.observer, layout);
    const stream = (name: string): Random => this.kernel.streams.stream(name);
    const { operations } = scenario;
    const clientsOptions = { ...settings, operations, layout, stream };
    this.clients = new Clients(
      clientsOptions,
      clientHostOf(this.kernel),
      clientObserverOf(this.kernel, this.observer, this.cachers),
    );
    this.kernel.onClientTimer = (token) => this.clients.onTimer(token);
    const { clients, probes, requests, listeners, cachers } = this;
    const onlookers = { probes, requests, listeners, cachers };
    kernel.clientStreams.events = streamEventsOf(clients, onlookers);
    this.kernel.recorder.onEvent = (event) => this.traced(event);
    this.course = this.run();
  }

  /**
   * Goes on until everything due by `untilUs` has happened, but for no more than so many events. Returns the finished run once it
   * has come to its end, for which the bound must lie beyond it. A run that is cut into pieces is the same run.
   */
  advance(untilUs: number, maxEvents: number): Run | undefined {
    if (this.finished !== undefined) return this.finished;
    this.holdAtUs = untilUs;
    this.eventsLeft = maxEvents;
    const step = this.course.next();
    if (step.done === true) this.finished = step.value;
    return this.finished;
  }

  /** What has come of it so far. */
  outline(): Outline {
    const { kernel, scenario, settings, seed, loadedUs, nemesis, probes } = this;
    const { nowUs } = kernel;
    const { name, story, budget } = scenario;
    const { parameters, overrides } = settings;
    return {
      scenario: name,
      story,
      budget,
      seed,
      parameters,
      overrides,
      loadedUs,
      nodes: nodeInfos(kernel),
      ...this.timeline.soFar(nowUs),
      faults: nemesis.soFar(nowUs),
      unavailability: findUnavailability(this.clients.offered, nowUs),
      failovers: [...probes.failovers],
      simulatedUs: nowUs,
      events: kernel.recorder.count,
    };
  }

  /** The next call of `advance` ends the run where it stands, with no judgement of its liveness. */
  giveUp(): void {
    this.giveUpAtUs = this.kernel.nowUs;
  }

  /** The phases in order. */
  private *run(): Generator<undefined, Run, undefined> {
    const { kernel } = this;
    const { recorder } = kernel;
    recorder.trace(0, "", "run.started", -1, -1, this.seed, this.scenario.name);
    try {
      yield* this.boot();
      if (this.goesOn()) yield* this.load();
      if (this.goesOn()) this.heal();
      if (this.goesOn()) yield* this.proveLife();
    } catch (error) {
      this.stopped = this.failureOf(error);
    }
    const atEnd = this.gaveUp ? "given up" : "horizon reached";
    const why = this.stopped?.sentence ?? this.observer.violation?.sentence ?? atEnd;
    recorder.trace(kernel.nowUs, "", "run.ended", -1, -1, -1, why);
    recorder.checkpoint(kernel.nowUs);
    this.timeline.finish(kernel.nowUs);
    this.phase = "ended";
    return this.result();
  }

  /** Until every shard has a primary that serves and every node has caught up with its log. */
  private *boot(): Course {
    this.cluster.formatDisks();
    this.infrastructure.startAll();
    const why = yield* this.runUntilConverged(BOOT_LIMIT_US);
    if (why !== undefined) return this.stuck(`the new cluster did not come up: ${why}`);
    yield* this.runTo(this.kernel.nowUs + this.settings.settleUs);
  }

  private *load(): Course {
    const { kernel } = this;
    this.phase = "load";
    this.loadedUs = kernel.nowUs;
    kernel.recorder.trace(kernel.nowUs, "", "run.loaded", -1, -1, -1, "");
    if (this.settings.listeners > 0) this.listeners.start();
    if (this.settings.cachers > 0) this.cachers.start();
    this.clients.start();
    this.nemesis.start(this.loadedUs);
    this.requests.start(this.loadedUs);
    yield* this.runTo(this.loadedUs + this.settings.horizonUs);
  }

  private heal(): void {
    const { kernel } = this;
    this.phase = "proof";
    this.nemesis.heal();
    kernel.recorder.trace(kernel.nowUs, "", "run.healed", -1, -1, -1, "");
    this.clients.offerFresh();
  }

  /** Liveness in three steps: converge, serve fresh operations, converge again and read every key that was ever written. */
  private *proveLife(): Course {
    const isOver = this.scenario.budget === "over";
    let why = yield* this.runUntilConverged(isOver ? CONVERGE_OVER_LIMIT_US : CONVERGE_LIMIT_US);
    if (why !== undefined) return this.stuck(`after all faults had ended: ${why}`);
    this.clients.offerProof();
    yield* this.runTo(this.kernel.nowUs + this.settings.freshUs);
    this.clients.stop();
    this.probes.stop();
    const isProven = (): boolean => this.clients.proves() && this.clients.isIdle;
    if (!(yield* this.runUntil(ANSWER_LIMIT_US, isProven)))
      return this.stuck("operations offered after the faults were never answered");
    why = yield* this.runUntilConverged(CONVERGE_LIMIT_US);
    why ??= yield* this.runUntilUsersAgree();
    if (why !== undefined) return this.stuck(`after the load had ended: ${why}`);
    this.clients.scan();
    if (!(yield* this.runUntil(ANSWER_LIMIT_US, () => this.clients.isIdle)))
      return this.stuck("the final scan was never answered");
    why = yield* this.runUntilConverged(CONVERGE_LIMIT_US);
    if (why !== undefined) return this.stuck(`after the final scan: ${why}`);
    this.cluster.lookAtAll();
  }

  /** Undefined once converged; else what was missing when the time was up. */
  private *runUntilConverged(limitUs: number): Generator<undefined, string | undefined, undefined> {
    const tails = this.cluster.tails();
    let why: string | undefined = "";
    yield* this.runUntil(limitUs, () => {
      why = this.cluster.whyNotConverged(tails);
      return why === undefined;
    });
    return this.goesOn() ? why : undefined;
  }

  /** Undefined once the logs of all shards tell the same of every user: what was lost on the way is told again now and then. */
  private *runUntilUsersAgree(): Generator<undefined, string | undefined, undefined> {
    let why: string | undefined;
    yield* this.runUntil(CONVERGE_LIMIT_US, () => {
      why = this.checks?.whyUsersDiffer();
      return why === undefined;
    });
    return this.goesOn() ? why : undefined;
  }

  /** Runs until the condition holds; false if the time was up first. */
  private *runUntil(
    limitUs: number,
    isOver: () => boolean,
  ): Generator<undefined, boolean, undefined> {
    const endUs = this.kernel.nowUs + limitUs;
    while (this.goesOn()) {
      if (isOver()) return true;
      if (this.kernel.nowUs >= endUs) return false;
      yield* this.runTo(Math.min(endUs, this.kernel.nowUs + POLL_US));
    }
    return true;
  }

  private *runTo(untilUs: number): Course {
    while (!this.drive(untilUs)) yield;
  }

  /** False if it paused on the way. A function of its own, since a generator's loop is slow. */
  private drive(untilUs: number): boolean {
    const { kernel, observer } = this;
    const endUs = Math.min(untilUs, this.giveUpAtUs);
    const pauseUs = Math.min(endUs, this.holdAtUs);
    if (this.eventsLeft <= 0 || pauseUs < kernel.nowUs) return false;
    while (kernel.runOne(pauseUs)) {
      if (observer.violation !== undefined || this.stopped !== undefined) return true;
      this.eventsLeft -= 1;
      if (this.eventsLeft <= 0) return false;
    }
    return pauseUs === endUs;
  }

  private goesOn(): boolean {
    return this.stopped === undefined && this.observer.violation === undefined && !this.gaveUp;
  }

  private get gaveUp(): boolean {
    return this.kernel.nowUs >= this.giveUpAtUs;
  }

  /** Over its budget a cluster may stop, if it has a reason that no engine can mend. */
  private stuck(sentence: string): void {
    const why = this.scenario.budget === "over" ? this.cluster.whyMayStop() : undefined;
    this.stopped = {
      name: "liveness",
      verdict: why === undefined ? "stuck" : "expected violation",
      examined: this.kernel.steps,
      unit: "steps",
      sentence: why === undefined ? sentence : `${sentence}; it may stop, since ${why}`,
      atUs: this.kernel.nowUs,
    };
  }

  /** An assertion of the engine is a violation; anything else is a failure of the harness and goes on up. */
  private failureOf(error: unknown): CheckResult {
    const machine = this.kernel.steppingMachine;
    if (machine === undefined || !(error instanceof Error)) throw error;
    return {
      name: "assertions",
      verdict: "violation",
      examined: this.kernel.steps,
      unit: "steps",
      sentence: `${machine.name} broke a promise of its own code: ${error.message}`,
      atUs: this.kernel.nowUs,
    };
  }

  // What the kernel tells.

  afterStep(machine: Machine): void {
    this.cluster.look(machine);
    this.nemesis.noteStep();
  }

  machineExited(machine: Machine): void {
    this.infrastructure.processExited(machine);
  }

  provisionAsked(node: NodeId): void {
    this.infrastructure.provision(node);
  }

  diskSynced(machine: Machine, file: string, offset: number, bytes: Uint8Array): void {
    this.observer.diskSynced(this.kernel.nowUs, machine.name, file, offset, bytes);
  }

  diskRemoved(machine: Machine, file: string): void {
    this.observer.diskRemoved(this.kernel.nowUs, machine.name, file);
  }

  diskChanged(machine: Machine): void {
    this.observer.diskReread(this.kernel.nowUs, machine.name, machine.disk.images());
  }

  private traced(event: TraceEvent): void {
    if (fullKinds.has(event.kind)) return;
    this.observer.traced(event);
    this.kernel.recorder.camera?.traced?.(event);
  }

  // What is left of it all.

  private result(): Run {
    const { kernel, settings, scenario, checks } = this;
    const endUs = kernel.nowUs;
    const { offered, history } = this.clients;
    const { camera } = kernel.recorder;
    for (const operation of history)
      if (operation.outcome === "open") camera?.operationCompleted?.(operation);
    // A run that stopped at a violation never came to prove its life.
    const wasProved = this.observer.violation === undefined && !this.gaveUp;
    const found = this.observer
      .finish(endUs)
      .filter((result) => wasProved || result.name !== "liveness");
    if (this.stopped !== undefined) addStop(found, this.stopped);
    // A cluster that may stop may do so before there was anything to look at.
    const mayStop = this.stopped?.verdict === "expected violation";
    const results = found.filter(({ verdict }) => !mayStop || verdict !== "nothing examined");
    const faults = this.nemesis.records(history, endUs);
    const unavailability = findUnavailability(offered, endUs);
    const operations = countOperations(offered, unavailability, checks?.lost ?? 0);
    const run: Run = {
      scenario: scenario.name,
      story: scenario.story,
      budget: scenario.budget,
      seed: this.seed,
      parameters: settings.parameters,
      overrides: settings.overrides,
      verdict: "ok",
      signature: "",
      checks: results,
      nodes: nodeInfos(kernel),
      roles: this.timeline.roles,
      leases: this.timeline.leases,
      faults,
      unavailability,
      failovers: this.probes.failovers,
      latencies: summariseLatencies(offered, faults),
      operations,
      history,
      load: this.clients.load,
      trace: kernel.recorder.events,
      loadedUs: this.loadedUs,
      simulatedUs: endUs,
      events: kernel.recorder.count,
      steps: kernel.steps,
      digest: kernel.recorder.digest.toString(),
      checkpoints: kernel.recorder.checkpoints,
      messagesDropped: this.cluster.messagesDropped(),
      marks: kernel.recorder.marks.toRecord(),
      leaderChanges: countLeaderChanges(
        this.timeline.roles,
        history,
        (node) => kernel.machine(node).shard,
        this.loadedUs,
      ),
    };
    // A run that was stopped offered no more: its availability and figures say nothing.
    if (this.goesOn()) {
      const staleReads = checks?.staleReads().length ?? 0;
      const leaseOverlaps = checks?.leaseOverlaps().length ?? 0;
      if (scenario.availability !== "measured") results.push(judgeAvailability(operations));
      results.push(...judgeExpectations(this.expectations, { ...run, staleReads, leaseOverlaps }));
    }
    return { ...run, verdict: verdictOf(results), signature: signatureOf(results) };
  }
}

function nodeInfos(kernel: Kernel): NodeInfo[] {
  const infos: NodeInfo[] = [];
  for (const { name, kind, zone, shard } of kernel.machines)
    if (kind !== "clients") infos.push({ node: name, kind, zone, shard });
  return infos;
}

function nodesOf(layout: ClusterLayout, shard: number): NodeId[] {
  const nodes: NodeId[] = [];
  for (const node of layout.databaseNodes) if (node.shard === shard) nodes.push(node.nodeId);
  return nodes;
}
