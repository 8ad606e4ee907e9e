/** Which stretch of time stands where on the screen. */
import type { Span } from "./stream.ts";

/** Closest view: two hundred microseconds across the page. */
export const CLOSEST_US = 200;

export interface View extends Span {
  readonly left: number;
  readonly right: number;
}

export function xOf({ fromUs, untilUs, left, right }: View, timeUs: number): number {
  return left + ((timeUs - fromUs) / (untilUs - fromUs)) * (right - left);
}

export function timeAt({ fromUs, untilUs, left, right }: View, x: number): number {
  return fromUs + ((x - left) / (right - left)) * (untilUs - fromUs);
}

/** Microseconds that one pixel stands for. */
export function usPerPixel({ fromUs, untilUs, left, right }: View): number {
  return (untilUs - fromUs) / (right - left);
}

/** Moved and stretched so that it lies within the whole and is neither too short nor too long. */
export function fitted({ fromUs, untilUs }: Span, whole: Span): Span {
  const wholeUs = whole.untilUs - whole.fromUs;
  const spanUs = Math.min(Math.max(untilUs - fromUs, CLOSEST_US), wholeUs);
  const startUs = Math.min(Math.max(fromUs, whole.fromUs), whole.untilUs - spanUs);
  return { fromUs: startUs, untilUs: startUs + spanUs };
}
