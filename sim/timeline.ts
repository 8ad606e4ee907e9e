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

  private closeRole(node: string, lane: Lane, nowUs: number): void {
    if (lane.role === undefined || lane.sinceUs === nowUs) return;
    const { role, epoch, sinceUs } = lane;
    this.roles.push({ node, role, epoch, fromUs: sinceUs, untilUs: nowUs });
  }

  private closeLease(node: string, lane: Lane, nowUs: number): void {
    if (lane.leaseFromUs < 0) return;
    const untilUs = Math.min(nowUs, lane.leaseUntilUs);
    if (untilUs > lane.leaseFromUs) {
      const { shard, leaseEpoch, leaseFromUs } = lane;
      this.leases.push({ node, shard, epoch: leaseEpoch, fromUs: leaseFromUs, untilUs });
    }
    lane.leaseFromUs = -1;
    lane.leaseUntilUs = -Infinity;
  }
}
