/** Draws what stands in columns of the screen: how much, and how bad at worst. The worst lie on top. */
import type { Band } from "./geometry.ts";
import { glyph } from "./glyphs.ts";
import { PixelLayer, pixelWord } from "./pixelLayer.ts";
import { severities } from "./severity.ts";
import type { Columns } from "./stream.ts";
import type { Box, Paint, Surface } from "./surface.ts";

const BAD = severities.indexOf("bad");
/** Signs nearer to each other than this are drawn as one. */
const SIGN_GAP = 6;
const BAD_SIGN = 3;
const STEPS = 6;

export class Marks {
  private readonly layer: PixelLayer = new PixelLayer();
  /** By severity: x, y and size of one sign after the other. */
  private readonly signsOf: readonly number[][] = severities.map(() => []);
  private left = 0;
  private top = 0;
  private words: readonly number[] = [];
  private paints: readonly Paint[] = [];

  /** Empties it. `paints`: by severity. */
  begin({ x, y, width, height }: Box, paints: readonly Paint[]): void {
    this.layer.begin(Math.floor(width), Math.ceil(height));
    for (const signs of this.signsOf) signs.length = 0;
    this.left = x;
    this.top = y;
    this.paints = paints;
    this.words = paints.map(({ colour, alpha }) => pixelWord(colour, alpha));
  }

  /** Bars whose height tells how many, on a logarithmic scale; a bad column is full, with a sign above it. */
  amounts({ count, worst }: Columns, band: Band): void {
    let most = 1;
    for (const each of count) if (each > most) most = each;
    const heights = heightsOf(band.height);
    const bottom = Math.round(band.top + band.height - this.top);
    let free = 0;
    for (let column = 0; column < count.length; column++) {
      const amount = count[column] as number;
      if (amount === 0) continue;
      const severity = worst[column] as number;
      const step = severity === BAD ? STEPS : stepOf(amount, most);
      const top = bottom - (heights[step] as number);
      this.layer.column(column, top, bottom, this.words[severity] as number);
      if (severity !== BAD || column < free) continue;
      this.sign(BAD, column, band.top, BAD_SIGN);
      free = column + SIGN_GAP;
    }
  }

  /** A sign in each column; those too near to one of their kind are left out, for it stands for them. Plain ones are ticks. */
  signs({ count, worst }: Columns, band: Band): void {
    const middle = band.top + band.height / 2;
    const size = Math.min(4, band.height / 2);
    const tick = Math.round(middle - this.top);
    const free = severities.map(() => 0);
    for (let column = 0; column < count.length; column++) {
      if (count[column] === 0) continue;
      const severity = worst[column] as number;
      if (severity === 0) this.layer.column(column, tick - 1, tick + 2, this.words[0] as number);
      else if (column >= (free[severity] as number)) {
        this.sign(severity, column, middle, size);
        free[severity] = column + SIGN_GAP;
      }
    }
  }

  paint(surface: Surface): void {
    this.layer.paint(surface, this.left, this.top);
    this.signsOf.forEach((signs, severity) => {
      const paint = this.paints[severity] as Paint;
      for (let at = 0; at < signs.length; at += 3) {
        const [x = 0, y = 0, size = 0] = [signs[at], signs[at + 1], signs[at + 2]];
        glyph(surface, severity, x, y, size, paint);
      }
    });
  }

  private sign(severity: number, column: number, y: number, size: number): void {
    this.signsOf[severity]?.push(this.left + column + 0.5, y, size);
  }
}

function stepOf(amount: number, most: number): number {
  return Math.ceil((STEPS * (32 - Math.clz32(amount))) / (32 - Math.clz32(most)));
}

/** Of each step; nothing is lower than a point. */
function heightsOf(height: number): readonly number[] {
  return Array.from({ length: STEPS + 1 }, (_, step) =>
    Math.max(1, Math.round((height * step) / STEPS)),
  );
}
