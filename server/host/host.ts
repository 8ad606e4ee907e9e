/**
 * THE MAIN PATH of the server: the machines that live in this process, what connects them to each other, to clients and to disks,
 * and the supervisor that starts them again.
 */
import { must } from "../../engine/assert.ts";
import { sliceLatin1By } from "../../engine/bytes/latin1.ts";
import {
  type ClusterLayout,
  diskSpace,
  newParameters,
  newUsers,
  type NodeId,
  peerLost,
  retire,
  type ShutdownOrder,
} from "../../engine/contract.ts";
import type { TraceKind } from "../../engine/trace.ts";
import type { ClusterUsers } from "../access/clusterUsers.ts";
import { usersOf } from "../access/memoryDbAcl.ts";
import type { Doors } from "../clients/doors.ts";
import { Listener } from "../clients/listener.ts";
import { SpaceWatch } from "../disk/spaceWatch.ts";
import { encodeValues } from "../../engine/settings/changes.ts";
import { type InitialValues, Settings } from "../../engine/settings/settings.ts";
import { parameterNamed } from "../../engine/settings/table.ts";
import type { Log } from "../log.ts";
import type { Storage } from "../storage.ts";
import { announcements } from "./announcements.ts";
import { Events } from "./events.ts";
import { latin1Slice } from "./latin1Slice.ts";
import { monitorName, zones as allZones } from "./layout.ts";
import { HostedMachine, type Surroundings } from "./machine.ts";
import { Messages } from "./messages.ts";
import {
  databaseProgram,
  type DatabaseProgram,
  logProgram,
  type LogProgram,
  monitorProgram,
  type ProgramOptions,
} from "./programs.ts";
import { rewriteFile } from "./rewriteFile.ts";
import { Supervisor } from "./supervisor.ts";
import { Turn } from "./turn.ts";

/**
 * Clients that connect while the cluster comes up wait instead of being refused, as they would before Redis opens its port; not for ever,
 * since part of a cluster can serve.
 */
const MOST_HELD_MS = 10_000;
/** By the levels of redis.log. */
const SAID_LEVELS = ["debug", "debug", "notice", "warn"] as const;

/** The processes of the other zones. */
export interface Elsewhere {
  send(zone: string, from: NodeId, to: NodeId, frame: Uint8Array): void;
  /** Every connection to the other zones breaks, and is made anew. */
  breakAll(): void;
  /** The same, but the other ends are not told: they believe in theirs until what they send is refused. */
  forgetAll(): void;
}

/** Hears the events of machines here, in the engine's vocabulary. */
export type TraceListener = (
  machine: NodeId,
  kind: TraceKind,
  place: { readonly shard: number; readonly position: number },
  value: number,
  text: string,
) => void;

export interface HostOptions extends ProgramOptions {
  /** The zones whose machines live here. */
  readonly zones: readonly string[];
  /** Undefined if every zone lives here. */
  readonly elsewhere: Elsewhere | undefined;
  readonly bind: readonly string[];
  /** Who there is in profile=memorydb; undefined in others, where `users` says it. */
  readonly clusterUsers: ClusterUsers | undefined;
  /** A way in to the first node here; undefined: none. */
  readonly unixSocket: { readonly path: string; readonly permissions: number } | undefined;
  readonly storage: Storage;
  /** Nodes are named after it in what the operator is told. */
  readonly clusterName: string;
  /** Commands that write are refused while a majority of the log's disks has less. */
  readonly reserveBytes: number;
  readonly log: Log;
  /** A client asked to stop the server, or not to stop it after all. */
  readonly onShutdown: (order: ShutdownOrder) => void;
  /** A parameter has changed that says what clients are told to connect to. */
  readonly onAnnounced: (parameters: Settings) => void;
  /** A node here listens on another port. */
  readonly onMoved: (node: NodeId, port: number) => void;
}

export class Host implements Surroundings {
  private readonly options: HostOptions;
  readonly turn: Turn = new Turn();
  readonly messages: Messages = new Messages(this.turn);
  private readonly supervisor = new Supervisor();
  readonly machines: Map<NodeId, HostedMachine> = new Map();
  private readonly starters: Map<NodeId, () => void> = new Map();
  private readonly listeners: Map<NodeId, Listener> = new Map();
  /** Those that are to stay down. */
  private readonly felled: Set<NodeId> = new Set();
  readonly programs: Map<NodeId, DatabaseProgram> = new Map();
  readonly logPrograms: Map<NodeId, LogProgram> = new Map();
  private readonly watches: SpaceWatch[] = [];
  private readonly events: Events;
  /** Parameters as the options say them. */
  private given: InitialValues;
  /** The zones of machines that live elsewhere. */
  private readonly strangers: Map<NodeId, string> = new Map();
  private isClosing = false;
  onTrace: TraceListener = () => {};
  /** Redis's parameters as they are now, those that concern the process: what a client sets on one node counts for all here. */
  readonly settings: Settings = new Settings();

  constructor(options: HostOptions) {
    this.options = options;
    sliceLatin1By(latin1Slice);
    this.given = options.parameters;
    this.settings.load(options.parameters);
    const { zones, layout, storage, log } = options;
    this.events = new Events({
      clusterName: options.clusterName,
      layout,
      isNew: (name) =>
        storage.isNew(layout.databaseNodes.find((one) => one.nodeId === name)?.zone ?? ""),
      leaderBefore: (shard, epoch, name) =>
        this.programs.get(name)?.node.topology.leaderBefore(shard, epoch),
      tell: (event) => log.notice(event),
    });
    const add = (name: NodeId, starter: (machine: HostedMachine) => void): HostedMachine => {
      const machine = new HostedMachine(name, this);
      this.machines.set(name, machine);
      this.starters.set(name, () => {
        if (!machine.isRunning && !this.felled.has(name)) starter(machine);
      });
      return machine;
    };
    for (const { nodeId: name, zone } of layout.logNodes) {
      if (!zones.includes(zone)) continue;
      const machine = add(name, () => {
        const program = logProgram(name, options);
        this.logPrograms.set(name, program);
        machine.start(program, options.storage.openDisk(zone));
        if (watch.isLow) machine.deliver(diskSpace(false));
      });
      const watch = this.watchSpace(zone, machine);
    }
    const nodesHere = layout.databaseNodes.filter(({ zone }) => zones.includes(zone));
    for (const { nodeId, zone } of nodesHere) {
      const machine = add(nodeId, () => {
        const incarnation = options.storage.nextIncarnation(zone);
        const present = this.programOptions(listener);
        const program = databaseProgram(nodeId, present, incarnation, listener);
        this.programs.set(nodeId, program);
        machine.start(program, undefined);
      });
      const listener = new Listener(machine, {
        parameters: () => this.given,
        isClusterMode: options.isClusterMode,
        onRefused: (why, client) => options.log.warn(why, { machine: nodeId, client }),
        credentials: () => options.tls.credentials,
        isPortMovable: options.elsewhere === undefined,
        onShut: (why) => options.log.warn(why, { machine: nodeId }),
        nodesInProcess: nodesHere.length,
      });
      this.listeners.set(nodeId, listener);
    }
    const { clusterUsers } = options;
    clusterUsers?.follow(() => this.tellUsers(clusterUsers.text));
    // One in each process: they only look, and order what may be ordered twice.
    const monitor = monitorName(must(zones[0], "zone"));
    add(monitor, (machine) => machine.start(monitorProgram(monitor, options), undefined));
    for (const { nodeId, zone } of [...layout.logNodes, ...layout.databaseNodes]) {
      if (!zones.includes(zone)) this.strangers.set(nodeId, zone);
    }
    for (const zone of allZones) {
      if (!zones.includes(zone)) this.strangers.set(monitorName(zone), zone);
    }
  }

  get clusterUsers(): ClusterUsers | undefined {
    return this.options.clusterUsers;
  }

  /** Parameters, users and where it listens may have changed since the host was made. */
  private programOptions({ doors }: Listener): ProgramOptions {
    const { clusterUsers, given } = this;
    const parameters = new Map([...given, ["bind", doors.bind]]);
    const options = { ...this.options, parameters, portsOf: () => doors.ports };
    if (clusterUsers === undefined) return options;
    return { ...options, users: usersOf(clusterUsers.text) };
  }

  /** Parameters of the options have these values now, for every node here and those that start later. */
  reconfigure(values: InitialValues): void {
    this.given = new Map([...this.given, ...values]);
    const bytes = encodeValues(values);
    for (const name of this.programs.keys()) {
      this.machines.get(name)?.deliver(newParameters(bytes.slice()));
    }
  }

  private tellUsers(text: string): void {
    for (const name of this.programs.keys()) {
      this.machines.get(name)?.deliver(newUsers(Buffer.from(text, "latin1")));
    }
  }

  /** Opens the ports and starts every machine. Rejects with the system's error if a port cannot be opened. */
  async start(): Promise<void> {
    await this.openPorts();
    for (const [name, start] of this.starters) this.supervisor.start(name, start);
    const patience = new Promise<void>((resolve) => {
      setTimeout(resolve, MOST_HELD_MS).unref();
    });
    void Promise.race([this.ready(), patience]).then(() => {
      if (!this.isClosing) for (const listener of this.listeners.values()) listener.open();
    });
  }

  /**
   * Prepares the end: no client is let in any more, and every machine hands over what it leads. `isAtRest` tells when nothing more is
   * to be waited for.
   */
  retire(): void {
    for (const listener of this.listeners.values()) listener.closeDoors();
    for (const machine of this.retiring()) machine.deliver(retire(true));
  }

  get isAtRest(): boolean {
    const machines = [...this.machines.values()];
    return (
      machines.every((machine) => machine.isAtRest) &&
      [...this.listeners.values()].every((listener) => listener.isAtRest)
    );
  }

  /** Takes `retire` back. Rejects with the system's error if a port cannot be opened again. */
  async stay(): Promise<void> {
    for (const machine of this.retiring()) machine.deliver(retire(false));
    await Promise.all([...this.listeners.values()].map(({ doors }) => doors.open()));
  }

  /** With every zone in this process the log has nowhere to go. */
  private retiring(): readonly HostedMachine[] {
    const isWhole = this.options.elsewhere === undefined;
    return [...this.machines.values()].filter(({ name }) => !isWhole || this.programs.has(name));
  }

  private async openPorts(): Promise<void> {
    const { layout, zones, bind, portsOf } = this.options;
    const here = layout.databaseNodes.filter(({ zone }) => zones.includes(zone));
    const opening = here.map(({ nodeId }) =>
      must(this.listenerOf(nodeId), nodeId).doors.listen(portsOf(nodeId), bind),
    );
    await Promise.all(opening);
    const { unixSocket } = this.options;
    if (unixSocket !== undefined) {
      const { path, permissions } = unixSocket;
      await this.listenerOf(here[0]?.nodeId ?? "")?.doors.listenUnix(path, permissions);
    }
  }

  private watchSpace(zone: string, machine: HostedMachine): SpaceWatch {
    const { storage, reserveBytes, log } = this.options;
    const onChange = (isLow: boolean, bytes: number): void => {
      const what = isLow ? "the disk is nearly full" : "the disk has room again";
      log.warn(what, { zone, freeBytes: bytes, reserveBytes });
      machine.deliver(diskSpace(!isLow));
    };
    const watch = new SpaceWatch((done) => storage.freeBytes(zone, done), reserveBytes, onChange);
    this.watches.push(watch);
    return watch;
  }

  /** Resolves when every shard with a node here has a primary that serves, as far as this process knows. */
  ready(): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.isClosing) return;
        if (this.isServing()) resolve();
        else setTimeout(look, 10);
      };
      look();
    });
  }

  private isServing(): boolean {
    const { layout, elsewhere } = this.options;
    const led = new Set<number>();
    for (const { node } of this.programs.values()) {
      const { shard } = node.config;
      const isKnown = elsewhere !== undefined && node.topology.leaderOf(shard) !== undefined;
      if (node.role === "primary" || (node.role === "replica" && isKnown)) led.add(shard);
    }
    const here = new Set([...this.programs.values()].map(({ node }) => node.config.shard));
    return led.size === (elsewhere === undefined ? layout.shardCount : here.size);
  }

  /** A frame for a machine here has come from another process. */
  receive(from: NodeId, to: NodeId, frame: Uint8Array): void {
    const machine = this.machines.get(to);
    if (machine !== undefined) this.messages.post(from, machine, frame);
  }

  /** The connection to another zone's process has broken. */
  zoneLost(zone: string): void {
    for (const [name, where] of this.strangers) {
      if (where !== zone) continue;
      for (const machine of this.machines.values()) machine.deliver(peerLost(name));
    }
  }

  close(): void {
    this.isClosing = true;
    this.supervisor.stop();
    for (const watch of this.watches) watch.stop();
    for (const listener of this.listeners.values()) listener.close();
    for (const machine of this.machines.values()) machine.stop();
  }

  send(from: NodeId, to: NodeId, frame: Uint8Array): void {
    const machine = this.machines.get(to);
    if (machine !== undefined) {
      this.messages.post(from, machine, frame);
      return;
    }
    const zone = this.strangers.get(to);
    if (zone !== undefined) this.options.elsewhere?.send(zone, from, to, frame);
  }

  provision(name: NodeId): void {
    const machine = this.machines.get(name);
    if (machine !== undefined && !machine.isRunning) this.restart(name, "a machine is missed");
  }

  exited(machine: HostedMachine, reason: string): void {
    const { name } = machine;
    this.restart(name, `a machine ended: ${reason}`);
    this.tellLost(machine);
  }

  /** By which the operator knows a node: "shop-0001-002". */
  nameOf(node: NodeId): string {
    return this.events.nameOf(node);
  }

  breakPeers(): void {
    this.options.elsewhere?.breakAll();
  }

  forgetPeers(): void {
    this.options.elsewhere?.forgetAll();
  }

  get clusterName(): string {
    return this.options.clusterName;
  }

  get layout(): ClusterLayout {
    return this.options.layout;
  }

  /** Of the first node here; undefined in a zone that holds a copy of the log alone. */
  get doors(): Doors | undefined {
    const [first] = this.listeners.values();
    return first?.doors;
  }

  /** Undefined for machines without clients. */
  listenerOf(name: NodeId): Listener | undefined {
    return this.listeners.get(name);
  }

  /** Ends a machine at once, as kill -9 would end its process; it stays down until `revive`. */
  fell(name: NodeId): void {
    const machine = must(this.machines.get(name), name);
    this.felled.add(name);
    this.listenerOf(name)?.closeDoors();
    if (machine.isRunning) {
      machine.stop();
      this.tellLost(machine);
    }
  }

  async revive(name: NodeId): Promise<void> {
    if (!this.felled.delete(name)) return;
    this.supervisor.start(name, must(this.starters.get(name), name));
    await this.listenerOf(name)?.doors.open();
  }

  private tellLost(lost: HostedMachine): void {
    for (const peer of this.machines.values()) {
      if (peer !== lost) setImmediate(() => peer.deliver(peerLost(lost.name)));
    }
  }

  private restart(name: NodeId, why: string): void {
    if (this.felled.has(name)) return;
    const pauseMs = this.supervisor.restart(name, must(this.starters.get(name), name));
    if (pauseMs > 0) this.options.log.warn(why, { machine: name, startsAgainInMs: pauseMs });
  }

  configured(machine: NodeId, parameter: string, value: string): void {
    const known = must(parameterNamed(parameter), parameter);
    this.settings.change(known, value);
    this.options.tls.configured(parameter, value);
    if (parameter.startsWith("cluster-announce-")) this.options.onAnnounced(this.settings);
    if (parameter === "port") this.options.onMoved(machine, Number(value));
    const shown = known.traits.includes("sensitive") ? "(redacted)" : value;
    this.options.log.notice("a parameter was changed", { machine, parameter, value: shown });
  }

  rewriteConfiguration(rewrite: (text: string) => string): void {
    const { configFile, log } = this.options;
    try {
      rewriteFile(configFile, rewrite);
      log.notice("CONFIG REWRITE executed with success.", { file: configFile });
    } catch (error) {
      log.warn("CONFIG REWRITE failed", { file: configFile, error: String(error) });
    }
  }

  shutdownAsked(machine: NodeId, order: ShutdownOrder): void {
    this.options.log.warn("User requested shutdown...", { machine, order });
    this.options.onShutdown(order);
  }

  // oxlint-disable-next-line max-params -- the contract's own list
  told(
    machine: NodeId,
    kind: TraceKind,
    shard: number,
    position: number,
    value: number,
    text: string,
  ): void {
    const { log } = this.options;
    this.events.told(machine, kind, shard, value, text);
    this.onTrace(machine, kind, { shard, position }, value, text);
    if (kind === "script.said") {
      const level = SAID_LEVELS[value] ?? "warn";
      return log[level](`${machine} runs a script that says`, { text });
    }
    const announcement = announcements.get(kind);
    if (announcement === undefined) log.debug(kind, { machine, shard, position, value, text });
    else if (announcement.level === "warning")
      log.warn(`${machine} ${announcement.text}`, { text });
    else log.notice(`${machine} ${announcement.text}`, { text });
  }
}
