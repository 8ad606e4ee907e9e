/** Draws who led a shard: as believed, as it was, and as clients saw it. */
import type { Lead } from "./leases.ts";
import { packRows } from "./packing.ts";
import { readableOn } from "./palette.ts";
import type { Scene, Shown } from "./scene.ts";
import { fill, stroke, type Paint, type Surface } from "./surface.ts";
import { makeColumns, type Columns } from "./stream.ts";
import { believedLeads, trueLeadsOf, type TruthRow } from "./truths.ts";
import { CELL_US } from "./ackCells.ts";
import { usPerPixel, xOf } from "./view.ts";

interface Slot {
  readonly top: number;
  readonly height: number;
}

export function paintTruths(surface: Surface, scene: Scene): void {
  const { geometry, truths, fork, shown } = scene;
  for (const row of truths) {
    const top = geometry.truths.top + row.y;
    if (fork === undefined) {
      paintRow(surface, scene, shown, row, { top, height: row.height - 2 });
      continue;
    }
    const half = (row.height - 2) / 2;
    paintRow(surface, scene, shown, row, { top, height: half });
    paintRow(surface, scene, fork, row, { top: top + half + 1, height: half - 1 });
  }
}

function paintRow(surface: Surface, scene: Scene, of: Shown, row: TruthRow, slot: Slot): void {
  switch (row.kind) {
    case "believed":
      return paintLeads(surface, scene, of, believedLeads(of, row.shard), slot);
    case "true":
      return paintLeads(surface, scene, of, trueLeadsOf(of, row.shard), slot);
    case "clients saw":
      return paintSeen(surface, scene, of, row.shard, slot);
  }
}

function paintOf(scene: Scene, of: Shown, node: string): Paint {
  return scene.palette.zone[of.zoneOf.get(node) ?? ""] ?? scene.palette.role.primary;
}

/** Those that overlap share the height: two at once must be seen as two. */
function paintLeads(
  surface: Surface,
  scene: Scene,
  of: Shown,
  leads: readonly Lead[],
  slot: Slot,
): void {
  const { view, geometry, palette } = scene;
  const { presentUs } = of.index.operations;
  const inView = leads.filter(
    ({ fromUs, untilUs }) => untilUs >= view.fromUs && fromUs <= view.untilUs,
  );
  const { rowOf, rows } = packRows(inView);
  const height = slot.height / Math.max(1, rows);
  inView.forEach(({ node, epoch, fromUs, untilUs }, index) => {
    const from = Math.max(geometry.left, xOf(view, fromUs));
    const until = Math.min(geometry.right, xOf(view, Math.min(untilUs, presentUs)));
    const y = slot.top + (rowOf[index] as number) * height;
    surface.rect(from, y, Math.max(1.5, until - from), height, paintOf(scene, of, node));
    if (rows > 1) {
      surface.lines([from, y, until, y], stroke(palette.severity[3] ?? palette.ink, 1.5));
    }
    const words = `${node}, epoch ${epoch}`;
    if (height >= 9 && until - from > words.length * 6) {
      const ground = paintOf(scene, of, node).colour;
      surface.text(from + 4, y + height / 2 + 3.5, words, readableOn(ground, palette));
    }
  });
}

let columns: Columns = makeColumns(0);

/** Which node acknowledged writes: by the millisecond, and by the single answer when that is longer than a pixel. */
function paintSeen(surface: Surface, scene: Scene, of: Shown, shard: number, slot: Slot): void {
  const { view, geometry } = scene;
  const width = Math.floor(geometry.right - geometry.left);
  if (columns.count.length !== width) columns = makeColumns(width);
  const nodes = of.run.outline.nodes.filter(
    (node) => node.kind === "database" && node.shard === shard,
  );
  for (const { node } of nodes) {
    const place = of.placeOf.get(node) ?? -1;
    const paint = paintOf(scene, of, node);
    if (usPerPixel(view) < CELL_US) {
      for (const atUs of of.index.operations.acksBetween(place, view.fromUs, view.untilUs)) {
        surface.rect(xOf(view, atUs) - 0.75, slot.top, 1.5, slot.height, paint);
      }
      continue;
    }
    of.index.operations.acks.collect(place, view, columns);
    paintRuns(surface, columns.count, geometry.left, slot, paint);
  }
}

/** Columns with up to two empty ones between them are one. */
function paintRuns(
  surface: Surface,
  marks: Uint32Array,
  left: number,
  slot: Slot,
  paint: Paint,
): void {
  let from = -1;
  let last = -1;
  for (let column = 0; column <= marks.length; column++) {
    const isMarked = column < marks.length && marks[column] === 1;
    if (isMarked && from < 0) from = column;
    if (isMarked) last = column;
    else if (from >= 0 && (column - last > 2 || column === marks.length)) {
      surface.rect(left + from, slot.top, last - from + 1, slot.height, paint);
      from = -1;
    }
  }
}

/** The plain ground of a truth's row, so that nobody leading is seen as nothing. */
export function paintTruthGrounds(surface: Surface, { geometry, truths, palette }: Scene): void {
  const ground = fill(palette.line, 0.5);
  const { left, right } = geometry;
  for (const { y, height } of truths) {
    surface.rect(left, geometry.truths.top + y, right - left, height - 2, ground);
  }
}
