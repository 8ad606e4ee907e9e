/** Draws the clients' row: each operation from invocation to completion while they are few, else how many began when. */
import { Marks } from "./columns.ts";
import { packRows } from "./packing.ts";
import type { Scene } from "./scene.ts";
import { makeColumns, type Columns } from "./stream.ts";
import { fill, type Surface } from "./surface.ts";
import { xOf } from "./view.ts";

const MOST_BARS = 600;
const LEAST_HEIGHT = 2.5;
const MOST_HEIGHT = 9;

/** A bar on the screen: what the pointer may meet. */
export interface OperationBar {
  readonly row: number;
  readonly x: number;
  readonly until: number;
  readonly y: number;
  readonly height: number;
}

/** The bars in view; undefined if there are too many to be told apart. */
export function operationBars(scene: Scene): readonly OperationBar[] | undefined {
  const { shown, view, geometry } = scene;
  const { operations } = shown.index;
  const { invokedUs } = shown.run.film.operations;
  const rows = operations.between(view.fromUs, view.untilUs, MOST_BARS);
  if (rows === undefined) return undefined;
  const ordered = rows.toSorted((a, b) => (invokedUs[a] as number) - (invokedUs[b] as number));
  const intervals = ordered.map((row) => ({
    fromUs: invokedUs[row] as number,
    untilUs: operations.endUs(row),
  }));
  const packed = packRows(intervals);
  const { top, height } = geometry.operations;
  const pitch = Math.min(MOST_HEIGHT, height / Math.max(1, packed.rows));
  if (pitch < LEAST_HEIGHT) return undefined;
  return intervals.map(({ fromUs, untilUs }, index) => {
    const x = xOf(view, fromUs);
    return {
      row: ordered[index] as number,
      x,
      until: Math.max(x + 1.5, xOf(view, untilUs)),
      y: top + (packed.rowOf[index] as number) * pitch,
      height: Math.max(1.5, pitch - 1),
    };
  });
}

let columns: Columns = makeColumns(0);
const marks: Marks = new Marks();
/** The sign of a bad column stands above the row. */
const SIGN_ROOM = 4;

export function paintOperations(
  surface: Surface,
  scene: Scene,
  bars: readonly OperationBar[] | undefined,
): void {
  const { geometry, palette, shown, view } = scene;
  if (bars === undefined) {
    const width = Math.floor(geometry.right - geometry.left);
    if (columns.count.length !== width) columns = makeColumns(width);
    shown.index.operations.collect(view, columns);
    const [plain, , refused, bad] = [palette.position, "", palette.fail, palette.unknown];
    const paints = [plain, plain, refused, bad].map((colour, at) =>
      fill(colour ?? palette.ink, at < 2 ? 0.55 : 1),
    );
    const { top, height } = geometry.operations;
    marks.begin(
      { x: geometry.left, y: top - SIGN_ROOM, width, height: height + SIGN_ROOM },
      paints,
    );
    marks.amounts(columns, geometry.operations);
    return marks.paint(surface);
  }
  const { outcome, access } = shown.run.film.operations;
  const answered = [palette.read, palette.write, palette.replicaRead].map((each) => fill(each));
  const others = palette.outcome.map((each) => fill(each));
  for (const { row, x, until, y, height } of bars) {
    const worse = outcome[row] as number;
    const paint = worse === 0 ? answered[access[row] as number] : others[worse];
    if (paint === undefined) continue;
    surface.rect(x, y, until - x, height, paint);
    // Without an answer it has no end: a notch says so.
    if (worse > 1) surface.rect(until - 1.5, y - 1, 1.5, height + 2, fill(palette.ink));
  }
}
