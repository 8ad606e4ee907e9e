/** What lies under the pointer: something that can be selected, or nothing. */
import { firstAtLeast } from "../film/rows.ts";
import type { Selection } from "./contract.ts";
import { contains } from "./geometry.ts";
import { laneAt } from "./lanes.ts";
import type { OperationBar } from "./paintOperations.ts";
import { endsOf } from "./paintMarks.ts";
import type { Scene } from "./scene.ts";
import { timeAt, usPerPixel, xOf } from "./view.ts";

/** What was drawn as shapes in the last picture. */
export interface Drawn {
  readonly bars: readonly OperationBar[] | undefined;
  readonly messages: readonly number[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

const REACH = 7;

export function hit(scene: Scene, drawn: Drawn, point: Point): Selection | undefined {
  const { geometry } = scene;
  if (contains(geometry.faults, point.y)) return faultAt(scene, point);
  if (contains(geometry.latency, point.y, 4)) {
    const row = nearestOperation(scene, point);
    return row < 0 ? undefined : operation(scene, row);
  }
  if (contains(geometry.operations, point.y, 3)) {
    const bar = drawn.bars?.find(
      ({ x, until, y, height }) =>
        point.x >= x - 2 && point.x <= until + 2 && point.y >= y - 1 && point.y <= y + height + 1,
    );
    return bar === undefined ? undefined : operation(scene, bar.row);
  }
  if (!contains(geometry.lanes, point.y)) return undefined;
  return eventAt(scene, point) ?? messageAt(scene, drawn.messages, point) ?? nodeAt(scene, point);
}

function operation({ shown }: Scene, row: number): Selection {
  return { kind: "operation", id: shown.run.film.operations.id[row] as number };
}

function faultAt({ shown, view }: Scene, { x }: Point): Selection | undefined {
  const timeUs = timeAt(view, x);
  const slackUs = 3 * usPerPixel(view);
  const fault = shown.run.outline.faults.findLast(
    ({ fromUs, untilUs }) => timeUs >= fromUs - slackUs && timeUs <= untilUs + slackUs,
  );
  return fault === undefined ? undefined : { kind: "fault", id: fault.id };
}

/** The operation whose point in the latency plot is nearest, within reach; -1 if none is. */
function nearestOperation({ shown, view, latency }: Scene, point: Point): number {
  const { operations } = shown.index;
  const { dueUs } = shown.run.film.operations;
  let nearest = -1;
  let nearestSquare = REACH * REACH;
  const until = operations.from(timeAt(view, point.x + REACH));
  for (let row = operations.from(timeAt(view, point.x - REACH)); row < until; row++) {
    const dx = xOf(view, dueUs[row] as number) - point.x;
    const dy = latency.scale(Math.max(1, operations.latencyUs(row))) - point.y;
    const square = dx * dx + dy * dy;
    if (square > nearestSquare) continue;
    nearestSquare = square;
    nearest = row;
  }
  return nearest;
}

/** The nearest event of the lane or heading, the worst of those that are equally near. */
function eventAt(scene: Scene, { x, y }: Point): Selection | undefined {
  const { shown, view } = scene;
  const place = placeAt(scene, y);
  const stream = place === undefined ? undefined : shown.index.events.get(place);
  if (stream === undefined) return undefined;
  const slackUs = REACH * usPerPixel(view);
  const timeUs = timeAt(view, x);
  const until = stream.from(timeUs + slackUs);
  let best = -1;
  let bestScore = Infinity;
  for (let at = stream.from(timeUs - slackUs); at < until; at++) {
    const away = Math.abs((stream.times[at] as number) - timeUs) / slackUs;
    const score = away - stream.severityAt(at);
    if (score > bestScore) continue;
    bestScore = score;
    best = at;
  }
  return best < 0 ? undefined : { kind: "event", row: stream.rows[best] as number };
}

/** The place of the lane's events, if the pointer is where they are drawn. */
function placeAt({ geometry, layout, shown }: Scene, y: number): number | undefined {
  const within = y - geometry.lanes.top;
  const heading = layout.headings.find((each) => within >= each.y && within < each.y + 20);
  if (heading?.place !== undefined) {
    return heading.place === "" ? 0xffff : shown.placeOf.get(heading.place);
  }
  const lane = laneAt(layout, within);
  const { events } = lane?.parts ?? {};
  if (lane === undefined || events === undefined) return undefined;
  const isNear = contains({ top: lane.y + events.top, height: events.height }, within, 2);
  return isNear ? shown.placeOf.get(lane.label) : undefined;
}

function messageAt(scene: Scene, rows: readonly number[], point: Point): Selection | undefined {
  let nearest = -1;
  let nearestAway = 5;
  for (const row of rows) {
    const ends = endsOf(scene, row);
    if (ends.length === 0) continue;
    const away = distance(point, ends);
    if (away > nearestAway) continue;
    nearestAway = away;
    nearest = row;
  }
  return nearest < 0 ? undefined : { kind: "message", row: nearest };
}

/** From a point to a line between two others. */
function distance({ x, y }: Point, [x1 = 0, y1 = 0, x2 = 0, y2 = 0]: readonly number[]): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : ((x - x1) * dx + (y - y1) * dy) / length;
  const along = Math.min(1, Math.max(0, share));
  return Math.hypot(x1 + along * dx - x, y1 + along * dy - y);
}

function nodeAt({ geometry, layout }: Scene, { y }: Point): Selection | undefined {
  const lane = laneAt(layout, y - geometry.lanes.top);
  return lane === undefined || lane.kind === "shard"
    ? undefined
    : { kind: "node", node: lane.label };
}

/** The state of a table that has a row a change: the newest row by then; -1 before the first. */
export function rowBefore(
  times: ArrayLike<number>,
  rows: ArrayLike<number>,
  count: number,
  timeUs: number,
): number {
  const at = firstAtLeast(times, timeUs + 1, 0, count) - 1;
  return at < 0 ? -1 : (rows[at] as number);
}
