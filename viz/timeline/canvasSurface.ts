import { hatch } from "./palette.ts";
import type { Box, Paint, Stroke, Surface } from "./surface.ts";

const dash = [4, 3];
const MOST_BUFFERS = 4;

export class CanvasSurface implements Surface {
  private readonly context: CanvasRenderingContext2D;
  private readonly hatches: Map<string, CanvasPattern | string> = new Map();
  private last: Paint | undefined = undefined;
  /** By width and height: making one anew for each picture costs more than drawing it. */
  private readonly buffers: Map<string, OffscreenCanvasRenderingContext2D> = new Map();

  constructor(context: CanvasRenderingContext2D) {
    this.context = context;
  }

  /** Wipes the canvas; the size is in CSS pixels. */
  begin(width: number, height: number): void {
    this.last = undefined;
    this.context.globalAlpha = 1;
    this.context.clearRect(0, 0, width, height);
  }

  rect(x: number, y: number, width: number, height: number, paint: Paint): void {
    this.usePaint(paint);
    this.context.fillRect(x, y, width, height);
  }

  lines(ends: readonly number[], stroke: Stroke): void {
    if (ends.length === 0) return;
    const { context } = this;
    this.useStroke(stroke);
    context.beginPath();
    for (let at = 0; at < ends.length; at += 4) {
      context.moveTo(ends[at] as number, ends[at + 1] as number);
      context.lineTo(ends[at + 2] as number, ends[at + 3] as number);
    }
    context.stroke();
  }

  polyline(points: readonly number[], stroke: Stroke): void {
    if (points.length < 4) return;
    this.useStroke(stroke);
    this.trace(points);
    this.context.stroke();
  }

  polygon(points: readonly number[], paint: Paint): void {
    if (points.length < 6) return;
    this.usePaint(paint);
    this.trace(points);
    this.context.fill();
  }

  text(x: number, y: number, words: string, colour: string): void {
    const { context } = this;
    this.last = undefined;
    context.globalAlpha = 1;
    context.fillStyle = colour;
    context.font = "10.5px system-ui, sans-serif";
    context.fillText(words, x, y);
  }

  raster({ x, y, width, height }: Box, pixels: Uint32Array): void {
    const buffer = this.bufferOf(width, height);
    const bytes = new Uint8ClampedArray(pixels.buffer as ArrayBuffer, 0, width * height * 4);
    buffer.putImageData(new ImageData(bytes, width, height), 0, 0);
    this.context.globalAlpha = 1;
    this.last = undefined;
    this.context.drawImage(buffer.canvas, x, y, width, height);
  }

  clip({ x, y, width, height }: Box, draw: () => void): void {
    const { context } = this;
    context.save();
    context.beginPath();
    context.rect(x, y, width, height);
    context.clip();
    draw();
    context.restore();
    this.last = undefined;
  }

  private bufferOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
    const key = `${width} ${height}`;
    const known = this.buffers.get(key);
    if (known !== undefined) return known;
    // Sizes of another layout are not needed again.
    if (this.buffers.size >= MOST_BUFFERS) this.buffers.clear();
    const canvas = new OffscreenCanvas(width, height);
    const made = canvas.getContext("2d", { willReadFrequently: true });
    if (made === null) throw new Error("this browser draws no pictures");
    this.buffers.set(key, made);
    return made;
  }

  private trace(points: readonly number[]): void {
    const { context } = this;
    context.beginPath();
    context.moveTo(points[0] as number, points[1] as number);
    for (let at = 2; at < points.length; at += 2) {
      context.lineTo(points[at] as number, points[at + 1] as number);
    }
  }

  /** Setting a colour costs more than drawing with it. */
  private usePaint(paint: Paint): void {
    if (paint === this.last) return;
    this.last = paint;
    this.context.fillStyle = paint.isHatched ? this.hatchOf(paint.colour) : paint.colour;
    this.context.globalAlpha = paint.alpha;
  }

  private useStroke({ colour, width, alpha, isDashed }: Stroke): void {
    const { context } = this;
    this.last = undefined;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.globalAlpha = alpha;
    context.setLineDash(isDashed ? dash : []);
  }

  private hatchOf(colour: string): CanvasPattern | string {
    const known = this.hatches.get(colour) ?? hatch(this.context, colour);
    this.hatches.set(colour, known);
    return known;
  }
}
