/**
 * Distances on the earth as a ball, by the haversine formula. Operations stand in the order in which Redis has them, since
 * each rounds; sines and cosines are correctly rounded, as C's nearly always are.
 * @see https://en.wikipedia.org/wiki/Haversine_formula
 */
import type { Point } from "./geohash.ts";
import { arcsine, cosine, sine } from "./trigonometry.ts";

const EARTH_RADIUS_METRES = 6372797.560856;
const RADIANS_A_DEGREE: number = Math.PI / 180;

export function radians(degrees: number): number {
  return degrees * RADIANS_A_DEGREE;
}

/** The degrees of an arc of a meridian, or of a parallel whose latitude has this cosine. */
export function degreesOfArc(metres: number, cosineOfLatitude: number = 1): number {
  return metres / EARTH_RADIUS_METRES / cosineOfLatitude / RADIANS_A_DEGREE;
}

/** Metres between two points. */
export function distance(from: Point, to: Point): number {
  const v = sine((radians(to.longitude) - radians(from.longitude)) / 2);
  if (v === 0) return latitudeDistance(from.latitude, to.latitude);
  const latitude = radians(from.latitude);
  const toLatitude = radians(to.latitude);
  const u = sine((toLatitude - latitude) / 2);
  const a = u * u + cosine(latitude) * cosine(toLatitude) * v * v;
  return 2 * EARTH_RADIUS_METRES * arcsine(Math.sqrt(a));
}

/** Metres along a meridian. */
export function latitudeDistance(from: number, to: number): number {
  return EARTH_RADIUS_METRES * Math.abs(radians(to) - radians(from));
}

/** Quickly tells most points that are further away than `metres`: true only if this one surely is. */
export function isSurelyBeyond(from: Point, to: Point, metres: number): boolean {
  const v = Math.sin((radians(to.longitude) - radians(from.longitude)) / 2);
  const latitude = radians(from.latitude);
  const toLatitude = radians(to.latitude);
  const u = Math.sin((toLatitude - latitude) / 2);
  const a = u * u + Math.cos(latitude) * Math.cos(toLatitude) * v * v;
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.sqrt(a)) > metres * (1 + 1e-9) + 1;
}
