/** What the picture is drawn with: a canvas on the screen, a writer of SVG in a file. Only what the timeline uses. Lengths are CSS pixels. */

export interface Paint {
  readonly colour: string;
  readonly alpha: number;
  /** Diagonal stripes instead of a full ground. */
  readonly isHatched: boolean;
}

export interface Stroke {
  readonly colour: string;
  readonly width: number;
  readonly alpha: number;
  readonly isDashed: boolean;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Surface {
  rect(x: number, y: number, width: number, height: number, paint: Paint): void;
  /** Separate lines: x1, y1, x2, y2 of one after the other. */
  lines(ends: readonly number[], stroke: Stroke): void;
  /** One line through points: x, y of one after the other. */
  polyline(points: readonly number[], stroke: Stroke): void;
  polygon(points: readonly number[], paint: Paint): void;
  text(x: number, y: number, words: string, colour: string): void;
  /** Points of colour, a word of 0xAABBGGRR each, row by row; 0: nothing. */
  raster(box: Box, pixels: Uint32Array): void;
  /** What `draw` draws is cut at the box. */
  clip(box: Box, draw: () => void): void;
}

export function fill(colour: string, alpha: number = 1, isHatched: boolean = false): Paint {
  return { colour, alpha, isHatched };
}

export function stroke(
  colour: string,
  width: number = 1,
  alpha: number = 1,
  isDashed: boolean = false,
): Stroke {
  return { colour, width, alpha, isDashed };
}
