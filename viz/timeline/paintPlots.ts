/** Draws what stands above the lanes: faults, throughput, unavailability. Only what is in view. */
import { scaleLinear, type ScaleLinear } from "d3";
import { outageRow, type Band } from "./geometry.ts";
import { OK_PARTS, throughputParts, type Bin } from "./operationIndex.ts";
import type { Scene, Shown } from "./scene.ts";
import { fill, stroke, type Surface } from "./surface.ts";
import { xOf } from "./view.ts";

/** Shades the time of each fault over everything, and closes it with a bar in the strip above. */
export function paintFaults(surface: Surface, scene: Scene): void {
  const { geometry, palette, view, shown, selection } = scene;
  const { faults, axis, left, right } = geometry;
  const shade = fill(palette.fault);
  const edge = fill(palette.faultEdge);
  for (const fault of shown.run.outline.faults) {
    const from = xOf(view, fault.fromUs);
    const until = Math.max(xOf(view, fault.untilUs), from + 1.5);
    if (until < left || from > right) continue;
    const isChosen = selection?.kind === "fault" && selection.id === fault.id;
    const bar = isChosen ? 6 : 3;
    surface.rect(from, faults.height, until - from, axis.top - faults.height, shade);
    surface.rect(from, faults.height - bar, until - from, bar, edge);
    surface.rect(from - 0.5, faults.height - 3, 1, axis.top, edge);
    if (until - from > 3) surface.rect(until - 0.5, faults.height - 3, 1, axis.top, edge);
  }
  paintForkFaults(surface, scene);
}

/** The fork's faults as dashed bounds: what was moved or added is seen beside what was. */
function paintForkFaults(surface: Surface, { geometry, palette, view, shown, fork }: Scene): void {
  if (fork === undefined) return;
  const known = new Set(shown.run.outline.faults.map((fault) => `${fault.fromUs} ${fault.text}`));
  const ends = fork.run.outline.faults
    .filter((fault) => !known.has(`${fault.fromUs} ${fault.text}`))
    .flatMap((fault) => [xOf(view, fault.fromUs), xOf(view, fault.untilUs)])
    .filter((x) => x >= geometry.left && x <= geometry.right)
    .flatMap((x) => [x, geometry.faults.height - 3, x, geometry.axis.top]);
  surface.lines(ends, stroke(palette.faultEdge, 1, 1, true));
}

export function throughputScale(bins: readonly Bin[], band: Band): ScaleLinear<number, number> {
  let highest = 1;
  for (const bin of bins) highest = Math.max(highest, ratePerSecond(bin, bin.total));
  return scaleLinear([0, highest], [band.top + band.height, band.top]).nice(3);
}

export function ratePerSecond(bin: Bin, count: number): number {
  return (count * 1_000_000) / (bin.untilUs - bin.fromUs);
}

export function paintThroughput(surface: Surface, scene: Scene): void {
  const { geometry, palette, view, bins, forkBins } = scene;
  const y = throughputScale([...bins, ...forkBins], geometry.throughput);
  // Answers are the ground; what went wrong stands out.
  const paints = [
    fill(palette.read, 0.6),
    fill(palette.replicaRead, 0.6),
    fill(palette.write, 0.6),
    fill(palette.fail),
    fill(palette.unknown),
  ];
  for (const bin of bins) {
    const left = xOf(view, bin.fromUs);
    const width = Math.max(0.5, xOf(view, bin.untilUs) - left - 0.75);
    let stacked = 0;
    for (let part = 0; part < throughputParts.length; part++) {
      const count = bin.counts[part] as number;
      if (count === 0) continue;
      const bottom = y(ratePerSecond(bin, stacked));
      stacked += count;
      const top = y(ratePerSecond(bin, stacked));
      surface.rect(left, top, width, bottom - top, paints[part] ?? fill(palette.ink));
    }
  }
  const steps = forkBins.flatMap((bin) => {
    const answered = bin.counts.slice(0, OK_PARTS).reduce((sum, count) => sum + count, 0);
    const height = y(ratePerSecond(bin, answered));
    return [xOf(view, bin.fromUs), height, xOf(view, bin.untilUs), height];
  });
  surface.polyline(steps, stroke(palette.ink, 1.5, 0.9, true));
}

/** Bars of unavailability, each with a whisker to the time that was promised. The fork's stand below, thinner. */
export function paintOutages(surface: Surface, scene: Scene): void {
  const isForked = scene.fork !== undefined;
  paintWindows(surface, scene, scene.shown, { top: 4, height: isForked ? 6 : outageRow - 8 });
  if (scene.fork !== undefined) {
    paintWindows(surface, scene, scene.fork, { top: 11, height: 4 });
  }
}

function paintWindows(
  surface: Surface,
  { geometry, palette, view }: Scene,
  { run }: Shown,
  slot: Band,
): void {
  const { unavailability, failovers, promises } = run.outline;
  const bar = fill(palette.outage, unavailability.length > 12 ? 0.35 : 1);
  const mark = fill(palette.muted);
  const promiseOf = (atUs: number): number => {
    const near = failovers.find((f) => Math.abs(f.faultUs - atUs) < 2_000_000);
    return near?.planned === true ? promises.plannedUs : promises.unplannedUs;
  };
  for (const window of unavailability) {
    const row = window.access === "write" ? 0 : 1;
    const top = geometry.outages.top + row * outageRow + slot.top;
    const from = xOf(view, window.fromUs);
    const until = Math.max(from + 2, xOf(view, window.untilUs));
    surface.rect(from, top, until - from, slot.height, bar);
    const limit = xOf(view, window.fromUs + promiseOf(window.fromUs));
    if (limit > until) surface.rect(until, top + slot.height / 2 - 0.5, limit - until, 1, mark);
    surface.rect(limit - 0.75, top - 1, 1.5, slot.height + 2, mark);
  }
}
