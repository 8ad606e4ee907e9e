/** The zones of a running cluster as chaos reaches them: machines of this process, or processes of their own. */
import type { Host } from "../host/host.ts";
import type { Log } from "../log.ts";
import { HostFaults, type MachineFault } from "./hostFaults.ts";
import { type MachineStatus, machineStatuses } from "./hostStatus.ts";

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
  /** Signals for whole zones; undefined where zones have no processes of their own. */
  readonly processes: ZoneSignals | undefined;
}

export interface ZoneSignals {
  /** Resolves when the process has ended. It stays down until `start`. */
  kill(zone: string, losesDisk: boolean): Promise<void>;
  start(zone: string): void;
  pause(zone: string): void;
  resume(zone: string): void;
}

/** All zones are in this process. */
export class ZonesHere implements Zones {
  readonly mode = "one process";
  readonly processes: undefined = undefined;
  private readonly host: Host;
  private readonly faults: HostFaults;

  constructor(host: Host, log: Log) {
    this.host = host;
    this.faults = new HostFaults(host, log);
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

/** As its machines are, if all of them are the same. */
function stateOf(zone: string, machines: readonly MachineStatus[]): ZoneStatus["state"] {
  const states = new Set(machines.filter((one) => one.zone === zone).map(({ state }) => state));
  const [only] = states;
  return states.size === 1 && only !== undefined ? only : "running";
}
