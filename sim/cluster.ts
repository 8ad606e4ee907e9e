// oxlint-disable max-lines -- the lines below say why
/**
 * The machines of a cluster with the engine's state inside, and what an onlooker knows of them: roles, leases, positions.
 * Over 500 lines: one class, whose every part looks at the same machines.
 */
import type { AclFile } from "../engine/access/aclFile.ts";
import { must, unreachable } from "../engine/assert.ts";
import type { ClusterLayout, NodeId } from "../engine/contract.ts";
import { encodeLogTransferAsk } from "../engine/control/messages.ts";
import { createMonitor, stepMonitor } from "../engine/control/monitor.ts";
import type { DatabaseNode } from "../engine/failover/databaseNode.ts";
import {
  createNodeView,
  inspectKeys,
  inspectLibraries,
  inspectNode,
  inspectScriptLoops,
  inspectUsers,
  inspectBlocked,
  inspectIsConnected,
  type NodeView,
} from "../engine/inspect.ts";
import { formatLogDisk } from "../engine/log/diskFormat.ts";
import {
  inspectLog,
  inspectLogCommit,
  inspectLogRole,
  inspectLogTerm,
} from "../engine/log/inspectLog.ts";
import { createLogNode, stepLogNode } from "../engine/log/logNode.ts";
import type { LogNode } from "../engine/log/state.ts";
import { createNode, step, stepAll } from "../engine/node.ts";
import type { Timing } from "../engine/timing.ts";
import type { DatabaseFacts, LogFacts, Observer } from "./checker/observer.ts";
import { LIBRARY_MARK, USER_MARK } from "./checker/log/fold.ts";
import { aclFileText } from "./clients/logins.ts";
import type { Kernel } from "./kernel.ts";
import { modelledFigures } from "./modelledFigures.ts";
import { loopNs } from "./costs.ts";
import { type Maxmemory, maxmemoryParameters } from "./maxmemory.ts";
import type { Machine, Program } from "./machine.ts";
import type { RoleInterval } from "./run.ts";
import type { Timeline } from "./timeline.ts";

const ENGINE_VERSION = 1;
/** Every node's, which nobody can write. */
const aclFile: AclFile = {
  name: "users.acl",
  read: () => ({ text: aclFileText }),
  write: () => false,
};
/** With more shards than this the log nodes' facts are told in rounds and not after every step. */
const SHARDS_TOLD_EACH_STEP = 4;
const LOG_ROUND_US = 100_000;
const SAMPLE_EVERY_US = 500_000;

interface Facts extends DatabaseFacts {
  role: string;
  epoch: number;
  servingUntilUs: number;
  servingUntilLocalUs: number;
  localUs: number;
  appliedPosition: number;
  committedPosition: number;
  sentPosition: number;
}

interface MutableLogFacts extends LogFacts {
  role: string;
  term: number;
  commitIndex: number;
}

export interface DatabaseHost {
  readonly machine: Machine;
  readonly shard: number;
  /** Undefined while no process runs. */
  node: DatabaseNode | undefined;
  readonly view: NodeView;
  /** As told to the observer last. */
  readonly facts: Facts;
  /** The end of the lease on the node's own clock, as told last. */
  servingLocalUs: number;
  lastSampleUs: number;
  /** Clients waited for keys when it was looked at last. */
  hadBlocked: boolean;
}

export interface LogHost {
  readonly machine: Machine;
  node: LogNode | undefined;
  /** By shard. */
  readonly facts: readonly MutableLogFacts[];
  lastRoundUs: number;
}

/** How nodes run scripts. */
export interface ScriptHosting {
  /** A loop takes so many times as long as was measured. */
  readonly slowness: number;
  /** Other clients hear after so long that the node is busy. */
  readonly busyAfterMs: number;
}

export interface ClusterOptions {
  readonly layout: ClusterLayout;
  readonly timing: Timing;
  readonly monitorZone: string;
  readonly maxmemory: Maxmemory;
  readonly scripts: ScriptHosting;
  /** Database nodes take each input as the server gives them several: records of one step share entries. */
  readonly sharesEntries: boolean;
}

export class Cluster {
  readonly layout: ClusterLayout;
  readonly databases: readonly DatabaseHost[];
  readonly logs: readonly LogHost[];
  readonly monitor: Machine;
  private readonly kernel: Kernel;
  private readonly timing: Timing;
  private readonly maxmemory: Maxmemory;
  private readonly scripts: ScriptHosting;
  private readonly sharesEntries: boolean;
  private readonly observer: Observer;
  private readonly timeline: Timeline;
  private readonly databasesByShard: DatabaseHost[][] = [];
  private readonly databaseOf: Map<Machine, DatabaseHost> = new Map();
  private readonly logOf: Map<Machine, LogHost> = new Map();

  constructor(kernel: Kernel, options: ClusterOptions, observer: Observer, timeline: Timeline) {
    this.kernel = kernel;
    this.layout = options.layout;
    this.timing = options.timing;
    this.maxmemory = options.maxmemory;
    this.scripts = options.scripts;
    this.sharesEntries = options.sharesEntries;
    this.observer = observer;
    this.timeline = timeline;
    this.logs = options.layout.logNodes.map((address) => this.addLog(address.nodeId, address.zone));
    this.databases = options.layout.databaseNodes.map((address) => {
      const { nodeId, zone, shard } = address;
      const machine = kernel.addMachine({ name: nodeId, zone, kind: "database", shard });
      timeline.addNode(nodeId, shard);
      const host = newDatabaseHost(machine);
      this.databaseOf.set(machine, host);
      while (this.databasesByShard.length <= shard) this.databasesByShard.push([]);
      this.databasesByShard[shard]?.push(host);
      return host;
    });
    this.monitor = kernel.addMachine({
      name: "monitor",
      zone: options.monitorZone,
      kind: "monitor",
      shard: -1,
    });
  }

  private addLog(nodeId: NodeId, zone: string): LogHost {
    const { kernel } = this;
    const machine = kernel.addMachine({ name: nodeId, zone, kind: "log", shard: -1 });
    this.timeline.addNode(nodeId, -1);
    const facts: MutableLogFacts[] = [];
    for (let shard = 0; shard < this.layout.shardCount; shard++)
      facts.push({ role: "down", term: 0, commitIndex: 0 });
    const host: LogHost = { machine, node: undefined, facts, lastRoundUs: -Infinity };
    this.logOf.set(machine, host);
    return host;
  }

  /** Gives every log node the formatted disk of a new cluster. */
  formatDisks(): void {
    const { clusterId, shardCount } = this.layout;
    for (const host of this.logs) {
      const options = { clusterId, nodeId: host.machine.name, diskIncarnation: 1, shardCount };
      for (const file of formatLogDisk({ ...options, fresh: true }))
        host.machine.disk.install(file.file, file.bytes);
      this.observer.diskReread(0, host.machine.name, host.machine.disk.images());
    }
  }

  /** The engine's machine for a new process. */
  makeProgram(machine: Machine, incarnation: number): Program {
    // By the starts of this machine and not by its incarnation, which counts those of all: a crash elsewhere shifts no stream.
    const random = this.kernel.streams.stream(`node/${machine.name}/${machine.process + 1}`);
    const { layout, timing } = this;
    const nodeId = machine.name;
    switch (machine.kind) {
      case "database": {
        const { zone, shard } = machine;
        const engineVersion = ENGINE_VERSION;
        const { slowness, busyAfterMs } = this.scripts;
        const policies = this.kernel.streams.stream(`policies/${nodeId}/${machine.process + 1}`);
        const config = {
          nodeId,
          zone,
          shard,
          layout,
          incarnation,
          engineVersion,
          timing,
          isClusterMode: true,
          isAlone: false,
          aclFile,
          parameters: new Map([
            ...maxmemoryParameters(this.maxmemory, policies),
            ["busy-reply-threshold", [String(busyAfterMs)]],
          ]),
        };
        const figures = modelledFigures(() => workNs());
        const node = createNode(config, random, figures);
        const workNs = (): number => inspectScriptLoops(node) * loopNs * slowness;
        must(this.databaseOf.get(machine), nodeId).node = node;
        return this.sharesEntries
          ? { step: (now, input, effects) => stepAll(node, now, [input], effects), workNs }
          : { step: (now, input, effects) => step(node, now, input, effects), workNs };
      }
      case "log": {
        const node = createLogNode({ nodeId, zone: machine.zone, layout, timing }, random);
        must(this.logOf.get(machine), nodeId).node = node;
        return { step: (now, input, effects) => stepLogNode(node, now, input, effects) };
      }
      case "monitor": {
        const monitor = createMonitor({ nodeId, layout, timing }, random);
        return { step: (now, input, effects) => stepMonitor(monitor, now, input, effects) };
      }
      case "clients":
        throw new RangeError("clients run no engine");
      default:
        return unreachable(machine.kind);
    }
  }

  /** After a step: tells what changed. */
  look(machine: Machine): void {
    if (machine.kind === "database") this.lookAtDatabase(must(this.databaseOf.get(machine), ""));
    else if (machine.kind === "log") this.lookAtLog(must(this.logOf.get(machine), ""), false);
  }

  private lookAtDatabase(host: DatabaseHost): void {
    const { node, view, facts } = host;
    if (node === undefined) return;
    inspectNode(node, view);
    if (
      view.role !== facts.role ||
      view.epoch !== facts.epoch ||
      view.servingUntilUs !== host.servingLocalUs ||
      view.appliedPosition !== facts.appliedPosition ||
      view.committedPosition !== facts.committedPosition ||
      view.sentPosition !== facts.sentPosition
    ) {
      this.tellDatabase(host);
    }
    const { nowUs } = this.kernel;
    if (view.blockedClients > 0 || host.hadBlocked) this.tellWaiters(host, node);
    if (nowUs - host.lastSampleUs >= SAMPLE_EVERY_US) this.sample(host);
  }

  private tellWaiters(host: DatabaseHost, node: DatabaseNode): void {
    const { machine, view } = host;
    host.hadBlocked = view.blockedClients > 0;
    const { nowUs } = this.kernel;
    const localUs = machine.clock.monotonicAt(nowUs);
    const isConnected = (connection: number): boolean => inspectIsConnected(node, connection);
    const waiters = inspectBlocked(node);
    this.observer.waitersViewed(nowUs, machine.name, waiters, localUs, isConnected);
  }

  private tellDatabase(host: DatabaseHost): void {
    const { machine, view, facts } = host;
    const { nowUs } = this.kernel;
    const hasNewRole = view.role !== facts.role || view.epoch !== facts.epoch;
    if (hasNewRole && (view.role === "primary" || facts.role === "recovering")) this.sample(host);
    facts.role = view.role;
    facts.epoch = view.epoch;
    facts.appliedPosition = view.appliedPosition;
    facts.committedPosition = view.committedPosition;
    facts.sentPosition = view.sentPosition;
    facts.servingUntilLocalUs = view.servingUntilUs;
    facts.localUs = machine.clock.monotonicAt(nowUs);
    if (view.servingUntilUs !== host.servingLocalUs) {
      host.servingLocalUs = view.servingUntilUs;
      facts.servingUntilUs = machine.clock.trueWhen(view.servingUntilUs);
      this.timeline.setLease(machine.name, view.epoch, facts.servingUntilUs, nowUs);
    }
    if (hasNewRole && !machine.isPaused)
      this.timeline.setRole(machine.name, view.role, view.epoch, nowUs);
    this.tellFacts(host);
  }

  private tellFacts(host: DatabaseHost): void {
    const { machine, shard, facts } = host;
    const { nowUs, recorder } = this.kernel;
    this.observer.databaseViewed(nowUs, machine.name, shard, facts);
    const { camera } = recorder;
    camera?.databaseViewed?.(nowUs, machine.index, facts, this.leaseTrulyEndsUs(host));
  }

  /** Shows the observer the keyspace, if it stands at a committed position. */
  sample(host: DatabaseHost): void {
    const { node, view } = host;
    if (node === undefined || view.role === "recovering") return;
    if (view.appliedPosition !== view.committedPosition || view.script === "has written") return;
    host.lastSampleUs = this.kernel.nowUs;
    const { name } = host.machine;
    const position = view.appliedPosition;
    this.observer.stateSampled(this.kernel.nowUs, name, host.shard, position, (visit) => {
      inspectKeys(node, visit);
      inspectLibraries(node, (library, code) =>
        visit(LIBRARY_MARK + library, "library", code, undefined),
      );
      inspectUsers(node, (user, change) => visit(USER_MARK + user, "user", change, undefined));
    });
  }

  private lookAtLog(host: LogHost, isForced: boolean): void {
    const { node } = host;
    if (node === undefined) return;
    const { nowUs, recorder } = this.kernel;
    const { shardCount } = this.layout;
    const isDue = shardCount <= SHARDS_TOLD_EACH_STEP || nowUs - host.lastRoundUs >= LOG_ROUND_US;
    if (!isDue && !isForced) return;
    host.lastRoundUs = nowUs;
    let hasNewRole = false;
    for (let shard = 0; shard < shardCount; shard++) {
      const facts = host.facts[shard] as MutableLogFacts;
      const role = inspectLogRole(node, shard);
      const term = inspectLogTerm(node, shard);
      const commitIndex = inspectLogCommit(node, shard);
      recorder.camera?.logLooked?.(nowUs, host.machine.index, shard, inspectLog(node, shard));
      if (role === facts.role && term === facts.term && commitIndex === facts.commitIndex) continue;
      if (role !== facts.role || term !== facts.term) hasNewRole = true;
      facts.role = role;
      facts.term = term;
      facts.commitIndex = commitIndex;
      this.observer.logViewed(nowUs, host.machine.name, shard, facts);
    }
    if (hasNewRole && !host.machine.isPaused) this.markLogRole(host);
  }

  private markLogRole(host: LogHost): void {
    let role: RoleInterval["role"] = "log follower";
    let term = 0;
    for (const facts of host.facts) {
      if (facts.role === "repairing" || facts.role === "blank") {
        role = "log repairing";
        break;
      }
      if (facts.role === "leader") role = "log leader";
      term = Math.max(term, facts.term);
    }
    this.timeline.setRole(host.machine.name, role, term, this.kernel.nowUs);
  }

  /** A process ended: nobody serves there any more. */
  stopped(machine: Machine): void {
    const { nowUs } = this.kernel;
    this.timeline.setRole(machine.name, "down", 0, nowUs);
    const host = this.databaseOf.get(machine);
    if (host !== undefined && host.facts.role !== "down") {
      host.node = undefined;
      host.facts.role = "down";
      host.servingLocalUs = -Infinity;
      host.facts.servingUntilUs = -Infinity;
      host.facts.servingUntilLocalUs = -Infinity;
      this.timeline.setLease(machine.name, 0, -Infinity, nowUs);
      this.tellFacts(host);
    }
    const log = this.logOf.get(machine);
    if (log === undefined) return;
    log.node = undefined;
    for (let shard = 0; shard < log.facts.length; shard++) {
      const facts = log.facts[shard] as MutableLogFacts;
      if (facts.role === "down") continue;
      facts.role = "down";
      this.observer.logViewed(nowUs, machine.name, shard, facts);
      const gone = { role: "down", term: facts.term, lastPosition: 0, commitPosition: 0 };
      this.kernel.recorder.camera?.logLooked?.(nowUs, machine.index, shard, gone);
    }
  }

  paused(machine: Machine): void {
    this.timeline.setRole(machine.name, "paused", 0, this.kernel.nowUs);
  }

  resumed(machine: Machine): void {
    const host = this.databaseOf.get(machine);
    const { nowUs } = this.kernel;
    if (host?.node !== undefined) {
      inspectNode(host.node, host.view);
      this.timeline.setRole(machine.name, host.view.role, host.view.epoch, nowUs);
    }
    const log = this.logOf.get(machine);
    if (log?.node !== undefined) this.markLogRole(log);
  }

  /** The rate of a clock changed: a lease now ends at another true time. */
  clockChanged(machine: Machine): void {
    machine.rearm();
    const host = this.databaseOf.get(machine);
    if (host?.node === undefined || host.servingLocalUs === -Infinity) return;
    const { nowUs } = this.kernel;
    host.facts.servingUntilUs = machine.clock.trueWhen(host.servingLocalUs);
    this.timeline.setLease(machine.name, host.facts.epoch, host.facts.servingUntilUs, nowUs);
    this.tellFacts(host);
  }

  /** The node that serves a shard as primary: of those that say so, the one of the newest epoch. */
  primaryOf(shard: number): DatabaseHost | undefined {
    let found: DatabaseHost | undefined;
    for (const host of this.databasesByShard[shard] ?? []) {
      if (host.node === undefined || host.view.role !== "primary") continue;
      if (found === undefined || host.view.epoch > found.view.epoch) found = host;
    }
    return found;
  }

  /**
   * When a node's lease ends on a perfect clock: one lease after its renewal was first sent, whatever the node's clock has shown since.
   * -Infinity: it takes itself to have none.
   */
  leaseTrulyEndsUs({ machine, facts }: DatabaseHost): number {
    const { servingUntilLocalUs } = facts;
    if (servingUntilLocalUs === -Infinity) return -Infinity;
    const leaseUs = this.timing.leaseMs * 1000;
    return machine.clock.trueWhen(servingUntilLocalUs - leaseUs) + leaseUs;
  }

  /** Whether a shard has a primary whose lease runs now. */
  isServing(shard: number): boolean {
    const primary = this.primaryOf(shard);
    return primary !== undefined && primary.facts.servingUntilUs > this.kernel.nowUs;
  }

  /** Until when the primary of a shard may serve, in true time; -Infinity without one. */
  leaseOf(shard: number): { readonly nowUs: number; readonly untilUs: number } {
    const untilUs = this.primaryOf(shard)?.facts.servingUntilUs ?? -Infinity;
    return { nowUs: this.kernel.nowUs, untilUs };
  }

  /** The leader of the newest term of a shard's log. */
  logLeaderOf(shard: number): LogHost | undefined {
    let found: LogHost | undefined;
    let foundTerm = -1;
    for (const host of this.logs) {
      if (host.node === undefined) continue;
      const term = inspectLogTerm(host.node, shard);
      if (inspectLogRole(host.node, shard) !== "leader" || term <= foundTerm) continue;
      found = host;
      foundTerm = term;
    }
    return found;
  }

  /** Whether a shard's log is led in the zone of the shard's primary. */
  isLogLeaderNear(shard: number): boolean {
    return this.logLeaderOf(shard)?.machine.zone === this.primaryOf(shard)?.machine.zone;
  }

  /** An operator asks the leader of a shard's log to hand over to the log node in the primary's zone. */
  askLogLeaderNear(shard: number): void {
    const primary = this.primaryOf(shard);
    const leader = this.logLeaderOf(shard);
    if (primary === undefined || leader === undefined || this.isLogLeaderNear(shard)) return;
    const target = this.logs.find((host) => host.machine.zone === primary.machine.zone);
    if (target === undefined) return;
    leader.machine.receiveFrame("admin", encodeLogTransferAsk(shard, target.machine.name));
  }

  /** The newest position of each shard's primary, or of whoever is furthest. */
  tails(): number[] {
    const tails: number[] = [];
    for (let shard = 0; shard < this.layout.shardCount; shard++) {
      let tail = 0;
      for (const host of this.databasesByShard[shard] ?? []) {
        if (host.node !== undefined) tail = Math.max(tail, host.view.committedPosition);
      }
      tails.push(tail);
    }
    return tails;
  }

  /** Why the cluster has not converged: undefined once every shard is served and every node has reached the given tails. */
  whyNotConverged(tails: readonly number[]): string | undefined {
    for (const host of this.logs) {
      const why = this.whyLogNotReady(host);
      if (why !== undefined) return why;
    }
    for (let shard = 0; shard < this.layout.shardCount; shard++) {
      if (this.logLeaderOf(shard) === undefined) return `no leader of the log of shard ${shard}`;
      if (!this.isServing(shard)) return `nobody serves shard ${shard}`;
    }
    for (const host of this.databases) {
      const { name } = host.machine;
      if (host.node === undefined) return `${name} does not run`;
      if (host.view.role === "recovering") return `${name} still recovers`;
      const tail = tails[host.shard] ?? 0;
      if (host.view.appliedPosition < tail)
        return `${name} is at position ${host.view.appliedPosition}, behind ${tail}`;
    }
    return undefined;
  }

  private whyLogNotReady(host: LogHost): string | undefined {
    const { name } = host.machine;
    if (host.node === undefined) return `${name} does not run`;
    for (let shard = 0; shard < this.layout.shardCount; shard++) {
      const role = inspectLogRole(host.node, shard);
      if (role === "repairing" || role === "blank") return `${name} is ${role}`;
    }
    return undefined;
  }

  /** Why nobody could serve: a log of which too few copies are left for anyone to know what was acknowledged. Undefined if there is no such log. */
  whyMayStop(): string | undefined {
    for (let shard = 0; shard < this.layout.shardCount; shard++) {
      const gone = this.logs.filter(({ node }) => {
        const role = node === undefined ? "down" : inspectLogRole(node, shard);
        return role === "blank" || role === "repairing";
      });
      if (gone.length * 2 < this.logs.length) continue;
      const names = gone.map(({ machine }) => machine.name).join(" and ");
      return `the copies of the log of shard ${shard} on ${names} are gone, and one alone cannot tell what was acknowledged`;
    }
    return undefined;
  }

  /** Damaged or unknown frames that the processes running now have dropped. */
  messagesDropped(): number {
    let dropped = 0;
    for (const host of this.databases)
      if (host.node !== undefined) dropped += host.view.messagesDropped;
    return dropped;
  }

  /** Tells what rounds have not told yet, and samples every keyspace that stands still. */
  lookAtAll(): void {
    for (const host of this.logs) this.lookAtLog(host, true);
    for (const host of this.databases) {
      if (host.node !== undefined) inspectNode(host.node, host.view);
      this.sample(host);
    }
  }
}

function newDatabaseHost(machine: Machine): DatabaseHost {
  return {
    machine,
    shard: machine.shard,
    node: undefined,
    view: createNodeView(),
    facts: {
      role: "down",
      epoch: 0,
      servingUntilUs: -Infinity,
      servingUntilLocalUs: -Infinity,
      localUs: 0,
      appliedPosition: 0,
      committedPosition: 0,
      sentPosition: 0,
    },
    servingLocalUs: -Infinity,
    lastSampleUs: 0,
    hadBlocked: false,
  };
}
