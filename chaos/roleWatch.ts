/** Who had which role when, and for how long a lease would have let it serve, as the cluster said when it was asked again and again. */
import type { Status } from "../server/chaos/control.ts";
import type { NodeInfo, RoleInterval } from "../sim/run.ts";
import { Timeline } from "../sim/timeline.ts";
import type { TraceEvent } from "../sim/trace/vocabulary.ts";
import type { Api } from "./api.ts";
import { nowUs } from "./socketHost.ts";

const EVERY_MS = 50;

type Role = RoleInterval["role"];
type MachineStatus = Status["machines"][number];

export class RoleWatch {
  readonly timeline: Timeline = new Timeline();
  readonly nodes: readonly NodeInfo[];
  private readonly api: Api;
  private readonly told: TraceEvent[] = [];
  private readonly effects: Map<number, number> = new Map();
  private readonly down: Set<string> = new Set();
  private lastEvent = 0;
  private isOver = false;
  private readonly watching: Promise<void>;

  constructor(api: Api, machines: readonly MachineStatus[]) {
    this.api = api;
    this.nodes = machines.map(({ node, kind, zone, shard }) => ({ node, kind, zone, shard }));
    for (const { node, shard } of machines) this.timeline.addNode(node, shard);
    this.watching = this.watch();
  }

  /** Returns the time up to which it has seen. */
  async stop(): Promise<number> {
    this.isOver = true;
    await this.watching;
    await this.hear().catch(() => {});
    const endUs = nowUs();
    this.timeline.finish(endUs);
    return endUs;
  }

  /** What machines have told of, and who was seen to be gone. */
  events(): TraceEvent[] {
    return this.told.toSorted((left, right) => left.timeUs - right.timeUs);
  }

  /** How much a fault has done, by its id. */
  effectsOf(id: number): number {
    return this.effects.get(id) ?? 0;
  }

  private async watch(): Promise<void> {
    while (!this.isOver) {
      try {
        const { machines } = await this.api.status();
        for (const machine of machines) this.see(machine);
        await this.hear();
      } catch {
        // It is asked again.
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }

  private async hear(): Promise<void> {
    for (const event of await this.api.eventsAfter(this.lastEvent)) {
      const { id, unixMs, kind, node, shard, position, value, text } = event;
      this.lastEvent = id;
      if (kind === "fault.ended") {
        this.effects.set(Number(text), this.effectsOf(Number(text)) + value);
      }
      const timeUs = Math.round((unixMs - performance.timeOrigin) * 1000);
      this.told.push({ timeUs, node, kind, shard, position, value, text });
    }
  }

  private see(machine: MachineStatus): void {
    const atUs = nowUs();
    const { node, epoch, leaseMs } = machine;
    const role = roleOf(machine);
    const wasDown = this.down.has(node);
    if (role !== "down") this.down.delete(node);
    else if (!wasDown) {
      this.down.add(node);
      const place = { node, shard: machine.shard, position: -1 };
      this.told.push({ timeUs: atUs, kind: "machine.crashed", ...place, value: -1, text: "" });
    }
    if (role !== undefined) this.timeline.setRole(node, role, epoch, atUs);
    if (machine.kind === "database") {
      const untilUs = leaseMs > 0 ? atUs + leaseMs * 1000 : -Infinity;
      this.timeline.setLease(node, epoch, untilUs, atUs);
    }
  }
}

/** In the simulator's words; undefined: it says nothing of itself yet. */
function roleOf({ kind, state, role }: MachineStatus): Role | undefined {
  if (state !== "running") return state;
  if (role === "") return undefined;
  if (kind === "database") return role as Role;
  if (role === "leader") return "log leader";
  return role === "repairing" ? "log repairing" : "log follower";
}
