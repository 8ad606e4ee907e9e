/** Stretches of true time: which role each machine had, and when a lease let it serve. */
import type { LeaseInterval, RoleInterval } from "./run.ts";

type Role = RoleInterval["role"];

interface Lane {
  role: Role | undefined;
  epoch: number;
  sinceUs: number;
  leaseFromUs: number;
  leaseUntilUs: number;
  leaseEpoch: number;
  readonly shard: number;
}

export class Timeline {
  readonly roles: RoleInterval[] = [];
  readonly leases: LeaseInterval[] = [];
  private readonly lanes: Map<string, Lane> = new Map();

  addNode(node: string, shard: number): void {
    this.lanes.set(node, {
      role: undefined,
      epoch: 0,
      sinceUs: 0,
      leaseFromUs: -1,
      leaseUntilUs: -Infinity,
      leaseEpoch: 0,
      shard,
    });
  }

  setRole(node: string, role: Role, epoch: number, nowUs: number): void {
    const lane = this.lanes.get(node);
    if (lane === undefined || (lane.role === role && lane.epoch === epoch)) return;
    this.closeRole(node, lane, nowUs);
    lane.role = role;
    lane.epoch = epoch;
    lane.sinceUs = nowUs;
  }

  /** The node may serve until then; -Infinity: not at all from now on. */
  setLease(node: string, epoch: number, untilUs: number, nowUs: number): void {
    const lane = this.lanes.get(node);
    if (lane === undefined) return;
    const goesOn = lane.leaseFromUs >= 0 && epoch === lane.leaseEpoch && lane.leaseUntilUs >= nowUs;
    if (goesOn && untilUs > nowUs) {
      lane.leaseUntilUs = untilUs;
      return;
    }
    this.closeLease(node, lane, nowUs);
    if (untilUs <= nowUs) return;
    lane.leaseFromUs = nowUs;
    lane.leaseUntilUs = untilUs;
    lane.leaseEpoch = epoch;
  }

  finish(nowUs: number): void {
    for (const [node, lane] of this.lanes) {
      this.closeRole(node, lane, nowUs);
      this.closeLease(node, lane, nowUs);
    }
  }

  /** All stretches so far; those that go on end now. */
  soFar(nowUs: number): Pick<Timeline, "roles" | "leases"> {
    const roles = [...this.roles];
    const leases = [...this.leases];
    for (const [node, lane] of this.lanes) {
      const role = openRole(node, lane, nowUs);
      if (role !== undefined) roles.push(role);
      const lease = openLease(node, lane, nowUs);
      if (lease !== undefined) leases.push(lease);
    }
    return { roles, leases };
  }

  private closeRole(node: string, lane: Lane, nowUs: number): void {
    const role = openRole(node, lane, nowUs);
    if (role !== undefined) this.roles.push(role);
  }

  private closeLease(node: string, lane: Lane, nowUs: number): void {
    const lease = openLease(node, lane, nowUs);
    if (lease !== undefined) this.leases.push(lease);
    lane.leaseFromUs = -1;
    lane.leaseUntilUs = -Infinity;
  }
}

/** The role that a node has, as a stretch until now. */
function openRole(node: string, lane: Lane, nowUs: number): RoleInterval | undefined {
  const { role, epoch, sinceUs } = lane;
  if (role === undefined || sinceUs === nowUs) return undefined;
  return { node, role, epoch, fromUs: sinceUs, untilUs: nowUs };
}

function openLease(node: string, lane: Lane, nowUs: number): LeaseInterval | undefined {
  const { shard, leaseEpoch, leaseFromUs, leaseUntilUs } = lane;
  const untilUs = Math.min(nowUs, leaseUntilUs);
  if (leaseFromUs < 0 || untilUs <= leaseFromUs) return undefined;
  return { node, shard, epoch: leaseEpoch, fromUs: leaseFromUs, untilUs };
}
