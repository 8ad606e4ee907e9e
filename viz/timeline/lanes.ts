/** Where each machine's or shard's lane lies and which bars stand on it. Pure: no page needed. */
import type { LeaseInterval, NodeInfo, RoleInterval } from "../../sim/run.ts";
import type { TimelineOutline } from "./contract.ts";
import type { Band } from "./geometry.ts";

export type LaneKind = NodeInfo["kind"] | "shard";

export interface Lane {
  readonly label: string;
  /** Under this width a lane shows the short label. */
  readonly shortLabel: string;
  readonly kind: LaneKind;
  readonly zone: string;
  /** A database's own; -1 for lanes that belong to all shards. */
  readonly shard: number;
  readonly y: number;
  readonly height: number;
  readonly bars: readonly RoleInterval[];
  readonly leases: readonly LeaseInterval[];
  /** What the fork's machine of the same name did; undefined without a fork. */
  readonly forkBars: readonly RoleInterval[] | undefined;
  readonly showsLabel: boolean;
  readonly parts: LaneParts;
}

/** Counted from the top of the lane; what has no room is missing. */
export interface LaneParts {
  readonly role: Band;
  readonly fork?: Band;
  readonly lease?: Band;
  readonly events?: Band;
  readonly chart?: Band;
  readonly messages?: Band;
}

/** Names what stands below it; what happened to a whole zone, or to no place at all, stands in its row. */
export interface Heading {
  readonly text: string;
  /** "" for the world itself; undefined if nothing happens there. */
  readonly place: string | undefined;
  readonly y: number;
}

export interface LaneLayout {
  readonly lanes: readonly Lane[];
  readonly headings: readonly Heading[];
  readonly height: number;
}

/** "nodes": a lane a machine, by zone. "shards": a lane a shard that shows who led it, for clusters too large for the other. */
export type LaneMode = "nodes" | "shards";

export interface LaneOptions {
  readonly mode: LaneMode;
  /** Whether there is more to show of a machine than its roles and leases. */
  readonly hasDetail: boolean;
  readonly fork: TimelineOutline | undefined;
}

export const headingHeight = 20;
const zoneGap = 6;

/** Large clusters begin with a lane a shard: 480 lanes of machines show nothing at a glance. */
export function firstMode(outline: Pick<TimelineOutline, "nodes">): LaneMode {
  return outline.nodes.length > 60 ? "shards" : "nodes";
}

export function layoutLanes(outline: TimelineOutline, options: LaneOptions): LaneLayout {
  return options.mode === "nodes" ? layoutNodes(outline, options) : layoutShards(outline, options);
}

type Size = "full" | "half" | "bars" | "thin" | "thinnest";

function sizeFor(count: number, hasDetail: boolean): Size {
  if (hasDetail && count <= 12) return "full";
  if (count <= 16) return hasDetail ? "half" : "bars";
  if (count <= 40) return "bars";
  return count <= 120 ? "thin" : "thinnest";
}

const partsOf: Readonly<Record<Size, LaneParts & { readonly height: number }>> = {
  full: {
    height: 45,
    role: { top: 3, height: 9 },
    lease: { top: 13, height: 5 },
    events: { top: 18, height: 8 },
    chart: { top: 27, height: 9 },
    messages: { top: 37, height: 6 },
  },
  half: {
    height: 25,
    role: { top: 2, height: 8 },
    lease: { top: 10, height: 4 },
    events: { top: 14, height: 6 },
    messages: { top: 20, height: 4 },
  },
  bars: { height: 20, role: { top: 3, height: 11 }, lease: { top: 14, height: 4 } },
  thin: { height: 7, role: { top: 0.5, height: 6 } },
  thinnest: { height: 4, role: { top: 0.5, height: 3 } },
};

/** The monitor has no role and no log. */
const monitorSize: { readonly height: number; readonly parts: LaneParts } = {
  height: 22,
  parts: {
    role: { top: 2, height: 0 },
    events: { top: 3, height: 8 },
    messages: { top: 13, height: 6 },
  },
};

const forkPart = 8;

/** With a fork every lane has a second bar beneath its own. */
function laneSize(size: Size, isForked: boolean): { height: number; parts: LaneParts } {
  const { height, ...parts } = partsOf[size];
  if (!isForked || size === "thinnest") return { height, parts };
  const fork = { top: parts.role.top + parts.role.height + 1, height: forkPart };
  const moved = (band: Band): Band => ({ ...band, top: band.top + forkPart + 2 });
  const others = Object.entries(parts)
    .filter(([name]) => name !== "role")
    .map(([name, band]) => [name, moved(band)]);
  return {
    height: height + forkPart + 2,
    parts: { role: parts.role, fork, ...(Object.fromEntries(others) as Partial<LaneParts>) },
  };
}

function layoutNodes(outline: TimelineOutline, { hasDetail, fork }: LaneOptions): LaneLayout {
  const roles = grouped(outline.roles, (role) => role.node);
  const leases = grouped(outline.leases, (lease) => lease.node);
  const forkRoles = fork === undefined ? undefined : grouped(fork.roles, (role) => role.node);
  const shown = outline.nodes.filter((node) => hasDetail || roles.has(node.node));
  const size = laneSize(sizeFor(shown.length, hasDetail), fork !== undefined);
  const lanes: Lane[] = [];
  const headings: Heading[] = [];
  const zones = [...new Set(shown.map((node) => node.zone))].sort();
  let y = 0;
  if (hasDetail) {
    headings.push({ text: "the run", place: "", y });
    y += headingHeight;
  }
  for (const zone of zones) {
    headings.push({ text: `zone ${zone}`, place: zone, y });
    y += headingHeight;
    const inZone = shown.filter((node) => node.zone === zone);
    const ordered = inZone.toSorted(
      (left, right) => rankOf(left.kind) - rankOf(right.kind) || left.shard - right.shard,
    );
    for (const { node, kind, shard } of ordered) {
      const { height, parts } = kind === "monitor" && hasDetail ? monitorSize : size;
      lanes.push({
        label: node,
        shortLabel: node,
        kind,
        zone,
        shard,
        y,
        height,
        bars: roles.get(node) ?? [],
        leases: leases.get(node) ?? [],
        forkBars: forkRoles === undefined ? undefined : (forkRoles.get(node) ?? []),
        showsLabel: height >= 12,
        parts,
      });
      y += height;
    }
    y += zoneGap;
  }
  return { lanes, headings, height: y };
}

const leading: ReadonlySet<string> = new Set(["primary", "handover", "lapsed"]);

function layoutShards(outline: TimelineOutline, { fork }: LaneOptions): LaneLayout {
  const zoneOf = new Map(outline.nodes.map((node) => [node.node, node.zone]));
  const shardOf = new Map(outline.nodes.map((node) => [node.node, node.shard]));
  const leadsOf = ({ roles }: TimelineOutline): Map<number, RoleInterval[]> =>
    grouped(
      roles.filter(({ role }) => leading.has(role)),
      ({ node }) => shardOf.get(node) ?? -1,
    );
  const leads = leadsOf(outline);
  const forkLeads = fork === undefined ? undefined : leadsOf(fork);
  const leases = grouped(outline.leases, (lease) => lease.shard);
  const shards = [...new Set(outline.nodes.map(({ shard }) => shard))]
    .filter((shard) => shard >= 0)
    .sort((left, right) => left - right);
  const { height, parts } = laneSize(sizeFor(shards.length, false), fork !== undefined);
  const lanes: Lane[] = [];
  const headings: Heading[] = [{ text: "shards, by their primary", place: undefined, y: 0 }];
  let y = headingHeight;
  for (const shard of shards) {
    const own = leads.get(shard) ?? [];
    lanes.push({
      label: `shard ${shard}`,
      shortLabel: String(shard),
      kind: "shard",
      zone: zoneOf.get(own.at(-1)?.node ?? "") ?? "",
      shard,
      y,
      height,
      bars: own,
      leases: leases.get(shard) ?? [],
      forkBars: forkLeads === undefined ? undefined : (forkLeads.get(shard) ?? []),
      // Of thin lanes every tenth is named.
      showsLabel: height >= 12 || shard % 10 === 0,
      parts,
    });
    y += height;
  }
  y += zoneGap;
  headings.push({ text: "log nodes", place: undefined, y });
  return addLogs(outline, fork, { lanes, headings, height: y + headingHeight });
}

function addLogs(
  outline: TimelineOutline,
  fork: TimelineOutline | undefined,
  above: LaneLayout,
): LaneLayout {
  const roles = grouped(outline.roles, (role) => role.node);
  const forkRoles = fork === undefined ? undefined : grouped(fork.roles, (role) => role.node);
  const { height, parts } = laneSize("bars", fork !== undefined);
  const logs = outline.nodes.filter((node) => node.kind === "log");
  const lanes = logs.map(({ node, zone }, index): Lane => ({
    label: node,
    shortLabel: node,
    kind: "log",
    zone,
    shard: -1,
    y: above.height + index * height,
    height,
    bars: roles.get(node) ?? [],
    leases: [],
    forkBars: forkRoles === undefined ? undefined : (forkRoles.get(node) ?? []),
    showsLabel: true,
    parts,
  }));
  return {
    lanes: [...above.lanes, ...lanes],
    headings: above.headings,
    height: above.height + logs.length * height + zoneGap,
  };
}

function grouped<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function rankOf(kind: NodeInfo["kind"]): number {
  return kind === "database" ? 0 : kind === "log" ? 1 : 2;
}

/** The lane at a height. */
export function laneAt(layout: LaneLayout, y: number): Lane | undefined {
  return layout.lanes.find((each) => y >= each.y && y < each.y + each.height);
}

export function intervalAt<Item extends { readonly fromUs: number; readonly untilUs: number }>(
  intervals: readonly Item[],
  timeUs: number,
): Item | undefined {
  return intervals.find((each) => timeUs >= each.fromUs && timeUs < each.untilUs);
}
