/** Draws latencies: points while they can be told apart, else how many lie where; and the stretch from median to p99. */
import {
  PLOT_BITS,
  WENT_WRONG,
  type Bin,
  type OperationIndex,
  type QuantilePoint,
} from "./operationIndex.ts";
import { PixelLayer, pixelWord } from "./pixelLayer.ts";
import type { Scene } from "./scene.ts";
import { fill, stroke, type Surface } from "./surface.ts";
import { usPerPixel, xOf } from "./view.ts";

const BUCKET_MASK = (1 << PLOT_BITS) - 1;

/** Above this many points in view they are counted instead of drawn. */
const MOST_POINTS = 4000;

export function paintLatency(surface: Surface, scene: Scene): void {
  const { palette, shown, fork, geometry, view } = scene;
  const reachUs = 4 * usPerPixel(view);
  const { operations } = shown.index;
  const from = operations.from(view.fromUs - reachUs);
  const until = operations.from(view.untilUs + reachUs);
  // Wider bins than the throughput's: a p99 of ten answers is their maximum and says little.
  const wanted = (geometry.right - geometry.left) / 18;
  const binsOf = (index: OperationIndex): readonly Bin[] =>
    index.bins(view.fromUs, view.untilUs, wanted);
  const bins = binsOf(operations);
  paintBand(surface, scene, operations.quantiles(0, bins), palette.read);
  paintBand(surface, scene, operations.quantiles(1, bins), palette.write);
  const [first, end] = [operations.from(view.fromUs), operations.from(view.untilUs)];
  if (until - from > MOST_POINTS) paintDensity(surface, scene, first, end);
  else paintPoints(surface, scene, from, until);
  if (fork === undefined) return;
  const { operations: others } = fork.index;
  const forkBins = binsOf(others);
  paintLine(surface, scene, others.quantiles(0, forkBins), palette.read, true);
  paintLine(surface, scene, others.quantiles(1, forkBins), palette.write, true);
}

function paintPoints(surface: Surface, scene: Scene, from: number, until: number): void {
  const { palette, shown, view, latency } = scene;
  const { access, outcome, dueUs } = shown.run.film.operations;
  const { operations } = shown.index;
  const size = until - from > 600 ? 2.4 : 4;
  const paints = [palette.read, palette.write, palette.replicaRead].map((each) => fill(each, 0.7));
  const crosses = new Map<number, number[]>();
  for (let row = from; row < until; row++) {
    const x = xOf(view, dueUs[row] as number);
    const y = latency.scale(Math.max(1, operations.latencyUs(row)));
    const worse = outcome[row] as number;
    if (worse === 0) {
      const paint = paints[access[row] as number];
      if (paint !== undefined) surface.rect(x - size / 2, y - size / 2, size, size, paint);
      continue;
    }
    const ends = crosses.get(worse) ?? [];
    ends.push(x - 3, y - 3, x + 3, y + 3, x - 3, y + 3, x + 3, y - 3);
    crosses.set(worse, ends);
  }
  // What went wrong comes last and in full colour, so that one bad point in thousands is seen.
  for (const [worse, ends] of crosses) {
    surface.lines(ends, stroke(palette.outcome[worse] ?? palette.unknown, 1.3));
  }
}

const layer: PixelLayer = new PixelLayer();

/** How deep a point's colour is with one answer on it, and how much deeper each further one makes it. */
const FIRST_ALPHA = 0.53;
const DEEPER = 24;

/** The deeper the colour the more lie there. */
function paintDensity(surface: Surface, scene: Scene, from: number, until: number): void {
  const { geometry, palette, view, latency, shown } = scene;
  const width = Math.floor(geometry.right - geometry.left);
  const { top, height } = geometry.latency;
  layer.begin(width, height);
  const { pixels } = layer;
  // A byte that is full stays so.
  const bytes = new Uint8ClampedArray(pixels.buffer);
  const starts = Int32Array.from(latency.rowOfBucket, (line) => line * width);
  const { dueUs } = shown.run.film.operations;
  const { plotCodes } = shown.index.operations;
  const words = [palette.read, palette.write, palette.replicaRead].map((colour) =>
    pixelWord(colour, FIRST_ALPHA),
  );
  const wrong: number[] = [];
  const perUs = 1 / usPerPixel(view);
  const { fromUs } = view;
  for (let row = from; row < until; row++) {
    const code = plotCodes[row] as number;
    const at =
      (starts[code & BUCKET_MASK] as number) + ((((dueUs[row] as number) - fromUs) * perUs) | 0);
    const part = code >> PLOT_BITS;
    if (part === WENT_WRONG) wrong.push(at);
    else {
      const alpha = at * 4 + 3;
      if (bytes[alpha] === 0) pixels[at] = words[part] as number;
      else (bytes[alpha] as number) += DEEPER;
    }
  }
  // What went wrong comes last: as a cross of five points, for a single bad one must not be a speck.
  const bad = pixelWord(palette.unknown, 1);
  for (const at of wrong) {
    pixels[at] = bad;
    if (at > 0) pixels[at - 1] = bad;
    pixels[at + 1] = bad;
    if (at >= width) pixels[at - width] = bad;
    pixels[at + width] = bad;
  }
  layer.paint(surface, geometry.left, top);
}

function paintBand(
  surface: Surface,
  scene: Scene,
  points: readonly QuantilePoint[],
  colour: string,
): void {
  const { view, latency } = scene;
  const shade = fill(colour, 0.13);
  for (const { fromUs, untilUs, count, p50Us, p99Us } of points) {
    if (count === 0) continue;
    const [top, bottom] = [latency.scale(Math.max(1, p99Us)), latency.scale(Math.max(1, p50Us))];
    const x = xOf(view, fromUs);
    surface.rect(x, top, xOf(view, untilUs) - x, bottom - top, shade);
  }
  paintLine(surface, scene, points, colour, false);
}

/** The p99 as steps; broken where nothing was answered. */
function paintLine(
  surface: Surface,
  { view, latency }: Scene,
  points: readonly QuantilePoint[],
  colour: string,
  isFork: boolean,
): void {
  const pen = stroke(colour, 1.5, 0.9, isFork);
  let steps: number[] = [];
  for (const { fromUs, untilUs, count, p99Us } of points) {
    if (count === 0) {
      surface.polyline(steps, pen);
      steps = [];
      continue;
    }
    const y = latency.scale(Math.max(1, p99Us));
    steps.push(xOf(view, fromUs), y, xOf(view, untilUs), y);
  }
  surface.polyline(steps, pen);
}
