/**
 * Which places lie within a circle or a box. A sorted set keeps the places of a cell side by side, so a search looks at the cell of
 * its centre and the eight about it, at the size at which they cover the shape, and at no other places.
 *
 * Steps and their order are those of Redis: what it finds where shapes reach over the map's edge, and the order of what it
 * finds, follow from them.
 */
import type { ZsetValue } from "../keyspace/values/zsetValue.ts";
import {
  areaOf,
  cellOf,
  firstNumber,
  MOST_STEPS,
  neighbour,
  numberBehind,
  pointOf,
  type Area,
  type Cell,
  type Point,
} from "../structures/geohash.ts";
import {
  degreesOfArc,
  distance,
  isSurelyBeyond,
  latitudeDistance,
  radians,
} from "../structures/greatCircle.ts";
import { cosine } from "../structures/trigonometry.ts";

export interface Shape {
  readonly kind: "circle" | "box";
  readonly centre: Point;
  /** The radius of a circle, the whole width of a box; and so for heights. In units. */
  readonly width: number;
  readonly height: number;
  readonly unitMetres: number;
}

export interface FoundPlace {
  readonly member: string;
  readonly score: number;
  readonly point: Point;
  /** From the shape's centre. */
  readonly metres: number;
}

/** The places of a sorted set that lie within a shape, at most `most` if that is not 0, cell by cell. */
export function placesWithin(zset: ZsetValue, shape: Shape, most: number): FoundPlace[] {
  const found: FoundPlace[] = [];
  let last: Cell | undefined = undefined;
  for (const [index, cell] of cellsAbout(shape).entries()) {
    if (cell === undefined || (last !== undefined && isSame(cell, last))) continue;
    if (most > 0 && found.length >= most) break;
    visitCell(zset, cell, shape, most, found);
    // On a map of few cells neighbours are the same cell. That the centre's is not compared is Redis's way.
    if (index > 0) last = cell;
  }
  return found;
}

function isSame(a: Cell, b: Cell): boolean {
  return a.x === b.x && a.y === b.y && a.steps === b.steps;
}

function visitCell(
  zset: ZsetValue,
  cell: Cell,
  shape: Shape,
  most: number,
  found: FoundPlace[],
): void {
  const min = firstNumber(cell);
  const max = numberBehind(cell);
  const { first, count } = zset.scoreWindow({
    min,
    max,
    isMinExcluded: false,
    isMaxExcluded: true,
  });
  zset.visit(first, count, (member, score) => {
    if (most > 0 && found.length >= most) return;
    const point = pointOf(score);
    const metres = metresWithin(shape, point);
    if (metres !== undefined) found.push({ member, score, point, metres });
  });
}

/** The distance of a point from the shape's centre; undefined if the point is outside. */
function metresWithin(shape: Shape, point: Point): number | undefined {
  const { centre, unitMetres } = shape;
  const width = shape.width * unitMetres;
  const height = shape.height * unitMetres;
  if (shape.kind === "circle") {
    if (isSurelyBeyond(centre, point, width)) return undefined;
    const metres = distance(centre, point);
    return metres > width ? undefined : metres;
  }
  if (latitudeDistance(point.latitude, centre.latitude) > height / 2) return undefined;
  const besides = { longitude: centre.longitude, latitude: point.latitude };
  if (isSurelyBeyond(point, besides, width / 2)) return undefined;
  return distance(point, besides) > width / 2 ? undefined : distance(centre, point);
}

/** The centre's cell and the eight about it; undefined stands for one that the shape does not reach. */
function cellsAbout(shape: Shape): readonly (Cell | undefined)[] {
  const { centre } = shape;
  const bounds = boundsOf(shape);
  let steps = stepsFor(radiusMetres(shape), centre.latitude);
  let cell = cellOf(centre, steps);
  if (steps > 1 && !areCovering(cell, bounds)) {
    steps--;
    cell = cellOf(centre, steps);
  }
  const area = areaOf(cell);
  // On a map of four cells all are looked at.
  const isFine = steps >= 2;
  const north = !(isFine && area.north > bounds.north);
  const south = !(isFine && area.south < bounds.south);
  const east = !(isFine && area.east > bounds.east);
  const west = !(isFine && area.west < bounds.west);
  const at = (x: number, y: number, isReached: boolean): Cell | undefined =>
    isReached ? neighbour(cell, x, y) : undefined;
  return [
    cell,
    at(0, 1, north),
    at(0, -1, south),
    at(1, 0, east),
    at(-1, 0, west),
    at(1, 1, north && east),
    at(-1, 1, north && west),
    at(1, -1, south && east),
    at(-1, -1, south && west),
  ];
}

/** The cells about this one reach as far as the bounds. */
function areCovering(cell: Cell, bounds: Area): boolean {
  return !(
    areaOf(neighbour(cell, 0, 1)).north < bounds.north ||
    areaOf(neighbour(cell, 0, -1)).south > bounds.south ||
    areaOf(neighbour(cell, 1, 0)).east < bounds.east ||
    areaOf(neighbour(cell, -1, 0)).west > bounds.west
  );
}

/** Degrees between which the shape lies, off the map's edges too. Its edge that is nearer to the pole is the longer one. */
function boundsOf({ kind, centre, width, height, unitMetres }: Shape): Area {
  const { longitude, latitude } = centre;
  const up = degreesOfArc(unitMetres * (kind === "circle" ? height : height / 2));
  const half = unitMetres * (kind === "circle" ? width : width / 2);
  const edge = latitude < 0 ? latitude - up : latitude + up;
  const across = degreesOfArc(half, cosine(radians(edge)));
  return {
    west: longitude - across,
    east: longitude + across,
    south: latitude - up,
    north: latitude + up,
  };
}

function radiusMetres({ kind, width, height, unitMetres }: Shape): number {
  if (kind === "circle") return width * unitMetres;
  return Math.sqrt((width / 2) * (width / 2) + (height / 2) * (height / 2)) * unitMetres;
}

/** Half the width of the square map, in its metres. */
const MAP_METRES = 20037726.37;

/** The most steps at which nine cells cover a circle, as a rule. Cells narrow towards the poles. */
function stepsFor(metres: number, latitude: number): number {
  if (metres === 0) return MOST_STEPS;
  let steps = -1;
  for (let reach = metres; reach < MAP_METRES; reach *= 2) steps++;
  if (Math.abs(latitude) > 66) steps--;
  if (Math.abs(latitude) > 80) steps--;
  return Math.max(1, Math.min(steps, MOST_STEPS));
}
