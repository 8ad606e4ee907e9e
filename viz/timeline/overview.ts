/** The strip below the picture: the whole run, and in it what is on screen, to be moved and stretched. */
import { brushX, select, type D3BrushEvent } from "d3";
import { element } from "../element.ts";
import { sizeCanvas } from "./canvasSize.ts";
import { OK_PARTS } from "./operationIndex.ts";
import type { Palette } from "./palette.ts";
import type { Shown } from "./scene.ts";
import type { Span } from "./stream.ts";
import { timeAt, xOf, type View } from "./view.ts";

const height = 40;

export class Overview {
  readonly root: HTMLElement = element("div", { class: "overview" });
  private readonly canvas: HTMLCanvasElement = element("canvas");
  private readonly svg = select(this.root).append("svg").attr("aria-hidden", "true");
  private readonly brush = brushX<unknown>();
  private readonly group = this.svg.append("g").attr("class", "brush");
  private whole: View = { fromUs: 0, untilUs: 1, left: 0, right: 1 };
  private isInHand = false;

  /** `moved`: by hand. */
  constructor(moved: (span: Span) => void) {
    this.root.prepend(this.canvas);
    this.brush.on("start brush end", (event: D3BrushEvent<unknown>) => {
      const selection = event.selection as [number, number] | null;
      // The strip follows the picture; its own events carry no source event then.
      if (!(event.sourceEvent instanceof Event)) return;
      this.isInHand = event.type !== "end";
      if (selection === null) {
        if (event.type === "end") moved(this.whole);
        return;
      }
      const [from, until] = selection;
      moved({ fromUs: timeAt(this.whole, from), untilUs: timeAt(this.whole, until) });
    });
  }

  resize(width: number, left: number, right: number): void {
    sizeCanvas(this.canvas, width, height);
    this.svg.attr("width", width).attr("height", height);
    this.brush.extent([
      [left, 2],
      [right, height - 2],
    ]);
    this.whole = { ...this.whole, left, right };
    this.group.call(this.brush as never);
  }

  /** Shows what is on screen. */
  follow({ fromUs, untilUs }: Span): void {
    if (this.isInHand) return;
    const ends = [xOf(this.whole, fromUs), xOf(this.whole, untilUs)];
    this.brush.move(this.group as never, ends as [number, number]);
  }

  paint({ run, index }: Shown, whole: Span, palette: Palette): void {
    const context = this.canvas.getContext("2d");
    if (context === null) return;
    this.whole = { ...this.whole, fromUs: whole.fromUs, untilUs: whole.untilUs };
    const { left, right } = this.whole;
    context.clearRect(0, 0, right + left, height);
    const bins = index.operations.bins(whole.fromUs, whole.untilUs, (right - left) / 4);
    const most = bins.reduce((high, bin) => Math.max(high, bin.total), 1);
    const room = height - 14;
    for (const bin of bins) {
      const answered = bin.counts.slice(0, OK_PARTS).reduce((sum, count) => sum + count, 0);
      const x = Math.max(left, xOf(this.whole, bin.fromUs));
      const width = Math.max(1, Math.min(right, xOf(this.whole, bin.untilUs)) - x - 0.5);
      const full = (bin.total / most) * room;
      const good = (answered / most) * room;
      context.globalAlpha = 1;
      context.fillStyle = palette.unknown;
      context.fillRect(x, height - 4 - full, width, full - good);
      context.fillStyle = palette.muted;
      context.globalAlpha = 0.5;
      context.fillRect(x, height - 4 - good, width, good);
    }
    context.globalAlpha = 1;
    context.fillStyle = palette.faultEdge;
    for (const { fromUs, untilUs } of run.outline.faults) {
      const from = xOf(this.whole, fromUs);
      context.fillRect(from, 3, Math.max(2, xOf(this.whole, untilUs) - from), 3);
    }
  }
}
