/** Faults on the machines of one process. Those that name machines of other processes concern this one as far as its own take part. */
import type { NodeId } from "../../engine/contract.ts";
import { peerLost, peerMessage, retire } from "../../engine/contract.ts";
import { encodeFailoverAsk, encodeLogTransferAsk } from "../../engine/control/messages.ts";
import type { FaultyFiles } from "../disk/faultyFiles.ts";
import { noSkew } from "../host/clock.ts";
import type { Host } from "../host/host.ts";
import type { HostedMachine } from "../host/machine.ts";
import { random } from "../host/random.ts";
import type { Log } from "../log.ts";
import type { DiskFaultName } from "./faultKinds.ts";
import { type LinkRule, Links } from "./links.ts";

/** Who is meant is decided already: names of machines, "clients" where a fault on the network may mean them. */
export type MachineFault = { readonly machines: readonly NodeId[] } & (
  | {
      readonly kind:
        | "kill"
        | "pause"
        | "restart"
        | "drop-clients"
        | "refuse-clients"
        | "break-connections"
        | "half-open";
    }
  | ({ readonly kind: "link" } & LinkRule)
  | { readonly kind: "slow-log" | "slow-cpu"; readonly factor: number }
  | { readonly kind: "disk"; readonly how: DiskFaultName; readonly times: number }
  | { readonly kind: "rot"; readonly how: "bit" | "sector" }
  /** `to` may be "": the primary chooses. */
  | { readonly kind: "failover" | "log-transfer"; readonly shard: number; readonly to: string }
  | { readonly kind: "skew-clock"; readonly byMs: number; readonly ratePpm: number }
);

/** What begins and is over: nobody who starts later is told of it. */
const passing: ReadonlySet<MachineFault["kind"]> = new Set([
  "restart",
  "drop-clients",
  "break-connections",
  "half-open",
  "failover",
  "log-transfer",
]);

export function isPassing({ kind }: MachineFault): boolean {
  return passing.has(kind);
}

/** A machine that stops in good order is ended after so long, whatever it still owes. */
const RETIRE_MS = 5000;
const RETIRE_LOOK_MS = 5;

/** Hears what a fault has done here when it is over: messages or writes that it met, machines or connections that it struck. */
export type EffectsListener = (id: number, effects: number) => void;

export class HostFaults {
  private readonly host: Host;
  private readonly files: FaultyFiles | undefined;
  private readonly log: Log;
  private readonly onEnd: EffectsListener;
  private readonly links: Links = new Links();
  private readonly active: Map<number, MachineFault> = new Map();
  /** Machines struck, by fault. */
  private readonly struck: Map<number, number> = new Map();

  /** `files`: those of the log; undefined if it is kept in memory. */
  constructor(host: Host, files: FaultyFiles | undefined, log: Log, onEnd: EffectsListener) {
    this.host = host;
    this.files = files;
    this.log = log;
    this.onEnd = onEnd;
  }

  begin(id: number, fault: MachineFault): void {
    if (fault.kind === "link") {
      this.active.set(id, fault);
      this.links.begin(id, fault);
      return this.applyLinks();
    }
    if (fault.kind === "break-connections") this.tellBroken(fault.machines);
    const here = this.here(fault);
    const hit = here.filter(({ isRunning }) => isRunning).length;
    for (const machine of here) this.strike(machine, fault, id);
    if (isPassing(fault)) return this.onEnd(id, hit);
    this.active.set(id, fault);
    this.struck.set(id, hit);
  }

  end(id: number): void {
    const fault = this.active.get(id);
    if (fault === undefined) return;
    this.active.delete(id);
    if (fault.kind === "link") {
      this.onEnd(id, this.links.end(id));
      return this.applyLinks();
    }
    for (const machine of this.here(fault)) this.release(machine, fault);
    const hit = this.struck.get(id) ?? 0;
    this.struck.delete(id);
    this.onEnd(id, fault.kind === "disk" ? (this.files?.end(id) ?? 0) : hit);
  }

  private here({ machines }: MachineFault): readonly HostedMachine[] {
    return machines.flatMap((name) => this.host.machines.get(name) ?? []);
  }

  private strike(machine: HostedMachine, fault: MachineFault, id: number): void {
    const { name } = machine;
    const { host } = this;
    switch (fault.kind) {
      case "kill":
        return host.fell(name);
      case "pause":
        return machine.pause();
      case "restart":
        return void this.restart(machine);
      case "drop-clients":
        return host.listenerOf(name)?.dropClients();
      case "refuse-clients":
        return host.listenerOf(name)?.closeDoors();
      case "break-connections":
        host.listenerOf(name)?.dropClients();
        return host.breakPeers();
      case "half-open":
        host.listenerOf(name)?.forgetClients();
        return host.forgetPeers();
      case "slow-log":
        return machine.slowDisk(fault.factor);
      case "slow-cpu":
        return machine.slowCpu(fault.factor);
      case "disk":
        return this.failDisk(name, fault, id);
      case "rot":
        host.fell(name);
        return this.damage(name, fault.how);
      case "failover":
        return machine.deliver(peerMessage("chaos", encodeFailoverAsk(fault.shard, fault.to)));
      case "log-transfer":
        return machine.deliver(peerMessage("chaos", encodeLogTransferAsk(fault.shard, fault.to)));
      case "skew-clock":
        return machine.skewClock(fault);
      case "link":
        return;
    }
  }

  /** Another fault of the same kind may still hold the machine. */
  private release(machine: HostedMachine, { kind }: MachineFault): void {
    const { name } = machine;
    const { host } = this;
    const isDown = kind === "kill" || kind === "rot";
    const left = [...this.active.values()].filter(
      (other) =>
        (other.kind === kind || (isDown && (other.kind === "kill" || other.kind === "rot"))) &&
        other.machines.includes(name),
    );
    const newest = left.at(-1);
    if (newest !== undefined) {
      if (kind !== "disk" && !isDown) this.strike(machine, newest, -1);
    } else if (isDown) this.open(() => host.revive(name));
    else if (kind === "pause") machine.resume();
    else if (kind === "refuse-clients") this.open(async () => host.listenerOf(name)?.doors.open());
    else if (kind === "slow-log") machine.slowDisk(1);
    else if (kind === "slow-cpu") machine.slowCpu(1);
    else if (kind === "skew-clock") machine.skewClock(noSkew);
  }

  private open(doors: () => Promise<void>): void {
    doors().catch((error: unknown) => {
      this.log.warn("cannot open the ports again", { error: String(error) });
    });
  }

  private async restart(machine: HostedMachine): Promise<void> {
    const { host } = this;
    machine.deliver(retire(true));
    const untilMs = performance.now() + RETIRE_MS;
    while (!machine.isAtRest && performance.now() < untilMs) {
      await new Promise((resolve) => setTimeout(resolve, RETIRE_LOOK_MS));
    }
    host.fell(machine.name);
    this.open(() => host.revive(machine.name));
  }

  /** What was under way between each of them and all others may be gone, and both ends know. */
  private tellBroken(names: readonly NodeId[]): void {
    for (const machine of this.host.machines.values()) {
      if (!names.includes(machine.name)) {
        for (const name of names) machine.deliver(peerLost(name));
        continue;
      }
      for (const { nodeId } of [...this.host.layout.databaseNodes, ...this.host.layout.logNodes]) {
        if (nodeId !== machine.name) machine.deliver(peerLost(nodeId));
      }
    }
  }

  private failDisk(
    name: NodeId,
    { how, times }: { readonly how: DiskFaultName; readonly times: number },
    id: number,
  ): void {
    this.files?.begin(id, this.zoneOf(name), how, times);
    if (how !== "read" && how !== "garble") return;
    // It reads its disk when it starts.
    this.host.fell(name);
    this.open(() => this.host.revive(name));
  }

  private damage(name: NodeId, how: "bit" | "sector"): void {
    const file = this.files?.damage(this.zoneOf(name), how, random);
    if (file === undefined) this.log.warn("too little is written to be damaged", { machine: name });
    else this.log.warn("a file of the log is damaged", { machine: name, file });
  }

  private zoneOf(name: NodeId): string {
    return this.host.layout.logNodes.find(({ nodeId }) => nodeId === name)?.zone ?? "";
  }

  /** Messages and clients pass unless a rule that is in force stands between. */
  private applyLinks(): void {
    const { host, links } = this;
    host.messages.links = links.isClear ? undefined : links;
    for (const name of host.machines.keys()) {
      host.listenerOf(name)?.cut(!links.reachesClients(name));
    }
  }
}
