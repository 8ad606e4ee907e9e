/** Points of colour that are put on the surface at once: thousands of small bars cost no more than a handful. */
import type { Surface } from "./surface.ts";

export class PixelLayer {
  /** Row by row, each as `pixelWord` makes it; 0: nothing. */
  pixels: Uint32Array = new Uint32Array();
  private width = 0;
  private height = 0;

  /** Empties the layer. The lengths are whole numbers. */
  begin(width: number, height: number): void {
    if (this.width === width && this.height === height) {
      this.pixels.fill(0);
      return;
    }
    this.width = width;
    this.height = height;
    this.pixels = new Uint32Array(width * height);
  }

  /** One point wide, from `top` to before `bottom`. */
  column(x: number, top: number, bottom: number, word: number): void {
    const { pixels, width } = this;
    const end = Math.min(this.height, bottom) * width + x;
    for (let at = Math.max(0, top) * width + x; at < end; at += width) pixels[at] = word;
  }

  paint(surface: Surface, x: number, y: number): void {
    // A picture may be asked for before there is a machine to draw.
    if (this.pixels.length === 0) return;
    surface.raster({ x, y, width: this.width, height: this.height }, this.pixels);
  }
}

/** "#rrggbb" as 0x00BBGGRR, the order of a canvas's bytes. */
function colourWord(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    Number.parseInt(colour.slice(at, at + 2), 16),
  );
  return (blue << 16) | (green << 8) | red;
}

export function pixelWord(colour: string, alpha: number): number {
  return ((Math.round(alpha * 255) << 24) | colourWord(colour)) >>> 0;
}
