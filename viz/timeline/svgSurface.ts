/** Writes the picture as the inside of an SVG document. Pure: no page needed. */
import type { Box, Paint, Stroke, Surface } from "./surface.ts";

export class SvgSurface implements Surface {
  private readonly parts: string[] = [];
  private readonly hatches: Map<string, string> = new Map();
  private clips = 0;

  /** What was drawn so far, with the definitions that it needs. */
  markup(): string {
    const hatches = [...this.hatches].map(
      ([colour, id]) =>
        `<pattern id="${id}" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M-6 6L0 0M0 6L6 0M6 6L12 0" stroke="${escapeXml(colour)}" stroke-width="1.4"/></pattern>`,
    );
    return `<defs>${hatches.join("")}</defs>${this.parts.join("")}`;
  }

  rect(x: number, y: number, width: number, height: number, paint: Paint): void {
    this.parts.push(
      `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"${this.filled(paint)}/>`,
    );
  }

  lines(ends: readonly number[], stroke: Stroke): void {
    let path = "";
    for (let at = 0; at < ends.length; at += 4) {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = ends.slice(at, at + 4).map(short);
      path += `M${x1} ${y1}L${x2} ${y2}`;
    }
    if (path !== "") this.parts.push(`<path d="${path}"${stroked(stroke)}/>`);
  }

  polyline(points: readonly number[], stroke: Stroke): void {
    if (points.length < 4) return;
    this.parts.push(`<polyline points="${points.map(short).join(" ")}"${stroked(stroke)}/>`);
  }

  polygon(points: readonly number[], paint: Paint): void {
    if (points.length < 6) return;
    this.parts.push(`<polygon points="${points.map(short).join(" ")}"${this.filled(paint)}/>`);
  }

  text(x: number, y: number, words: string, colour: string): void {
    this.parts.push(
      `<text x="${short(x)}" y="${short(y)}" font-size="10.5" style="fill:${escapeXml(colour)}">${escapeXml(words)}</text>`,
    );
  }

  /** Equal points beside each other become one rectangle. */
  raster({ x, y, width, height }: Box, pixels: Uint32Array): void {
    for (let row = 0; row < height; row++) {
      let column = 0;
      while (column < width) {
        const pixel = pixels[row * width + column] as number;
        const from = column++;
        while (column < width && pixels[row * width + column] === pixel) column++;
        if (pixel === 0) continue;
        const [red, green, blue, alpha] = [0, 8, 16, 24].map((shift) => (pixel >>> shift) & 255);
        const colour = `rgb(${red},${green},${blue})`;
        this.rect(x + from, y + row, column - from, 1, {
          colour,
          alpha: (alpha ?? 0) / 255,
          isHatched: false,
        });
      }
    }
  }

  clip({ x, y, width, height }: Box, draw: () => void): void {
    const id = `cut${this.clips++}`;
    this.parts.push(
      `<clipPath id="${id}"><rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"/></clipPath><g clip-path="url(#${id})">`,
    );
    draw();
    this.parts.push("</g>");
  }

  private filled({ colour, alpha, isHatched }: Paint): string {
    const faint = alpha === 1 ? "" : ` fill-opacity="${short(alpha)}"`;
    if (!isHatched) return ` fill="${escapeXml(colour)}"${faint}`;
    const id = this.hatches.get(colour) ?? `hatch${this.hatches.size}`;
    this.hatches.set(colour, id);
    return ` fill="url(#${id})"${faint}`;
  }
}

function stroked({ colour, width, alpha, isDashed }: Stroke): string {
  const dash = isDashed ? ' stroke-dasharray="4 3"' : "";
  const faint = alpha === 1 ? "" : ` stroke-opacity="${short(alpha)}"`;
  return ` fill="none" stroke="${escapeXml(colour)}" stroke-width="${short(width)}"${faint}${dash}`;
}

function short(value: number): number {
  return Math.round(value * 100) / 100;
}

export function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
