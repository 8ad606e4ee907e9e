/** A cluster of three zones, each a process of its own that this one supervises. */
import { rmSync } from "node:fs";
import type { MachineFault } from "../chaos/hostFaults.ts";
import { isPassing } from "../chaos/hostFaults.ts";
import type { ToldEvent } from "../chaos/moments.ts";
import type { ClusterStatus, Zones, ZoneSignals } from "../chaos/zones.ts";
import { must } from "../../engine/assert.ts";
import { zonePath } from "../folder/clusterFolder.ts";
import { portsAfter, zones } from "../host/layout.ts";
import type { Log } from "../log.ts";
import { defaultPort, type Settings } from "../options/settings.ts";
import { ZoneChild } from "./zoneChild.ts";

const STOP_MS = 5000;
/** A zone that stops in good order is killed after so long. */
const RESTART_MS = 30_000;

export class ZoneChildren implements Zones, ZoneSignals {
  readonly mode = "a process a zone";
  readonly processes: ZoneSignals = this;
  private readonly dir: string;
  private readonly children: Map<string, ZoneChild>;
  readonly hasDisks = true;
  private hear: (event: ToldEvent) => void = () => {};
  private readonly active: Map<number, MachineFault> = new Map();

  /** `program` starts a server with options behind it; `argv` are those that were given, which all zones share. */
  constructor(settings: Settings, program: readonly string[], argv: readonly string[], log: Log) {
    this.dir = settings.dir;
    this.children = new Map(
      zones.map((zone) => {
        const command = [...program, ...argv, ...optionsOf(settings, zone)];
        const child = new ZoneChild(zone, command, {
          started: () => this.sayAnew(zone),
          told: (event) => this.hear(event),
          ended: (why, againInMs) => {
            const again = againInMs < 0 ? {} : { startsAgainInMs: againInMs };
            log.warn("the process of a zone has ended", { zone, why, ...again });
          },
        });
        return [zone, child];
      }),
    );
  }

  /** Resolves when every zone serves. */
  async startAll(): Promise<void> {
    for (const child of this.children.values()) child.start();
    await Promise.all([...this.children.values()].map((child) => child.ready));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.children.values()].map((child) => child.stop(STOP_MS)));
  }

  follow(hear: (event: ToldEvent) => void): void {
    this.hear = hear;
  }

  /** Lets every zone read its files anew. */
  hangUp(): void {
    for (const child of this.children.values()) child.hangUp();
  }

  reloadUsers(): readonly string[] {
    this.hangUp();
    return [];
  }

  async status(): Promise<ClusterStatus> {
    const children = [...this.children.values()];
    const machines = await Promise.all(children.map((child) => child.machines()));
    return { zones: children.map(({ status }) => status), machines: machines.flat() };
  }

  begin(id: number, fault: MachineFault): void {
    if (!isPassing(fault)) this.active.set(id, fault);
    for (const child of this.children.values()) child.tell({ order: "begin", id, fault });
  }

  end(id: number): void {
    this.active.delete(id);
    for (const child of this.children.values()) child.tell({ order: "end", id });
  }

  async kill(zone: string, losesDisk: boolean): Promise<void> {
    await this.child(zone).kill();
    if (losesDisk) rmSync(zonePath(this.dir, zone), { recursive: true, force: true });
  }

  start(zone: string): void {
    this.child(zone).start();
  }

  restart(zone: string): Promise<void> {
    return this.child(zone).restart(RESTART_MS);
  }

  pause(zone: string): void {
    this.child(zone).pause();
  }

  resume(zone: string): void {
    this.child(zone).resume();
  }

  private sayAnew(zone: string): void {
    for (const [id, fault] of this.active) this.child(zone).tell({ order: "begin", id, fault });
  }

  private child(zone: string): ZoneChild {
    return must(this.children.get(zone), zone);
  }
}

/** What tells one zone from another; behind the options that were given, so that they win. */
function optionsOf(settings: Settings, zone: string): readonly string[] {
  const at = zones.indexOf(zone);
  const { announcedHost, peerPort, tlsPort, parameters } = settings;
  const own = portsAfter({ port: settings.port ?? defaultPort, tlsPort }, at);
  const join = zones.map((_, index) => `${announcedHost}:0@${peerPort + index}`);
  const announcedPorts = ["cluster-announce-port", "cluster-announce-tls-port"].flatMap((name) => {
    const first = Number(parameters.get(name)?.[0] ?? 0);
    return first === 0 ? [] : [`${name}=${first + at}`];
  });
  const { metrics } = settings;
  const metricsPort = metrics === undefined ? [] : [`metrics-port=${metrics.port + at}`];
  const isFree = at === 0 || !settings.parameters.has("unixsocket");
  const unixSocket = isFree ? [] : ["unixsocket="];
  return [
    "zones=together",
    `zone=${zone}`,
    `dir=${settings.dir}`,
    `port=${own.port}`,
    `tls-port=${own.tlsPort}`,
    ...announcedPorts,
    ...metricsPort,
    `cluster-port=${peerPort + at}`,
    `join=${join.join(",")}`,
    ...unixSocket,
  ];
}
