/** Draws each machine's log position: what is committed as a ground, the newest that it has as a line above it. The gap is the lag. */
import { logKey } from "./filmIndex.ts";
import { nextAtLeast } from "../film/rows.ts";
import type { Lane } from "./lanes.ts";
import type { Scene, Shown } from "./scene.ts";
import { fill, stroke, type Surface } from "./surface.ts";
import type { Stream } from "./stream.ts";

/** Pixels between two samples. */
const SAMPLE = 3;

interface Samples {
  readonly lane: Lane;
  /** -1 where nothing is known. */
  readonly newest: Float64Array;
  readonly committed: Float64Array;
}

export function paintCharts(surface: Surface, scene: Scene): void {
  const { layout, shard, vocabulary } = scene;
  if (vocabulary === undefined) return;
  const all = layout.lanes
    .filter(({ parts, kind }) => parts.chart !== undefined && kind !== "monitor")
    .flatMap((lane) => samplesOf(scene, lane) ?? []);
  const shards = new Set(all.map(({ lane }) => shardOf(lane, shard)));
  // The lanes of a shard share a scale, so that they can be compared.
  for (const each of shards) {
    const own = all.filter(({ lane }) => shardOf(lane, shard) === each);
    const [lowest, highest] = bounds(own);
    for (const samples of own) paintChart(surface, scene, samples, [lowest, highest]);
  }
}

function shardOf(lane: Lane, chosen: number): number {
  return lane.kind === "database" ? lane.shard : chosen;
}

interface Source {
  readonly stream: Stream | undefined;
  readonly newest: ArrayLike<number>;
  readonly committed: ArrayLike<number>;
}

function sourceOf({ index, run }: Shown, lane: Lane, place: number, shard: number): Source {
  const { databases, logs } = run.film;
  if (lane.kind === "database") {
    const stream = index.databases.get(place);
    const { appliedPosition: newest, committedPosition: committed } = databases;
    return { stream, newest, committed };
  }
  const stream = index.logs.get(logKey(place, shard));
  return { stream, newest: logs.lastPosition, committed: logs.commitPosition };
}

function samplesOf({ shown, view, geometry, shard }: Scene, lane: Lane): Samples | undefined {
  const place = shown.placeOf.get(lane.label) ?? -1;
  const { stream, newest, committed } = sourceOf(shown, lane, place, shard);
  if (stream === undefined) return undefined;
  const length = Math.floor((geometry.right - geometry.left) / SAMPLE);
  const samples = { lane, newest: new Float64Array(length), committed: new Float64Array(length) };
  const stepUs = (view.untilUs - view.fromUs) / length;
  const { presentUs } = shown.index.operations;
  let next = stream.from(view.fromUs);
  for (let at = 0; at < length; at++) {
    const timeUs = view.fromUs + (at + 1) * stepUs;
    next = nextAtLeast(stream.times, timeUs, next, stream.count);
    const isKnown = next > 0 && timeUs - stepUs <= presentUs;
    const row = isKnown ? (stream.rows[next - 1] as number) : -1;
    samples.newest[at] = row < 0 ? -1 : (newest[row] as number);
    samples.committed[at] = row < 0 ? -1 : (committed[row] as number);
  }
  return samples;
}

/** Nodes that have just lost their memory stand at 0: they do not stretch the scale. */
function bounds(all: readonly Samples[]): readonly [number, number] {
  let lowest = Infinity;
  let highest = 0;
  for (const { newest, committed } of all) {
    for (let at = 0; at < newest.length; at++) {
      const low = committed[at] as number;
      if (low > 0 && low < lowest) lowest = low;
      highest = Math.max(highest, newest[at] as number);
    }
  }
  return [Math.min(lowest, highest), highest];
}

function paintChart(
  surface: Surface,
  { geometry, palette }: Scene,
  { lane, newest, committed }: Samples,
  [lowest, highest]: readonly [number, number],
): void {
  const { chart } = lane.parts;
  if (chart === undefined) return;
  const top = geometry.lanes.top + lane.y + chart.top;
  const bottom = top + chart.height;
  const yOf = (position: number): number => {
    const share = highest === lowest ? 1 : (position - lowest) / (highest - lowest);
    return bottom - Math.max(0, share) * (chart.height - 1) - 0.5;
  };
  const line = stepsOf(newest, geometry.left, yOf);
  const ground = stepsOf(committed, geometry.left, yOf);
  const [firstX = 0, lastX = 0] = [ground[0], ground.at(-2)];
  surface.polygon([firstX, bottom, ...ground, lastX, bottom], fill(palette.position, 0.35));
  surface.polyline(line, stroke(palette.position, 1));
}

/** A line of steps through the samples; flat stretches are one step. */
function stepsOf(
  samples: Float64Array,
  left: number,
  yOf: (position: number) => number,
): readonly number[] {
  const points: number[] = [];
  let before = -1;
  for (let at = 0; at < samples.length; at++) {
    const position = samples[at] as number;
    if (position < 0) continue;
    const y = Math.round(yOf(position) * 2) / 2;
    const x = left + at * SAMPLE;
    if (y === before) points[points.length - 2] = x + SAMPLE;
    else points.push(x, y, x + SAMPLE, y);
    before = y;
  }
  return points;
}
