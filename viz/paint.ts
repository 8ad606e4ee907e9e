/** Paints the dense layers on a canvas: bands of faults, throughput, latencies, outages, lanes. Draws what is in view only. */
import { area, curveStep, line, scaleLinear, type ScaleLinear, type ScaleLogarithmic } from "d3";
import type { Report } from "../reports/json.ts";
import { outageRow, type Band, type Geometry } from "./geometry.ts";
import type { Lane, LaneBar, LaneLayout } from "./lanes.ts";
import {
  binOperations,
  firstFrom,
  quantileLine,
  throughputParts,
  type Bin,
  type Operations,
  type QuantilePoint,
} from "./operations.ts";
import { hatch, roleLegend, type Palette, type Role } from "./palette.ts";

interface Scene {
  readonly context: CanvasRenderingContext2D;
  readonly geometry: Geometry;
  readonly palette: Palette;
  readonly x: ScaleLinear<number, number>;
  readonly latency: ScaleLogarithmic<number, number>;
  readonly report: Report;
  readonly operations: Operations;
  readonly bins: readonly Bin[];
  readonly layout: LaneLayout;
  /** In shard mode bars take the colour of their zone, for there all are primaries. */
  readonly coloursZones: boolean;
}

export function paint(scene: Scene): void {
  const { context, geometry } = scene;
  context.clearRect(0, 0, geometry.width, geometry.height);
  context.save();
  context.beginPath();
  context.rect(geometry.left, 0, geometry.right - geometry.left, geometry.axis.top);
  context.clip();
  paintLanes(scene);
  paintFaults(scene);
  paintThroughput(scene);
  paintLatency(scene);
  paintOutages(scene);
  context.restore();
}

/** Shades the time of each fault over everything, and closes it with a bar in the strip above. */
function paintFaults({ context, geometry, palette, x, report }: Scene): void {
  for (const fault of report.faults) {
    const from = x(fault.fromUs - report.loadedUs);
    const until = Math.max(x(fault.untilUs - report.loadedUs), from + 1.5);
    if (until < geometry.left || from > geometry.right) continue;
    context.fillStyle = palette.fault;
    context.fillRect(
      from,
      geometry.faults.height,
      until - from,
      geometry.axis.top - geometry.faults.height,
    );
    context.fillStyle = palette.faultEdge;
    context.fillRect(from, geometry.faults.height - 3, until - from, 3);
    context.fillRect(from - 0.5, geometry.faults.height - 3, 1, geometry.axis.top);
    if (until - from > 3)
      context.fillRect(until - 0.5, geometry.faults.height - 3, 1, geometry.axis.top);
  }
}

export function throughputScale(bins: readonly Bin[], band: Band): ScaleLinear<number, number> {
  let highest = 1;
  for (const bin of bins) highest = Math.max(highest, ratePerSecond(bin, bin.total));
  return scaleLinear([0, highest], [band.top + band.height, band.top]).nice(3);
}

export function ratePerSecond(bin: Bin, count: number): number {
  return (count * 1_000_000) / (bin.untilUs - bin.fromUs);
}

function paintThroughput({ context, geometry, palette, x, bins }: Scene): void {
  const y = throughputScale(bins, geometry.throughput);
  const colours = [palette.read, palette.replicaRead, palette.write, palette.fail, palette.unknown];
  for (const bin of bins) {
    const left = x(bin.fromUs);
    const columnWidth = Math.max(0.5, x(bin.untilUs) - left - 0.75);
    let stacked = 0;
    for (let part = 0; part < throughputParts.length; part++) {
      const count = bin.counts[part] ?? 0;
      if (count === 0) continue;
      const bottom = y(ratePerSecond(bin, stacked));
      stacked += count;
      const top = y(ratePerSecond(bin, stacked));
      context.fillStyle = colours[part] ?? palette.ink;
      // Answers are the ground; what went wrong stands out.
      context.globalAlpha = part < 3 ? 0.6 : 1;
      context.fillRect(left, top, columnWidth, bottom - top);
    }
  }
  context.globalAlpha = 1;
}

/** Above this many points in view they become faint squares of a pixel or two, so that density shows as depth. */
const densePoints = 4000;

function paintLatency(scene: Scene): void {
  const { geometry, palette, operations, x } = scene;
  const from = firstFrom(operations, x.invert(geometry.left - 4));
  const until = firstFrom(operations, x.invert(geometry.right + 4));
  paintQuantiles(scene, 0, palette.read);
  paintQuantiles(scene, 1, palette.write);
  paintPoints(scene, from, until);
}

function paintPoints(scene: Scene, from: number, until: number): void {
  const { context, palette, operations, x, latency } = scene;
  const isDense = until - from > densePoints;
  const size = isDense ? 1.6 : until - from > 600 ? 2.4 : 4;
  const colours = [palette.read, palette.write, palette.replicaRead];
  // One pass a colour: changing the fill for every point is what makes a canvas slow.
  for (let access = 0; access < 3; access++) {
    context.fillStyle = colours[access] ?? palette.ink;
    context.globalAlpha = isDense ? 0.4 : 0.7;
    for (let i = from; i < until; i++) {
      if (operations.access[i] !== access || operations.outcome[i] !== 0) continue;
      const px = x(operations.dueUs[i] ?? 0) - size / 2;
      context.fillRect(px, latency(operations.latencyUs[i] ?? 1) - size / 2, size, size);
    }
  }
  // What went wrong comes last and in full colour, so that one bad point in thousands is seen.
  context.globalAlpha = isDense ? 0.75 : 1;
  context.lineWidth = 1.3;
  for (let i = from; i < until; i++) {
    const outcome = operations.outcome[i] ?? 0;
    if (outcome === 0) continue;
    const px = x(operations.dueUs[i] ?? 0);
    const py = latency(operations.latencyUs[i] ?? 1);
    context.strokeStyle = outcome === 1 ? palette.fail : palette.unknown;
    const arm = isDense ? 2 : 3;
    context.beginPath();
    context.moveTo(px - arm, py - arm);
    context.lineTo(px + arm, py + arm);
    context.moveTo(px - arm, py + arm);
    context.lineTo(px + arm, py - arm);
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** The stretch between median and p99 as a band with the p99 as its upper line. */
function paintQuantiles(scene: Scene, access: number, colour: string): void {
  const { context, operations, geometry, x, latency } = scene;
  const [from = 0, until = 0] = x.domain();
  // Wider bins than the throughput's: a p99 of ten answers is their maximum and says little.
  const bins = binOperations(operations, from, until, (geometry.right - geometry.left) / 18);
  const points = quantileLine(operations, access, bins);
  const xOf = (point: QuantilePoint): number => x(point.timeUs);
  context.beginPath();
  area<QuantilePoint>(
    xOf,
    (p) => latency(p.p50Us),
    (p) => latency(p.p99Us),
  )
    .defined((p) => p.count > 0)
    .curve(curveStep)
    .context(context)(points);
  context.globalAlpha = 0.13;
  context.fillStyle = colour;
  context.fill();
  context.globalAlpha = 0.9;
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  line<QuantilePoint>(xOf, (p) => latency(p.p99Us))
    .defined((p) => p.count > 0)
    .curve(curveStep)
    .context(context)(points);
  context.stroke();
  context.globalAlpha = 1;
}

/** Bars of unavailability, each with a whisker to the time that was promised. */
function paintOutages({ context, geometry, palette, x, report }: Scene): void {
  const promiseOf = (atUs: number): number => {
    const near = report.failovers.find((f) => Math.abs(f.faultUs - atUs) < 2_000_000);
    return near?.planned === true ? report.promises.plannedUs : report.promises.unplannedUs;
  };
  for (const window of report.unavailability) {
    const row = window.access === "write" ? 0 : 1;
    const top = geometry.outages.top + row * outageRow;
    const from = x(window.fromUs - report.loadedUs);
    const until = Math.max(from + 2, x(window.untilUs - report.loadedUs));
    context.globalAlpha = report.unavailability.length > 12 ? 0.35 : 1;
    context.fillStyle = palette.outage;
    context.fillRect(from, top + 4, until - from, outageRow - 8);
    const limit = x(window.fromUs - report.loadedUs + promiseOf(window.fromUs));
    context.globalAlpha = 1;
    context.fillStyle = palette.muted;
    if (limit > until) context.fillRect(until, top + outageRow / 2 - 0.5, limit - until, 1);
    context.fillRect(limit - 0.75, top + 3, 1.5, outageRow - 6);
  }
}

function paintLanes(scene: Scene): void {
  const { context, geometry, palette, layout } = scene;
  const patterns = new Map<Role, CanvasPattern | string>();
  for (const { role, isHatched } of roleLegend) {
    patterns.set(role, isHatched ? hatch(context, palette.role[role]) : palette.role[role]);
  }
  for (const lane of layout.lanes) {
    const top = geometry.lanes.top + lane.y;
    if (lane.height >= 12) {
      context.fillStyle = palette.line;
      context.fillRect(geometry.left, top + lane.height - 0.5, geometry.right - geometry.left, 0.5);
    }
    for (const bar of lane.bars) paintBar(scene, lane, bar, patterns);
    paintLeases(scene, lane);
  }
}

function paintBar(
  { context, geometry, palette, x, coloursZones }: Scene,
  lane: Lane,
  bar: LaneBar,
  patterns: ReadonlyMap<Role, CanvasPattern | string>,
): void {
  const from = Math.max(x(bar.fromUs), geometry.left - 2);
  const until = Math.min(x(bar.untilUs), geometry.right + 2);
  if (until < geometry.left || from > geometry.right) return;
  const isThin = lane.height < 12;
  const top = geometry.lanes.top + lane.y + (isThin ? 0.5 : 4);
  const height = isThin ? lane.height - 1 : lane.height - 11;
  const zone = bar.node.split("-")[2]?.[0] ?? "";
  context.fillStyle =
    coloursZones && bar.role === "primary"
      ? (palette.zone[zone] ?? palette.role.primary)
      : (patterns.get(bar.role) ?? palette.muted);
  // A role held for a moment must not vanish between two pixels.
  context.fillRect(from, top, Math.max(until - from, 1.5), height);
}

function paintLeases({ context, geometry, palette, x }: Scene, lane: Lane): void {
  if (lane.height < 12) return;
  context.fillStyle = palette.lease;
  for (const lease of lane.leases) {
    const from = x(lease.fromUs);
    const until = x(lease.untilUs);
    if (until < geometry.left || from > geometry.right) continue;
    context.fillRect(
      from,
      geometry.lanes.top + lane.y + lane.height - 6,
      Math.max(until - from, 1.5),
      3,
    );
  }
}
