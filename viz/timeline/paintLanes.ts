/** Draws the lanes: roles, leases, log positions, what happened, and how many messages came. */
import { NOWHERE } from "../../sim/film/film.ts";
import type { RoleInterval } from "../../sim/run.ts";
import type { Band } from "./geometry.ts";
import { headingHeight, type Lane } from "./lanes.ts";
import { Marks } from "./columns.ts";
import { paintCharts } from "./paintCharts.ts";
import type { Palette } from "./palette.ts";
import type { Scene } from "./scene.ts";
import { makeColumns, type Columns, type Stream } from "./stream.ts";
import { fill, type Paint, type Surface } from "./surface.ts";
import { xOf } from "./view.ts";

let columns: Columns = makeColumns(0);
const marks: Marks = new Marks();

export function paintLanes(surface: Surface, scene: Scene): void {
  const { geometry, palette, layout, selection } = scene;
  const { left, right } = geometry;
  const width = Math.floor(right - left);
  if (columns.count.length !== width) columns = makeColumns(width);
  const { top: y, height } = geometry.lanes;
  marks.begin({ x: left, y, width, height }, severityPaints(palette));
  const rule = fill(palette.line);
  const chosen = fill(palette.role.primary.colour, 0.09);
  for (const lane of layout.lanes) {
    const top = geometry.lanes.top + lane.y;
    if (selection?.kind === "node" && selection.node === lane.label) {
      surface.rect(left, top, right - left, lane.height, chosen);
    }
    if (lane.height >= 12) surface.rect(left, top + lane.height - 0.5, right - left, 0.5, rule);
    for (const bar of lane.bars) paintBar(surface, scene, bar, within(top, lane.parts.role), 1);
    const { fork } = lane.parts;
    if (fork !== undefined)
      for (const bar of lane.forkBars ?? []) paintBar(surface, scene, bar, within(top, fork), 0.62);
    paintLeases(surface, scene, lane, top);
    paintDetails(surface, scene, lane, top);
  }
  paintCharts(surface, scene);
  markHeadings(scene);
  marks.paint(surface);
}

function severityPaints(palette: Palette): readonly Paint[] {
  return palette.severity.map((colour, severity) => fill(colour, severity === 0 ? 0.75 : 1));
}

function within(top: number, band: Band): Band {
  return { top: top + band.top, height: band.height };
}

function paintBar(
  surface: Surface,
  { geometry, palette, view, coloursZones, shown }: Scene,
  bar: RoleInterval,
  band: Band,
  alpha: number,
): void {
  const from = Math.max(xOf(view, bar.fromUs), geometry.left - 2);
  const until = Math.min(xOf(view, bar.untilUs), geometry.right + 2);
  if (until < geometry.left || from > geometry.right) return;
  const zone = shown.zoneOf.get(bar.node) ?? "";
  const isZoned = coloursZones && bar.role === "primary";
  const paint = (isZoned ? palette.zone[zone] : undefined) ?? palette.role[bar.role];
  // A role held for a moment must not vanish between two pixels.
  surface.rect(from, band.top, Math.max(until - from, 1.5), band.height, faded(paint, alpha));
}

function faded(paint: Paint, alpha: number): Paint {
  return alpha === 1 ? paint : { ...paint, alpha };
}

/** Above as the node believes it, below as it truly is. */
function paintLeases(surface: Surface, scene: Scene, lane: Lane, top: number): void {
  const { geometry, palette, view, shown } = scene;
  const { lease } = lane.parts;
  if (lease === undefined || lane.kind === "log" || lane.kind === "monitor") return;
  const track = shown.index.leases.get(shown.placeOf.get(lane.label) ?? -1);
  const height = lease.height / 2 - 0.25;
  const { presentUs } = shown.index.operations;
  const line = (fromUs: number, untilUs: number, y: number, paint: Paint): void => {
    const from = Math.max(geometry.left, xOf(view, fromUs));
    const until = Math.min(geometry.right, xOf(view, Math.min(untilUs, presentUs)));
    if (until < geometry.left || from > geometry.right) return;
    surface.rect(from, y, Math.max(until - from, 1.5), height, paint);
  };
  const y = top + lease.top;
  const believed = fill(palette.believed);
  const truly = fill(palette.lease);
  for (const each of track?.believed ?? []) line(each.fromUs, each.untilUs, y, believed);
  for (const each of track?.held ?? lane.leases)
    line(each.fromUs, each.untilUs, y + height + 0.5, truly);
}

function paintDetails(surface: Surface, scene: Scene, lane: Lane, top: number): void {
  const { shown, vocabulary } = scene;
  const place = shown.placeOf.get(lane.label);
  if (vocabulary === undefined || place === undefined) return;
  const { events, messages, lease } = lane.parts;
  const { index } = shown;
  if (lease !== undefined && lane.kind === "log") {
    paintSyncs(surface, scene, index.syncs.get(place), within(top, lease));
  }
  if (messages !== undefined) {
    const stream = index.messages.get(place);
    if (stream !== undefined && stream.collect(scene.view, columns) > 0) {
      marks.amounts(columns, within(top, messages));
    }
  }
  if (events !== undefined) markEvents(scene, index.events.get(place), within(top, events));
}

function markEvents({ view }: Scene, stream: Stream | undefined, band: Band): void {
  if (stream === undefined || stream.collect(view, columns) === 0) return;
  marks.signs(columns, band);
}

const MOST_SYNCS = 1000;

/** Each sync from its beginning to its end while they can be told apart; else how many ended when. */
function paintSyncs(surface: Surface, scene: Scene, stream: Stream | undefined, band: Band): void {
  const { view, palette, shown } = scene;
  if (stream === undefined) return;
  const [plain, bad] = [fill(palette.position), fill(palette.severity[3] ?? palette.ink)];
  const from = stream.from(view.fromUs);
  // One more: a sync that ends beyond the view may have begun in it.
  const until = Math.min(stream.count, stream.from(view.untilUs) + 1);
  if (until - from > MOST_SYNCS) {
    stream.collect(view, columns);
    return marks.amounts(columns, band);
  }
  const { fromUs, untilUs, ok } = shown.run.film.syncs;
  for (let at = from; at < until; at++) {
    const row = stream.rows[at] as number;
    const x = xOf(view, fromUs[row] as number);
    const width = Math.max(1, xOf(view, untilUs[row] as number) - x);
    const isOk = ok[row] === 1;
    const height = isOk ? band.height - 1 : band.height + 2;
    surface.rect(x, band.top, width, height, isOk ? plain : bad);
  }
}

/** What happened to a whole zone, or to the world. */
function markHeadings(scene: Scene): void {
  const { layout, geometry, shown, vocabulary } = scene;
  if (vocabulary === undefined) return;
  for (const { place, y } of layout.headings) {
    if (place === undefined) continue;
    const number = place === "" ? NOWHERE : shown.placeOf.get(place);
    if (number === undefined) continue;
    const band = { top: geometry.lanes.top + y + 5, height: headingHeight - 10 };
    markEvents(scene, shown.index.events.get(number), band);
  }
}
