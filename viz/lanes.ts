/** Where each machine's or shard's lane lies and which bars stand on it. Pure: no page needed. */
import type { Report } from "../reports/json.ts";
import type { LeaseInterval, RoleInterval } from "../sim/run.ts";

export interface LaneBar {
  /** Counted from the start of the load. */
  readonly fromUs: number;
  readonly untilUs: number;
  readonly role: RoleInterval["role"];
  readonly epoch: number;
  readonly node: string;
}

export interface Lane {
  readonly label: string;
  /** Under this width a lane shows the short label. */
  readonly shortLabel: string;
  readonly zone: string;
  readonly y: number;
  readonly height: number;
  readonly bars: readonly LaneBar[];
  readonly leases: readonly LaneBar[];
  readonly showsLabel: boolean;
}

interface Heading {
  readonly text: string;
  readonly y: number;
}

export interface LaneLayout {
  readonly lanes: readonly Lane[];
  readonly headings: readonly Heading[];
  readonly height: number;
}

/** "nodes": a lane a machine, by zone. "shards": a lane a shard that shows who led it, for clusters too large for the other. */
export type LaneMode = "nodes" | "shards";

const headingHeight = 24;
const zoneGap = 8;

/** Large clusters begin with a lane a shard: 480 lanes of machines show nothing at a glance. */
export function firstMode(report: Report): LaneMode {
  return report.nodes.length > 60 ? "shards" : "nodes";
}

export function layoutLanes(report: Report, mode: LaneMode): LaneLayout {
  return mode === "nodes" ? layoutNodes(report) : layoutShards(report);
}

function layoutNodes(report: Report): LaneLayout {
  const roles = groupBy(report.roles, (role) => role.node);
  const leases = groupBy(report.leases, (lease) => lease.node);
  const laneHeight = laneHeightFor(report.nodes.length);
  const lanes: Lane[] = [];
  const headings: Heading[] = [];
  const zones = [...new Set(report.nodes.map((node) => node.zone))].sort();
  let y = 0;
  for (const zone of zones) {
    headings.push({ text: `zone ${zone}`, y });
    y += headingHeight;
    const inZone = report.nodes.filter((node) => node.zone === zone && roles.has(node.node));
    const ordered = inZone.toSorted(
      (left, right) => rankOf(left.kind) - rankOf(right.kind) || left.shard - right.shard,
    );
    for (const node of ordered) {
      lanes.push({
        label: node.node,
        shortLabel: node.node,
        zone,
        y,
        height: laneHeight,
        bars: (roles.get(node.node) ?? []).map((role) => barOf(role, role.role, report.loadedUs)),
        leases: (leases.get(node.node) ?? []).map((l) => barOf(l, "primary", report.loadedUs)),
        showsLabel: laneHeight >= 12,
      });
      y += laneHeight;
    }
    y += zoneGap;
  }
  return { lanes, headings, height: y };
}

function layoutShards(report: Report): LaneLayout {
  const zoneOf = new Map(report.nodes.map((node) => [node.node, node.zone]));
  const shardOf = new Map(report.nodes.map((node) => [node.node, node.shard]));
  const leads = report.roles.filter(
    (role) => role.role === "primary" || role.role === "handover" || role.role === "lapsed",
  );
  const roles = groupBy(leads, (role) => String(shardOf.get(role.node) ?? -1));
  const leases = groupBy(report.leases, (lease) => String(lease.shard));
  const shards = [...new Set(report.nodes.filter((n) => n.shard >= 0).map((n) => n.shard))].sort(
    (left, right) => left - right,
  );
  const logs = report.nodes.filter((node) => node.kind === "log");
  const logRoles = groupBy(report.roles, (role) => role.node);
  const laneHeight = laneHeightFor(shards.length);
  const lanes: Lane[] = [];
  const headings: Heading[] = [{ text: "shards, by their primary", y: 0 }];
  let y = headingHeight;
  for (const shard of shards) {
    const own = roles.get(String(shard)) ?? [];
    lanes.push({
      label: `shard ${shard}`,
      shortLabel: String(shard),
      zone: zoneOf.get(own.at(-1)?.node ?? "") ?? "",
      y,
      height: laneHeight,
      bars: own.map((role) => barOf(role, role.role, report.loadedUs)),
      leases: (leases.get(String(shard)) ?? []).map((l) => barOf(l, "primary", report.loadedUs)),
      // Of thin lanes every tenth is named.
      showsLabel: laneHeight >= 12 || shard % 10 === 0,
    });
    y += laneHeight;
  }
  y += zoneGap;
  headings.push({ text: "log nodes", y });
  y += headingHeight;
  for (const node of logs) {
    const bars = (logRoles.get(node.node) ?? []).map((r) => barOf(r, r.role, report.loadedUs));
    lanes.push({
      label: node.node,
      shortLabel: node.node,
      zone: node.zone,
      y,
      height: 20,
      bars,
      leases: [],
      showsLabel: true,
    });
    y += 20;
  }
  return { lanes, headings, height: y + zoneGap };
}

function laneHeightFor(count: number): number {
  if (count <= 16) return 24;
  if (count <= 40) return 16;
  return count <= 120 ? 7 : 4;
}

function rankOf(kind: Report["nodes"][number]["kind"]): number {
  return kind === "database" ? 0 : kind === "log" ? 1 : 2;
}

function barOf(
  interval: Pick<LeaseInterval, "node" | "epoch" | "fromUs" | "untilUs">,
  role: RoleInterval["role"],
  loadedUs: number,
): LaneBar {
  return {
    fromUs: interval.fromUs - loadedUs,
    untilUs: interval.untilUs - loadedUs,
    role,
    epoch: interval.epoch,
    node: interval.node,
  };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** The lane at a height, and its bar at a time; undefined where there is none. */
export function barAt(
  layout: LaneLayout,
  y: number,
  timeUs: number,
): { readonly lane: Lane; readonly bar: LaneBar | undefined } | undefined {
  const lane = layout.lanes.find((each) => y >= each.y && y < each.y + each.height);
  if (lane === undefined) return undefined;
  const bar = lane.bars.find((each) => timeUs >= each.fromUs && timeUs < each.untilUs);
  return { lane, bar };
}
