/** What the page has seen of the cluster since it was opened, as the timeline takes a run that goes on. */
import type { NodeInfo, RoleInterval } from "../../sim/run.ts";
import { Timeline as Stretches } from "../../sim/timeline.ts";
import { promises } from "../../reports/promises.ts";
import { FilmStore } from "../film/filmStore.ts";
import type { TimelineRun } from "../timeline/contract.ts";
import type { ActiveFault, Machine, Status } from "./clusterApi.ts";

type Role = RoleInterval["role"];

interface SeenFault {
  readonly fault: ActiveFault;
  readonly fromUs: number;
  untilUs: number | undefined;
}

export class History {
  /** Commands a second of all nodes, as of the newest two answers. */
  commandsPerSecond = 0;
  private readonly stretches = new Stretches();
  private readonly film = new FilmStore(["clients"]);
  private readonly nodes: Map<string, NodeInfo> = new Map();
  private readonly faults: Map<number, SeenFault> = new Map();
  private readonly commands: Map<string, number> = new Map();
  private readonly beganUnixMs: number;
  private seenUs = 0;

  constructor(beganUnixMs: number) {
    this.beganUnixMs = beganUnixMs;
  }

  see({ machines, faults, unixMs }: Status): void {
    const nowUs = Math.max(this.seenUs + 1, (unixMs - this.beganUnixMs) * 1000);
    this.count(machines, nowUs - this.seenUs);
    this.seenUs = nowUs;
    for (const machine of machines) this.seeMachine(machine, nowUs);
    for (const fault of faults) {
      const fromUs = Math.max(0, (fault.sinceUnixMs - this.beganUnixMs) * 1000);
      if (!this.faults.has(fault.id))
        this.faults.set(fault.id, { fault, fromUs, untilUs: undefined });
    }
    const active = new Set(faults.map(({ id }) => id));
    for (const [id, seen] of this.faults) if (!active.has(id)) seen.untilUs ??= nowUs;
  }

  run(): TimelineRun {
    const { seenUs } = this;
    const faults = [...this.faults.values()].map(({ fault, fromUs, untilUs = seenUs }) => {
      const { id, kind, text, targets } = fault;
      return { id: String(id), kind, text, targets, fromUs, untilUs };
    });
    const outline = {
      nodes: [...this.nodes.values()],
      ...this.stretches.soFar(seenUs),
      faults,
      unavailability: [],
      failovers: [],
      loadedUs: 0,
      simulatedUs: seenUs,
      promises,
    };
    return { outline, film: this.film, moments: [], checks: [] };
  }

  private seeMachine(machine: Machine, nowUs: number): void {
    const { node, kind, zone, shard, epoch, leaseMs } = machine;
    if (!this.nodes.has(node)) {
      this.nodes.set(node, { node, kind, zone, shard });
      this.stretches.addNode(node, shard);
    }
    const role = roleOf(machine);
    if (role !== undefined) this.stretches.setRole(node, role, epoch, nowUs);
    const untilUs = leaseMs > 0 ? nowUs + leaseMs * 1000 : -Infinity;
    if (kind === "database") this.stretches.setLease(node, epoch, untilUs, nowUs);
  }

  /** A process that was started again counts from 0. */
  private count(machines: readonly Machine[], spanUs: number): void {
    let more = 0;
    for (const { node, commands } of machines) {
      const before = this.commands.get(node);
      if (before !== undefined && commands > before) more += commands - before;
      this.commands.set(node, commands);
    }
    this.commandsPerSecond = Math.round((more * 1e6) / spanUs);
  }
}

/** In the words of the timeline; undefined: it has not said yet. */
function roleOf({ kind, state, role }: Machine): Role | undefined {
  if (state !== "running") return state;
  if (role === "") return undefined;
  if (kind === "database") return role as Role;
  if (role === "leader") return "log leader";
  return role === "repairing" ? "log repairing" : "log follower";
}
