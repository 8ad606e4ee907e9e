/** The parts of Azimuth's machines: primary and replicas of a shard, leader and followers of its log, the monitor. */
import type { Cluster } from "./cluster.ts";
import type { Machine } from "./machine.ts";
import { phasesOf } from "./phases.ts";
import type { Place } from "./place.ts";
import type { LeadingRole, Topology } from "./topology.ts";

/** Words for one machine. */
export const machineRoles: readonly string[] = [
  "primary",
  "replica",
  "logLeader",
  "logFollower",
  "monitor",
  "both",
  "candidate",
  "handingOver",
  "recovering",
  "logRepairing",
];

/** Moments that a fault may wait for: see `when` in sim/nemesis/fault.ts. */
export const moments: readonly string[] = [
  "appendInFlight",
  "electing",
  "handover",
  "recovering",
  "logElecting",
  "logRepairing",
  "leaseAboutToEnd",
  "scriptRuns",
];

/** What is left of a lease that is about to end; a healthy one is renewed long before. */
const LAST_OF_LEASE_US = 50_000;

const ownGroups: readonly string[] = ["databases", "replicas", "log"];

/** Words for several places at once, which the ends of links and the clocks take too. */
export const groupRoles: readonly string[] = ["everything", ...ownGroups, "clients"];

export class ClusterTopology implements Topology {
  readonly shardCount: number;
  readonly hasShards: boolean = true;
  readonly roles: readonly string[] = machineRoles;
  readonly groups: readonly string[] = ownGroups;
  readonly moments: readonly string[] = moments;
  readonly leadingRoles: readonly LeadingRole[] = [
    { role: "primary", words: "the primary" },
    { role: "logLeader", words: "the log's leader" },
  ];
  private readonly cluster: Cluster;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    this.shardCount = cluster.layout.shardCount;
  }

  holderOf(role: string, shard: number): Machine | undefined {
    const { cluster } = this;
    switch (role) {
      case "primary":
      case "both":
        return cluster.primaryOf(shard)?.machine;
      case "replica":
        return this.replicaOf(shard);
      case "logLeader":
        return cluster.logLeaderOf(shard)?.machine;
      case "logFollower":
        return this.logFollowerOf(shard);
      case "candidate":
      case "recovering":
        return this.inRole(role, shard);
      case "handingOver":
        return this.inRole("handover", shard);
      case "logRepairing":
        return this.logInRole("repairing", shard);
      default:
        return cluster.monitor;
    }
  }

  /** The first running replica of a shard. */
  private replicaOf(shard: number): Machine | undefined {
    const { cluster } = this;
    const primary = cluster.primaryOf(shard);
    const isReplica = (host: (typeof cluster.databases)[number]): boolean =>
      host.shard === shard && host.node !== undefined && host !== primary;
    return cluster.databases.find(isReplica)?.machine;
  }

  private logFollowerOf(shard: number): Machine | undefined {
    const { cluster } = this;
    const leader = cluster.logLeaderOf(shard);
    if (leader === undefined) return undefined;
    return cluster.logs.find((host) => host !== leader && host.node !== undefined)?.machine;
  }

  private inRole(role: string, shard: number): Machine | undefined {
    const { databases } = this.cluster;
    const isIn = (host: (typeof databases)[number]): boolean =>
      host.shard === shard && host.node !== undefined && host.view.role === role;
    return databases.find(isIn)?.machine;
  }

  private logInRole(role: string, shard: number): Machine | undefined {
    return this.cluster.logs.find((host) => host.facts[shard]?.role === role)?.machine;
  }

  isMoment(moment: string, shard: number): boolean {
    switch (moment) {
      case "appendInFlight": {
        const view = this.cluster.primaryOf(shard)?.view;
        return view !== undefined && view.appliedPosition > view.committedPosition;
      }
      case "electing":
        return this.inRole("candidate", shard) !== undefined;
      case "logElecting":
        return this.logInRole("candidate", shard) !== undefined;
      case "logRepairing":
        return this.logInRole("repairing", shard) !== undefined;
      case "leaseAboutToEnd": {
        const { nowUs, untilUs } = this.cluster.leaseOf(shard);
        return untilUs > nowUs && untilUs - nowUs < LAST_OF_LEASE_US;
      }
      case "scriptRuns": {
        const view = this.cluster.primaryOf(shard)?.view;
        return view !== undefined && view.script !== "none";
      }
      default:
        return this.inRole(moment, shard) !== undefined;
    }
  }

  membersOf(group: string, shard: number): (place: Place) => boolean {
    switch (group) {
      case "log":
        return (place) => place.kind === "log";
      case "databases":
        return (place) => place.kind === "database";
      default: {
        const primary = this.cluster.primaryOf(shard)?.machine;
        return (place) => place.kind === "database" && place.shard === shard && place !== primary;
      }
    }
  }

  readonly phasesAt = (nowUs: number): readonly string[] => phasesOf(this.cluster, nowUs);

  clockChanged(machine: Machine): void {
    this.cluster.clockChanged(machine);
  }

  paused(machine: Machine): void {
    this.cluster.paused(machine);
  }

  resumed(machine: Machine): void {
    this.cluster.resumed(machine);
  }
}
