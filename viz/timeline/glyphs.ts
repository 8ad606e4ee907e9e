/** A sign for each severity: colours alone tell too little to many people. */
import type { Paint, Surface } from "./surface.ts";

/** `size`: half of its width. 0: a dot, 1: a square, 2: a triangle, 3: a diamond. */
// oxlint-disable-next-line max-params -- drawn thousands of times a picture: no object is made for each
export function glyph(
  surface: Surface,
  severity: number,
  x: number,
  y: number,
  size: number,
  paint: Paint,
): void {
  switch (severity) {
    case 0:
      return surface.rect(x - 0.75, y - size / 2, 1.5, size, paint);
    case 1:
      return surface.rect(x - size * 0.7, y - size * 0.7, size * 1.4, size * 1.4, paint);
    case 2:
      return surface.polygon([x - size, y + size, x, y - size, x + size, y + size], paint);
    default:
      return surface.polygon([x - size, y, x, y - size, x + size, y, x, y + size], paint);
  }
}
