/**
 * THE MAIN PATH of a scenario on a real cluster: three processes, the simulator's clients on real sockets, real faults at the scenario's times,
 * and the simulator's checker on what the clients were told. What comes of it has the shape of a simulated run.
 */
import type { ClusterLayout } from "../engine/contract.ts";
import {
  countOperations,
  findUnavailability,
  judgeAvailability,
  summariseLatencies,
} from "../sim/checker/availability.ts";
import { tellTimes } from "../sim/checker/describe.ts";
import { judgeExpectations, planExpectations } from "../sim/checker/expectations.ts";
import { signatureOf } from "../sim/checker/signature.ts";
import { Cachers } from "../sim/cachers.ts";
import { Clients } from "../sim/clients/clients.ts";
import type { ClientObserver } from "../sim/clients/shardLoad.ts";
import { Listeners } from "../sim/listeners.ts";
import { Streams } from "../sim/random.ts";
import type { CheckResult, Run } from "../sim/run.ts";
import type { Parameters, Scenario } from "../sim/scenario.ts";
import type { Settings } from "../sim/settings.ts";
import { verdictOf } from "../sim/verdict.ts";
import { wallSkewMsOf } from "../sim/worldChecks.ts";
import { Api } from "./api.ts";
import { ClusterProcess } from "./clusterProcess.ts";
import { freePorts } from "./freePorts.ts";
import { RealChecks } from "./realChecks.ts";
import type { RealFault } from "./realFaults.ts";
import { RealNemesis } from "./realNemesis.ts";
import { planReal } from "./realPlan.ts";
import { RoleWatch } from "./roleWatch.ts";
import { nowUs, SocketHost } from "./socketHost.ts";

const CONVERGE_MS = 90_000;
const ANSWER_MS = 90_000;
const POLL_MS = 50;

/** Figures of a simulated network, disk or log, and facts that only the simulator knows, say nothing of a real cluster. */
const judgedHere: ReadonlySet<string> = new Set([
  "unavailability",
  "plannedFailover",
  "unplannedFailover",
  "replicaReadsDuringFailover",
  "noWritesDuringFault",
  "elections",
  "logElections",
  "demotions",
  "traceHas",
  "faultHadEffect",
]);

export interface RealRunOptions {
  readonly scenario: Scenario;
  readonly overrides: Parameters;
  readonly seed: number;
  /** The server's main file. */
  readonly program: string;
  /** The bug that the cluster is to have (plantedServer.ts), "" for none. */
  readonly plant: string;
  /** Hears what happens as it happens. */
  readonly tell: (text: string) => void;
}

/** Callers have planned it already (realPlan.ts): a scenario that a real cluster cannot be given throws UsageError. */
export async function runReal(options: RealRunOptions): Promise<Run> {
  const { scenario, overrides, seed, program, plant, tell } = options;
  const { settings, faults, options: shape, own } = planReal(scenario, overrides, seed);
  const chaosPortAt = 3 * settings.shards;
  const first = await freePorts(chaosPortAt + 4);
  const chaosPort = first + chaosPortAt;
  const serverOptions = [
    "zones=processes",
    "chaos=yes",
    "bind=127.0.0.1",
    // Clients come from many addresses of this computer (socketHost.ts).
    "protected-mode=no",
    `port=${first}`,
    `cluster-port=${chaosPort + 1}`,
    `chaos-port=${chaosPort}`,
    ...shape,
  ];
  if (own.length > 0) tell(`the real cluster has its own in the place of ${own.join(", ")}`);
  const cluster = await ClusterProcess.start(program, serverOptions, plant);
  try {
    tell(`three processes serve on port ${first}`);
    return await new RealRun(scenario, settings, seed, new Api(chaosPort, ""), tell).run(faults);
  } finally {
    await cluster.stop();
  }
}

class RealRun {
  private readonly scenario: Scenario;
  private readonly settings: Settings;
  private readonly seed: number;
  private readonly api: Api;
  private readonly tell: (text: string) => void;
  private readonly checks: RealChecks;
  private readonly beganUs = nowUs();
  private readonly beganUnixMs = Date.now();

  // oxlint-disable-next-line max-params -- built in one place
  constructor(
    scenario: Scenario,
    settings: Settings,
    seed: number,
    api: Api,
    tell: (text: string) => void,
  ) {
    this.scenario = scenario;
    this.settings = settings;
    this.seed = seed;
    this.api = api;
    this.tell = tell;
    const epochUnixMs = this.beganUnixMs - this.beganUs / 1000;
    this.checks = new RealChecks(scenario.budget, epochUnixMs, wallSkewMsOf(scenario, settings), {
      listen: settings.listeners > 0,
      cache: settings.cachers > 0,
    });
  }

  async run(faults: readonly RealFault[]): Promise<Run> {
    const { settings, checks, api } = this;
    await this.converged();
    const layout = await this.layout();
    const ports = new Map(layout.databaseNodes.map(({ nodeId, port }) => [nodeId, port]));
    const portOf = (node: string): number => ports.get(node) ?? 0;
    const host = new SocketHost(portOf);
    const hosts = [host, new SocketHost(portOf), new SocketHost(portOf)] as const;
    const listeners = new Listeners(hosts[1], checks, layout);
    const cachers = new Cachers(hosts[2], checks, layout);
    hosts[1].events = listeners;
    hosts[2].events = cachers;
    const streams = new Streams(this.seed);
    const { operations } = this.scenario;
    const stream = (name: string): ReturnType<Streams["stream"]> => streams.stream(name);
    const clients = new Clients(
      // Real hosts are as fast as they are: scripts that shall take long do more in their place.
      { ...settings, loopsTimes: settings.scriptSlowness, operations, layout, stream },
      host,
      heardBy(checks, cachers),
    );
    host.events = clients;
    const watch = new RoleWatch(api, (await api.status()).machines);
    const nemesis = new RealNemesis(api, settings.shards, (text) => this.tell(text));
    await pause(settings.settleUs / 1000);
    const loadedUs = nowUs();
    let endUs = loadedUs;
    let stuck: string | undefined;
    try {
      clients.start();
      if (settings.listeners > 0) listeners.start();
      if (settings.cachers > 0) cachers.start();
      nemesis.start(faults);
      await pause(settings.horizonUs / 1000);
      await nemesis.heal();
      clients.offerFresh();
      stuck = await this.proveLife(clients);
    } finally {
      for (const probe of nemesis.probes) probe.stop();
      clients.stop();
      for (const one of hosts) one.closeAll();
      endUs = await watch.stop();
    }
    return this.result(clients, nemesis, watch, { loadedUs, endUs }, stuck);
  }

  /** Undefined if it lives; else what never came. */
  private async proveLife(clients: Clients): Promise<string | undefined> {
    const why = await this.converged();
    if (why !== undefined) return `after all faults had ended: ${why}`;
    clients.offerProof();
    await pause(this.settings.freshUs / 1000);
    clients.stop();
    if (!(await until(ANSWER_MS, () => clients.proves() && clients.isIdle)))
      return "operations offered after the faults were never answered";
    clients.scan();
    if (!(await until(ANSWER_MS, () => clients.isIdle))) return "the final scan was never answered";
    return undefined;
  }

  /** Waits until every shard has a primary that serves, and every other node follows; undefined once that is so. */
  private async converged(): Promise<string | undefined> {
    let why: string | undefined = "";
    await until(CONVERGE_MS, async () => {
      const { machines, zones } = await this.api.status();
      const isAway = zones.find(({ state }) => state !== "running");
      const databases = machines.filter(({ kind }) => kind === "database");
      const odd = databases.find(({ role }) => role !== "primary" && role !== "replica");
      const led = new Set(databases.filter(({ role }) => role === "primary").map((p) => p.shard));
      const isWhole = databases.length === this.settings.shards * (1 + this.settings.replicas);
      if (isAway !== undefined) why = `zone ${isAway.zone} is ${isAway.state}`;
      else if (odd !== undefined) why = `${odd.node} is ${odd.role === "" ? odd.state : odd.role}`;
      else if (!isWhole || led.size < this.settings.shards) why = "a shard has no primary";
      else why = undefined;
      return why === undefined;
    });
    return why;
  }

  private async layout(): Promise<ClusterLayout> {
    const { machines } = await this.api.status();
    const nodes = machines.filter(({ kind }) => kind === "database");
    return {
      clusterId: "",
      shardCount: this.settings.shards,
      databaseNodes: nodes.map(({ node, shard, zone, port }) => ({
        nodeId: node,
        shard,
        zone,
        host: "127.0.0.1",
        hostname: "",
        port,
        tlsPort: 0,
        busPort: 0,
      })),
      logNodes: [],
    };
  }

  // oxlint-disable-next-line max-params -- what a run has left behind
  private result(
    clients: Clients,
    nemesis: RealNemesis,
    watch: RoleWatch,
    { loadedUs, endUs }: { readonly loadedUs: number; readonly endUs: number },
    stuck: string | undefined,
  ): Run {
    const { scenario, settings, checks } = this;
    const { offered, history } = clients;
    const scans = new Set(offered.filter(({ isScan }) => isScan).map(({ id }) => id));
    const results = checks.finish(history, (id) => scans.has(id));
    results.push(liveness(scans.size, stuck, endUs));
    const unavailability = findUnavailability(offered, endUs);
    const faults = nemesis.records((id) => watch.effectsOf(id), offered, unavailability, endUs);
    const operations = countOperations(offered, unavailability, checks.lost);
    const { parameters, overrides } = settings;
    const run: Run = {
      scenario: scenario.name,
      story: scenario.story,
      budget: scenario.budget,
      seed: this.seed,
      parameters,
      overrides,
      verdict: "ok",
      signature: "",
      checks: results,
      nodes: watch.nodes,
      roles: watch.timeline.roles,
      leases: watch.timeline.leases,
      faults,
      unavailability,
      failovers: nemesis.probes.flatMap(({ found }) => found ?? []),
      latencies: summariseLatencies(offered, faults),
      operations,
      history,
      load: clients.load,
      trace: watch.events(),
      epochUnixMs: this.beganUnixMs,
      loadedUs,
      simulatedUs: endUs,
      events: 0,
      steps: 0,
      digest: "",
      checkpoints: [],
      leaderChanges: 0,
      messagesDropped: 0,
      marks: {},
    };
    if (stuck === undefined) {
      if (scenario.availability !== "measured") results.push(judgeAvailability(operations));
      const expected = scenario.expect.filter(({ check }) => judgedHere.has(check));
      const planned = planExpectations(expected, parameters);
      results.push(...judgeExpectations(planned, { ...run, staleReads: 0, leaseOverlaps: 0 }));
    }
    const told = results.map((result) => tellTimes(result, loadedUs));
    const judged = { ...run, checks: told, verdict: verdictOf(told), signature: signatureOf(told) };
    return sinceBegin(judged, this.beganUs);
  }
}

/** Who caches reads what was written. */
function heardBy(checks: RealChecks, cachers: Cachers): ClientObserver {
  return {
    operationInvoked: (operation) => {
      checks.operationInvoked(operation);
      cachers.invoked(operation.input);
    },
    operationCompleted: (operation) => checks.operationCompleted(operation),
    repliesAmiss: (atUs, node, sentence) => checks.repliesAmiss(atUs, node, sentence),
    redirected: () => {},
    pipelineAnswered: () => checks.pipelineAnswered(),
    primaryLearnt: () => {},
  };
}

function liveness(scanned: number, stuck: string | undefined, atUs: number): CheckResult {
  const base = { name: "liveness", examined: scanned, unit: "keys of the final scan" };
  if (stuck !== undefined) return { ...base, verdict: "stuck", sentence: stuck, atUs };
  const sentence = "after the faults every node served or followed, and every key was read";
  return { ...base, verdict: scanned > 0 ? "ok" : "nothing examined", sentence };
}

/** Times count from the run's beginning, as a simulated run's do. */
function sinceBegin(run: Run, beganUs: number): Run {
  const at = (us: number): number => (us < 0 ? us : us - beganUs);
  const span = <Span extends { readonly fromUs: number; readonly untilUs: number }>(one: Span) => ({
    ...one,
    fromUs: at(one.fromUs),
    untilUs: at(one.untilUs),
  });
  return {
    ...run,
    roles: run.roles.map(span),
    leases: run.leases.map(span),
    faults: run.faults.map(span),
    unavailability: run.unavailability.map(span),
    failovers: run.failovers.map((one) => ({
      ...one,
      faultUs: at(one.faultUs),
      firstAckUs: at(one.firstAckUs),
    })),
    history: run.history.map((one) => ({
      ...one,
      dueUs: at(one.dueUs),
      invokedUs: at(one.invokedUs),
      completedUs: at(one.completedUs),
      repliedUs: at(one.repliedUs),
    })),
    trace: run.trace.map((event) => ({ ...event, timeUs: at(event.timeUs) })),
    loadedUs: at(run.loadedUs),
    simulatedUs: at(run.simulatedUs),
  };
}

async function until(limitMs: number, isOver: () => boolean | Promise<boolean>): Promise<boolean> {
  const untilMs = performance.now() + limitMs;
  while (!(await isOver())) {
    if (performance.now() > untilMs) return false;
    await pause(POLL_MS);
  }
  return true;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
