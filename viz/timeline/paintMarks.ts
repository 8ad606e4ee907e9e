/** Draws what lies over the lanes: messages, the way of an operation, what is selected, and the marks in time. */
import { messageFates } from "../../sim/film/film.ts";
import { glyph } from "./glyphs.ts";
import type { OperationBar } from "./paintOperations.ts";
import type { Scene } from "./scene.ts";
import { fill, stroke, type Stroke, type Surface } from "./surface.ts";
import { xOf } from "./view.ts";

const MOST_LINES = 1500;

/** The messages that are drawn as lines; undefined if they are too many. */
export function messageLines({ shown, view, vocabulary, layout }: Scene): readonly number[] {
  const hasLanes = layout.lanes.some((lane) => lane.parts.events !== undefined);
  if (vocabulary === undefined || !hasLanes) return [];
  return shown.index.messagesBetween(view.fromUs, view.untilUs, MOST_LINES) ?? [];
}

/** Where a place's lines begin and end: "clients" at the operations, a machine at its role. */
function yOfPlace({ geometry, layout }: Scene, place: string): number | undefined {
  if (place === "clients") return geometry.operations.top + geometry.operations.height / 2;
  const lane = layout.lanes.find((each) => each.label === place);
  if (lane === undefined) return undefined;
  const { role } = lane.parts;
  return geometry.lanes.top + lane.y + role.top + role.height / 2;
}

export function paintMessages(surface: Surface, scene: Scene, rows: readonly number[]): void {
  const { palette, selection, shown } = scene;
  const { fate } = shown.run.film.messages;
  const ends = messageFates.map((): number[] => []);
  for (const row of rows) ends[fate[row] as number]?.push(...endsOf(scene, row));
  const pens = [
    stroke(palette.muted, 0.8, 0.55),
    stroke(palette.severity[3] ?? palette.ink, 1.2, 1, true),
    stroke(palette.severity[2] ?? palette.ink, 1.2, 1, true),
  ];
  ends.forEach((each, index) => surface.lines(each, pens[index] as Stroke));
  if (selection?.kind === "message") {
    surface.lines(endsOf(scene, selection.row), stroke(palette.ink, 2.5));
  }
}

/** x1, y1, x2, y2; empty if a lane is not on screen. */
export function endsOf(scene: Scene, row: number): readonly number[] {
  const { messages, places } = scene.shown.run.film;
  const y1 = yOfPlace(scene, places[messages.from[row] as number] ?? "");
  const y2 = yOfPlace(scene, places[messages.to[row] as number] ?? "");
  if (y1 === undefined || y2 === undefined) return [];
  const { view } = scene;
  return [
    xOf(view, messages.sentUs[row] as number),
    y1,
    xOf(view, messages.endUs[row] as number),
    y2,
  ];
}

/** The way of an operation as a line with numbered dots. */
export function paintPath(surface: Surface, scene: Scene): void {
  const { palette, view, path } = scene;
  const points = path.flatMap(({ atUs, place }) => {
    const y = yOfPlace(scene, place);
    return y === undefined ? [] : [xOf(view, atUs), y];
  });
  if (points.length === 0) return;
  surface.polyline(points, stroke(palette.card, 4, 0.8));
  surface.polyline(points, stroke(palette.ink, 1.8));
  for (let at = 0; at < points.length; at += 2) {
    const [x = 0, y = 0] = points.slice(at, at + 2);
    const number = String(at / 2 + 1);
    const half = number.length > 1 ? 8 : 6.5;
    surface.rect(x - half, y - 6.5, half * 2, 13, fill(palette.ink));
    surface.text(x - number.length * 3, y + 3.8, number, palette.card);
  }
}

/** A frame around the selected operation or event. */
export function paintSelection(
  surface: Surface,
  scene: Scene,
  bars: readonly OperationBar[] | undefined,
): void {
  const { selection, palette, shown, view, latency } = scene;
  const pen = stroke(palette.ink, 1.6);
  if (selection?.kind === "operation") {
    const row = shown.index.rowOfOperation(selection.id);
    if (row < 0) return;
    const x = xOf(view, shown.run.film.operations.dueUs[row] as number);
    const y = latency.scale(Math.max(1, shown.index.operations.latencyUs(row)));
    surface.polyline([x - 6, y - 6, x + 6, y - 6, x + 6, y + 6, x - 6, y + 6, x - 6, y - 6], pen);
    const bar = bars?.find((each) => each.row === row);
    if (bar === undefined) return;
    const { x: from, until, y: top, height } = bar;
    const bottom = top + height;
    surface.polyline([from, top, until, top, until, bottom, from, bottom, from, top], pen);
  }
  if (selection?.kind === "event") {
    const { timeUs, place } = shown.run.film.events;
    const x = xOf(view, timeUs[selection.row] as number);
    const y = yOfPlace(scene, shown.run.film.places[place[selection.row] as number] ?? "");
    const { lanes } = scene.geometry;
    surface.lines([x, lanes.top, x, lanes.top + lanes.height], stroke(palette.ink, 1, 0.6, true));
    if (y !== undefined) surface.polyline(ring(x, y + 10), pen);
  }
}

function ring(x: number, y: number): readonly number[] {
  return [x - 6, y - 6, x + 6, y - 6, x + 6, y + 6, x - 6, y + 6, x - 6, y - 6];
}

/** Where checks failed, and where a fork parts from its run. */
export function paintTimeMarks(surface: Surface, scene: Scene): void {
  const { palette, geometry, view, shown, differsUs, instantUs } = scene;
  const bad = palette.severity[3] ?? palette.ink;
  for (const { verdict, atUs } of shown.run.checks) {
    if (verdict === "ok" || atUs === undefined) continue;
    const x = xOf(view, atUs);
    surface.lines([x, geometry.faults.height, x, geometry.axis.top], stroke(bad, 1.2, 0.8, true));
    glyph(surface, 3, x, geometry.faults.height + 7, 5, fill(bad));
  }
  const mark = (atUs: number, pen: Stroke, words: string): void => {
    const x = xOf(view, atUs);
    surface.lines([x, geometry.faults.height - 4, x, geometry.axis.top], pen);
    const isRight = x > geometry.right - 110;
    surface.text(
      isRight ? x - words.length * 5.6 : x + 4,
      geometry.axis.top - 5,
      words,
      pen.colour,
    );
  };
  if (differsUs !== undefined) {
    mark(differsUs, stroke(palette.unknown, 1.5, 1, true), "first difference");
  }
  if (instantUs !== undefined) {
    const seconds = (instantUs - shown.run.outline.loadedUs) / 1_000_000;
    mark(instantUs, stroke(palette.ink, 1.5), `${seconds.toFixed(6)} s`);
  }
}
