/**
 * The main path of a simulation: builds a cluster from a scenario and a seed, lets it elect, loads it, breaks it, heals it, asks it to
 * prove that it lives, and returns what happened. A run is a pure function of code, scenario, overrides and seed.
 */
import type { ClusterLayout, NodeId, Random } from "../engine/contract.ts";
import {
  countOperations,
  findUnavailability,
  judgeAvailability,
  summariseLatencies,
} from "./checker/availability.ts";
import { Checks, type ChecksOptions } from "./checker/checks.ts";
import {
  judgeExpectations,
  planExpectations,
  type PlannedExpectation,
} from "./checker/expectations.ts";
import type { Observer } from "./checker/observer.ts";
import type { ClientEvents, ClientHost } from "./clients/clientHost.ts";
import { Clients } from "./clients/clients.ts";
import type { ClientObserver } from "./clients/shardLoad.ts";
import { Cluster } from "./cluster.ts";
import { worldBeginsUnixUs } from "./clock.ts";
import { CLIENT_TIMER } from "./events.ts";
import { Infrastructure } from "./infrastructure.ts";
import { Kernel, type KernelListener } from "./kernel.ts";
import { layoutOf } from "./layout.ts";
import type { Machine } from "./machine.ts";
import { planFault } from "./nemesis/registry.ts";
import { NemesisRunner } from "./nemesis/runner.ts";
import { Probes } from "./probe.ts";
import type { CheckResult, CheckVerdict, NodeInfo, Run, RunVerdict } from "./run.ts";
import type { Parameters, Scenario } from "./scenario.ts";
import { settingsOf, type Settings } from "./settings.ts";
import { Timeline } from "./timeline.ts";
import type { ExecutedEvent, RecorderOptions } from "./trace/recorder.ts";
import { eventKinds, type EventKind, type TraceEvent } from "./trace/vocabulary.ts";

const MS = 1000;
const BOOT_LIMIT_US = 20_000 * MS;
/** After the first elections, before the load: logs move near their primaries. */
const SETTLE_US = 500 * MS;
const CONVERGE_LIMIT_US = 40_000 * MS;
const SERVE_FRESH_US = 1000 * MS;
const ANSWER_LIMIT_US = 30_000 * MS;
/** How often the world asks whether a phase is over. */
const POLL_US = 5 * MS;

export interface RunOptions extends RecorderOptions {
  /** Takes the place of the checks. */
  readonly observer?: Observer;
}

export interface Simulated {
  readonly run: Run;
  /** The events of `eventWindow`, empty without one. */
  readonly executed: readonly ExecutedEvent[];
}

/** Throws RangeError on parameters or faults that make no sense, and on a failure of the harness itself. */
export function runScenario(
  scenario: Scenario,
  overrides: Parameters,
  seed: number,
  options: RunOptions,
): Simulated {
  const world = new World(scenario, overrides, seed, options);
  const run = world.run();
  return { run, executed: world.kernel.recorder.executed };
}

/** Everything from this kind on is recorded in a full trace only. */
const FIRST_FULL_KIND: EventKind = "message.sent";
const fullKinds: ReadonlySet<EventKind> = new Set(
  eventKinds.slice(eventKinds.indexOf(FIRST_FULL_KIND)),
);

class World implements KernelListener {
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
  private loadedUs = 0;
  private order = 0;
  /** Set when the run may not go on. */
  private stopped: CheckResult | undefined = undefined;

  constructor(scenario: Scenario, overrides: Parameters, seed: number, options: RunOptions) {
    const settings = settingsOf(scenario, overrides);
    this.scenario = scenario;
    this.settings = settings;
    this.expectations = planExpectations(scenario.expect, settings.parameters);
    this.seed = seed;
    const checks = new Checks(checksOptions(scenario, settings));
    this.checks = options.observer === undefined ? checks : undefined;
    this.observer = options.observer ?? checks;
    this.kernel = new Kernel({ ...options, ...settings, seed }, this);
    const layout = layoutOf(settings.shards, settings.replicas);
    const { timing, parameters } = settings;
    const clusterOptions = { layout, timing, monitorZone: "a" };
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
    this.nemesis = new NemesisRunner(
      this.kernel,
      this.cluster,
      this.infrastructure,
      faults,
      (order) => this.probes.begin(order),
    );
    const stream = (name: string): Random => this.kernel.streams.stream(name);
    const clientsOptions = { ...settings, layout, stream };
    this.clients = new Clients(clientsOptions, this.clientHost(), this.clientObserver());
    this.kernel.onClientTimer = (token) => this.clients.onTimer(token);
    this.kernel.clientStreams.events = this.streamEvents();
    this.kernel.recorder.onEvent = (event) => this.traced(event);
  }

  /** The phases in order. */
  run(): Run {
    const { kernel } = this;
    const { recorder } = kernel;
    recorder.trace(0, "", "run.started", -1, -1, this.seed, this.scenario.name);
    try {
      this.boot();
      if (this.goesOn()) this.load();
      if (this.goesOn()) this.heal();
      if (this.goesOn()) this.proveLife();
    } catch (error) {
      this.stopped = this.failureOf(error);
    }
    const why = this.stopped?.sentence ?? this.observer.violation?.sentence ?? "horizon reached";
    recorder.trace(kernel.nowUs, "", "run.ended", -1, -1, -1, why);
    recorder.checkpoint(kernel.nowUs);
    this.timeline.finish(kernel.nowUs);
    return this.result();
  }

  /** Until every shard has a primary that serves and every node has caught up with its log. */
  private boot(): void {
    this.cluster.formatDisks();
    this.infrastructure.startAll();
    const why = this.runUntilConverged(BOOT_LIMIT_US);
    if (why !== undefined) return this.stuck(`the new cluster did not come up: ${why}`);
    this.runTo(this.kernel.nowUs + SETTLE_US);
  }

  private load(): void {
    const { kernel } = this;
    this.loadedUs = kernel.nowUs;
    kernel.recorder.trace(kernel.nowUs, "", "run.loaded", -1, -1, -1, "");
    this.clients.start();
    this.nemesis.start(this.loadedUs);
    this.runTo(this.loadedUs + this.settings.horizonUs);
  }

  private heal(): void {
    const { kernel } = this;
    this.nemesis.heal();
    kernel.recorder.trace(kernel.nowUs, "", "run.healed", -1, -1, -1, "");
  }

  /** Liveness in three steps: converge, serve fresh operations, converge again and read every key that was ever written. */
  private proveLife(): void {
    let why = this.runUntilConverged(CONVERGE_LIMIT_US);
    if (why !== undefined) return this.stuck(`after all faults had ended: ${why}`);
    this.runTo(this.kernel.nowUs + SERVE_FRESH_US);
    this.clients.stop();
    this.probes.stop();
    if (!this.runUntil(ANSWER_LIMIT_US, () => this.clients.isIdle))
      return this.stuck("operations offered after the faults were never answered");
    why = this.runUntilConverged(CONVERGE_LIMIT_US);
    if (why !== undefined) return this.stuck(`after the load had ended: ${why}`);
    this.clients.scan();
    if (!this.runUntil(ANSWER_LIMIT_US, () => this.clients.isIdle))
      return this.stuck("the final scan was never answered");
    this.cluster.lookAtAll();
  }

  /** Undefined once converged; else what was missing when the time was up. */
  private runUntilConverged(limitUs: number): string | undefined {
    const tails = this.cluster.tails();
    let why: string | undefined = "";
    this.runUntil(limitUs, () => {
      why = this.cluster.whyNotConverged(tails);
      return why === undefined;
    });
    return this.goesOn() ? why : undefined;
  }

  /** Runs until the condition holds; false if the time was up first. */
  private runUntil(limitUs: number, isOver: () => boolean): boolean {
    const endUs = this.kernel.nowUs + limitUs;
    while (this.goesOn()) {
      if (isOver()) return true;
      if (this.kernel.nowUs >= endUs) return false;
      this.runTo(Math.min(endUs, this.kernel.nowUs + POLL_US));
    }
    return true;
  }

  private runTo(untilUs: number): void {
    const { kernel, observer } = this;
    while (kernel.runOne(untilUs)) {
      if (observer.violation !== undefined || this.stopped !== undefined) return;
    }
  }

  private goesOn(): boolean {
    return this.stopped === undefined && this.observer.violation === undefined;
  }

  private stuck(sentence: string): void {
    this.stopped = {
      name: "liveness",
      verdict: "stuck",
      examined: this.kernel.steps,
      unit: "steps",
      sentence,
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
    if (!fullKinds.has(event.kind)) this.observer.traced(event);
  }

  // What the clients ask.

  private clientHost(): ClientHost {
    const { kernel } = this;
    const { clientStreams, scheduler } = kernel;
    return {
      nowUs: () => scheduler.nowUs,
      unixMs: () => Math.floor((worldBeginsUnixUs + scheduler.nowUs) / MS),
      nextOrder: () => {
        this.order += 1;
        return this.order;
      },
      schedule: (atUs, token) => {
        const dueUs = Math.max(scheduler.nowUs, Math.ceil(atUs));
        scheduler.schedule(dueUs, CLIENT_TIMER, token, 0, undefined);
      },
      connect: (node) => clientStreams.connect(node),
      send: (connection, bytes) => clientStreams.send(connection, bytes),
      close: (connection) => clientStreams.closeFromClient(connection),
    };
  }

  private clientObserver(): ClientObserver {
    const { observer, kernel } = this;
    const { recorder } = kernel;
    return {
      operationInvoked: (operation) => {
        if (recorder.isFull) {
          const { node, shard, id, input } = operation;
          recorder.trace(kernel.nowUs, node, "client.invoked", shard, -1, id, input.f);
        }
        observer.operationInvoked(operation);
      },
      operationCompleted: (operation) => {
        if (recorder.isFull) {
          const { node, shard, id, outcome } = operation;
          recorder.trace(kernel.nowUs, node, "client.completed", shard, -1, id, outcome);
        }
        observer.operationCompleted(operation);
      },
      repliesDisordered: (nowUs, node, sentence) =>
        observer.repliesDisordered(nowUs, node, sentence),
      redirectedToItself: (nowUs, node, request) =>
        observer.redirectedToItself(nowUs, node, request),
      pipelineAnswered: () => observer.pipelineAnswered(),
      primaryLearnt: (nowUs, shard, node) =>
        recorder.trace(nowUs, "clients", "client.failover", shard, -1, -1, node),
    };
  }

  private streamEvents(): ClientEvents {
    const { clients, probes } = this;
    return {
      onTimer: (token) => clients.onTimer(token),
      onConnected: (connection) => {
        if (!probes.owns(connection)) clients.onConnected(connection);
      },
      onBytes: (connection, bytes, sentUs) => {
        if (probes.owns(connection)) probes.onBytes(connection, bytes);
        else clients.onBytes(connection, bytes, sentUs);
      },
      onClosed: (connection) => {
        if (probes.owns(connection)) probes.onClosed(connection);
        else clients.onClosed(connection);
      },
    };
  }

  // What is left of it all.

  private result(): Run {
    const { kernel, settings, scenario, checks } = this;
    const endUs = kernel.nowUs;
    const { offered, history } = this.clients;
    // A run that stopped at a violation never came to prove its life.
    const wasProved = this.observer.violation === undefined;
    const results = this.observer
      .finish(endUs)
      .filter((result) => wasProved || result.name !== "liveness");
    if (this.stopped !== undefined) addStop(results, this.stopped);
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
      trace: kernel.recorder.events,
      loadedUs: this.loadedUs,
      simulatedUs: endUs,
      events: kernel.recorder.count,
      steps: kernel.steps,
      digest: kernel.recorder.digest.toString(),
      checkpoints: kernel.recorder.checkpoints,
      messagesDropped: this.cluster.messagesDropped(),
    };
    // A run that was stopped offered no more: its availability and figures say nothing.
    if (this.goesOn()) {
      const staleReads = checks?.staleReads().length ?? 0;
      const leaseOverlaps = checks?.leaseOverlaps().length ?? 0;
      results.push(judgeAvailability(operations));
      results.push(...judgeExpectations(this.expectations, { ...run, staleReads, leaseOverlaps }));
    }
    return { ...run, verdict: verdictOf(results) };
  }
}

function nodeInfos(kernel: Kernel): NodeInfo[] {
  const infos: NodeInfo[] = [];
  for (const { name, kind, zone, shard } of kernel.machines)
    if (kind !== "clients") infos.push({ node: name, kind, zone, shard });
  return infos;
}

/** A stop takes the place of the check of the same name, keeping what that one found out. */
function addStop(results: CheckResult[], stop: CheckResult): void {
  const index = results.findIndex((result) => result.name === stop.name);
  const found = results[index];
  if (found === undefined) {
    results.push(stop);
    return;
  }
  const reasons = found.verdict === "stuck" ? (found.details ?? [found.sentence]) : [];
  results[index] = { ...stop, examined: found.examined, unit: found.unit, details: reasons };
}

/** Wall clocks may be off by their skew and by every jump that a fault makes. */
function checksOptions(scenario: Scenario, settings: Settings): ChecksOptions {
  let wallSkewMs = settings.wallSkewMs;
  for (const spec of scenario.nemesis) {
    const { kind, fields } = planFault(spec, settings.parameters);
    if (kind.kind === "clockJump") wallSkewMs += Math.abs(Number(fields["byMs"]));
  }
  return {
    budget: scenario.budget,
    commitRule: settings.timing.commitRule,
    epochUnixMs: worldBeginsUnixUs / MS,
    wallSkewMs,
  };
}

function nodesOf(layout: ClusterLayout, shard: number): NodeId[] {
  const nodes: NodeId[] = [];
  for (const node of layout.databaseNodes) if (node.shard === shard) nodes.push(node.nodeId);
  return nodes;
}

/** The worst of all checks, in the order that RunVerdict gives. */
function verdictOf(checks: readonly CheckResult[]): RunVerdict {
  const has = (verdict: CheckVerdict): boolean => checks.some((check) => check.verdict === verdict);
  if (has("violation")) return "violation";
  if (has("nothing examined")) return "harness";
  if (has("stuck")) return "stuck";
  if (has("missed")) return "missed";
  if (has("unknown")) return "undecided";
  return "ok";
}
