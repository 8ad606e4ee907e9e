/** The zones of a running cluster as chaos reaches them: machines of this process, or processes of their own. */
import type { Host } from "../host/host.ts";
import type { Log } from "../log.ts";
import type { FaultyFiles } from "../disk/faultyFiles.ts";
import { HostFaults, type MachineFault } from "./hostFaults.ts";
import { type MachineStatus, machineStatuses } from "./hostStatus.ts";
import { isWorthTelling, type ToldEvent } from "./moments.ts";

export interface ZoneStatus {
  readonly zone: string;
  /** Of its process; 0 while there is none. */
  readonly pid: number;
  readonly state: "running" | "starting" | "paused" | "down";
}

export interface ClusterStatus {
  readonly zones: readonly ZoneStatus[];
  /** Those of zones that answer. */
  readonly machines: readonly MachineStatus[];
}

export interface Zones {
  readonly mode: "one process" | "a process a zone";
  status(): Promise<ClusterStatus>;
  /** Begins on every machine that it names, wherever that is, those of zones that start later too. */
  begin(id: number, fault: MachineFault): void;
  end(id: number): void;
  /** Lets the zones read the file of acl= anew. Returns what is wrong with it, as far as this process knows. */
  reloadUsers(): readonly string[];
  /** The log is on disks. */
  readonly hasDisks: boolean;
  /** Hears what the machines tell from now on. */
  follow(hear: (event: ToldEvent) => void): void;
  /** Signals for whole zones; undefined where zones have no processes of their own. */
  readonly processes: ZoneSignals | undefined;
}

export interface ZoneSignals {
  /** Resolves when the process has ended. It stays down until `start`. */
  kill(zone: string, losesDisk: boolean): Promise<void>;
  start(zone: string): void;
  /** In good order. Resolves when it serves again. */
  restart(zone: string): Promise<void>;
  pause(zone: string): void;
  resume(zone: string): void;
}

/** All zones are in this process. */
export class ZonesHere implements Zones {
  readonly mode = "one process";
  readonly processes: undefined = undefined;
  private readonly host: Host;
  private readonly faults: HostFaults;

  readonly hasDisks: boolean;
  private hear: (event: ToldEvent) => void = () => {};

  /** `files`: those of the log; undefined if it is kept in memory. */
  constructor(host: Host, files: FaultyFiles | undefined, log: Log) {
    this.host = host;
    this.hasDisks = files !== undefined;
    this.faults = new HostFaults(host, files, log, (id, effects) => {
      this.hear(endedEvent(id, effects));
    });
  }

  follow(hear: (event: ToldEvent) => void): void {
    this.hear = hear;
    followHost(this.host, hear);
  }

  async status(): Promise<ClusterStatus> {
    const machines = machineStatuses(this.host);
    const names = [...new Set(machines.map(({ zone }) => zone))].toSorted();
    const zones = names.map((zone) => ({ zone, pid: process.pid, state: stateOf(zone, machines) }));
    return { zones, machines };
  }

  begin(id: number, fault: MachineFault): void {
    this.faults.begin(id, fault);
  }

  end(id: number): void {
    this.faults.end(id);
  }

  reloadUsers(): readonly string[] {
    const { clusterUsers } = this.host;
    return clusterUsers === undefined
      ? ["acl= is an option of profile=memorydb"]
      : clusterUsers.reload();
  }
}

/** Hears the events of a host's machines that are worth telling to others. */
export function followHost(host: Host, hear: (event: ToldEvent) => void): void {
  // oxlint-disable-next-line max-params -- the contract's own list
  host.onTrace = (node, kind, place, value, text) => {
    if (!isWorthTelling(kind)) return;
    hear({ unixMs: unixMsNow(), node, kind, ...place, value, text });
  };
}

/** A fault is over in this process. */
export function endedEvent(id: number, effects: number): ToldEvent {
  const nowhere = { node: "", shard: -1, position: -1 };
  return {
    unixMs: unixMsNow(),
    kind: "fault.ended",
    ...nowhere,
    value: effects,
    text: String(id),
  };
}

/** Finer than Date.now(). */
function unixMsNow(): number {
  return performance.timeOrigin + performance.now();
}

/** As its machines are, if all of them are the same. */
function stateOf(zone: string, machines: readonly MachineStatus[]): ZoneStatus["state"] {
  const states = new Set(machines.filter((one) => one.zone === zone).map(({ state }) => state));
  const [only] = states;
  return states.size === 1 && only !== undefined ? only : "running";
}
