/** Faults on the machines of one process. Those that name machines of other processes concern this one as far as its own take part. */
import type { NodeId } from "../../engine/contract.ts";
import { peerMessage } from "../../engine/contract.ts";
import { encodeFailoverAsk } from "../../engine/control/messages.ts";
import { noSkew } from "../host/clock.ts";
import type { Host } from "../host/host.ts";
import type { HostedMachine } from "../host/machine.ts";
import type { Log } from "../log.ts";

/** Who is meant is decided already: names of machines, "clients" where a cut may mean them. */
export type MachineFault =
  | { readonly kind: "kill" | "pause"; readonly machines: readonly NodeId[] }
  | { readonly kind: "drop-clients" | "refuse-clients"; readonly machines: readonly NodeId[] }
  | {
      readonly kind: "cut";
      readonly machines: readonly NodeId[];
      readonly from: readonly string[];
      /** Only what `machines` send to `from` is lost. */
      readonly oneWay: boolean;
    }
  | { readonly kind: "slow-log"; readonly machines: readonly NodeId[]; readonly factor: number }
  | {
      readonly kind: "failover";
      readonly machines: readonly NodeId[];
      readonly shard: number;
      /** "": the primary chooses. */
      readonly to: string;
    }
  | {
      readonly kind: "skew-clock";
      readonly machines: readonly NodeId[];
      readonly byMs: number;
      readonly ratePpm: number;
    };

export const CLIENTS = "clients";

export class HostFaults {
  private readonly host: Host;
  private readonly log: Log;
  private readonly active: Map<number, MachineFault> = new Map();

  constructor(host: Host, log: Log) {
    this.host = host;
    this.log = log;
  }

  begin(id: number, fault: MachineFault): void {
    const { kind } = fault;
    if (kind !== "failover" && kind !== "drop-clients") this.active.set(id, fault);
    for (const machine of this.here(fault)) this.strike(machine, fault);
    if (kind === "cut") this.cutAsTold();
  }

  end(id: number): void {
    const fault = this.active.get(id);
    if (fault === undefined) return;
    this.active.delete(id);
    for (const machine of this.here(fault)) this.release(machine, fault);
    if (fault.kind === "cut") this.cutAsTold();
  }

  private here({ machines }: MachineFault): readonly HostedMachine[] {
    return machines.flatMap((name) => this.host.machines.get(name) ?? []);
  }

  private strike(machine: HostedMachine, fault: MachineFault): void {
    const { name } = machine;
    const { host } = this;
    switch (fault.kind) {
      case "kill":
        return host.fell(name);
      case "pause":
        return machine.pause();
      case "drop-clients":
        return host.listenerOf(name)?.dropClients();
      case "refuse-clients":
        return host.listenerOf(name)?.closeDoors();
      case "slow-log":
        return machine.slowDisk(fault.factor);
      case "failover":
        return machine.deliver(peerMessage("chaos", encodeFailoverAsk(fault.shard, fault.to)));
      case "skew-clock":
        return machine.skewClock(fault);
      case "cut":
        return;
    }
  }

  /** Another fault of the same kind may still hold the machine. */
  private release(machine: HostedMachine, { kind }: MachineFault): void {
    const { name } = machine;
    const { host } = this;
    const left = [...this.active.values()].filter(
      (other) => other.kind === kind && other.machines.includes(name),
    );
    const newest = left.at(-1);
    if (newest !== undefined) return this.strike(machine, newest);
    if (kind === "kill") this.open(() => host.revive(name));
    else if (kind === "pause") machine.resume();
    else if (kind === "refuse-clients") this.open(async () => host.listenerOf(name)?.doors.open());
    else if (kind === "slow-log") machine.slowDisk(1);
    else if (kind === "skew-clock") machine.skewClock(noSkew);
  }

  private open(doors: () => Promise<void>): void {
    doors().catch((error: unknown) => {
      this.log.warn("cannot open the ports again", { error: String(error) });
    });
  }

  /** Frames and clients pass unless a cut that is active stands between. */
  private cutAsTold(): void {
    const cuts = [...this.active.values()].filter((fault) => fault.kind === "cut");
    const isCut = (from: string, to: string): boolean =>
      cuts.some(
        (cut) =>
          (cut.machines.includes(from) && cut.from.includes(to)) ||
          (!cut.oneWay && cut.machines.includes(to) && cut.from.includes(from)),
      );
    const { host } = this;
    host.messages.passes = cuts.length === 0 ? undefined : (from, to) => !isCut(from, to);
    for (const name of host.machines.keys()) {
      // A connection whose one direction is dead is dead.
      host.listenerOf(name)?.cut(isCut(name, CLIENTS) || isCut(CLIENTS, name));
    }
  }
}
