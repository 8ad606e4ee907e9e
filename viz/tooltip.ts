/** What the pointer's place in the figure says, as lines of text; the first is the time. */
import type { ScaleLinear, ScaleLogarithmic } from "d3";
import { countText, durationText } from "../reports/figures.ts";
import { accessNames, outcomeNames, type PageData } from "../reports/page.ts";
import { outageRow, type Band, type Geometry } from "./geometry.ts";
import { barAt, type LaneLayout } from "./lanes.ts";
import { nearestOperation, throughputParts, type Bin, type Operations } from "./operations.ts";
import { ratePerSecond } from "./paint.ts";

export interface Pointed {
  readonly data: PageData;
  readonly operations: Operations;
  readonly geometry: Geometry;
  readonly x: ScaleLinear<number, number>;
  readonly latency: ScaleLogarithmic<number, number>;
  readonly bins: readonly Bin[];
  readonly layout: LaneLayout;
}

export function tooltipLines(pointed: Pointed, px: number, py: number): readonly string[] {
  const { geometry, x } = pointed;
  const timeUs = x.invert(px);
  const lines = [`${(timeUs / 1_000_000).toFixed(x.invert(px + 1) - timeUs < 1000 ? 6 : 3)} s`];
  if (isIn(geometry.throughput, py)) lines.push(...throughputLines(pointed, timeUs));
  else if (isIn(geometry.latency, py)) lines.push(...operationLines(pointed, px, py));
  else if (isIn(geometry.outages, py)) lines.push(...outageLines(pointed, timeUs, py));
  else if (isIn(geometry.lanes, py)) lines.push(...laneLines(pointed, timeUs, py));
  lines.push(...faultLines(pointed, timeUs));
  return lines;
}

function isIn(band: Band, y: number): boolean {
  return y >= band.top - 6 && y < band.top + band.height + 6;
}

function throughputLines({ bins }: Pointed, timeUs: number): readonly string[] {
  const bin = bins.find((each) => timeUs >= each.fromUs && timeUs < each.untilUs);
  if (bin === undefined) return [];
  const lines = [
    `${countText(Math.round(ratePerSecond(bin, bin.total)))} operations/s over ${durationText(bin.untilUs - bin.fromUs)}`,
  ];
  throughputParts.forEach((part, index) => {
    const count = bin.counts[index] ?? 0;
    if (count > 0) lines.push(`${part}: ${countText(count)}`);
  });
  return lines;
}

function operationLines(pointed: Pointed, px: number, py: number): readonly string[] {
  const { operations, x, latency } = pointed;
  const index = nearestOperation(
    operations,
    { x: px, y: py, reach: 9 },
    {
      xOf: x,
      yOf: latency,
      timeOf: (at) => x.invert(at),
    },
  );
  if (index < 0) return [];
  const { columns } = operations;
  const text = (at: number | undefined): string => columns.texts[at ?? -1] ?? "";
  return [
    text(columns.command[index]),
    `→ ${text(columns.answer[index])}`,
    `${outcomeNames[operations.outcome[index] ?? 0]} after ${durationText(operations.latencyUs[index] ?? 0)}, ${accessNames[operations.access[index] ?? 0]}`,
    `${text(columns.node[index])}, shard ${columns.shard[index]}, process ${columns.process[index]}`,
  ];
}

function outageLines({ data, geometry }: Pointed, timeUs: number, py: number): readonly string[] {
  const access = py < geometry.outages.top + outageRow ? "write" : "read";
  const { loadedUs, unavailability, promises } = data.report;
  const windows = unavailability.filter(
    (window) =>
      window.access === access &&
      timeUs >= window.fromUs - loadedUs &&
      timeUs <= window.untilUs - loadedUs,
  );
  if (windows.length === 0) return [`${access}s are available`];
  const lines = windows
    .slice(0, 6)
    .map((w) => `no ${access}s on shard ${w.shard} for ${durationText(w.untilUs - w.fromUs)}`);
  if (windows.length > 6) lines.push(`and on ${windows.length - 6} more shards`);
  lines.push(
    `promise: unplanned < ${durationText(promises.unplannedUs)}, planned < ${durationText(promises.plannedUs)}`,
  );
  return lines;
}

function laneLines({ layout, geometry }: Pointed, timeUs: number, py: number): readonly string[] {
  const found = barAt(layout, py - geometry.lanes.top, timeUs);
  if (found === undefined) return [];
  const { lane, bar } = found;
  const lines = [bar === undefined ? lane.label : `${bar.node}: ${bar.role}`];
  if (bar !== undefined && bar.epoch > 0) {
    lines.push(bar.role.startsWith("log") ? `term ${bar.epoch}` : `epoch ${bar.epoch}`);
  }
  if (bar !== undefined) lines.push(`for ${durationText(bar.untilUs - bar.fromUs)}`);
  const lease = lane.leases.find((each) => timeUs >= each.fromUs && timeUs < each.untilUs);
  if (lease !== undefined) lines.push(`valid lease of ${lease.node}, epoch ${lease.epoch}`);
  return lines;
}

function faultLines({ data }: Pointed, timeUs: number): readonly string[] {
  const { faults, loadedUs } = data.report;
  return faults
    .filter((fault) => timeUs >= fault.fromUs - loadedUs && timeUs <= fault.untilUs - loadedUs)
    .slice(0, 3)
    .map((fault) => `fault: ${fault.text}`);
}
