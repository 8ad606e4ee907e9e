/** The figure: a canvas under an SVG, one time axis for all its parts, zoom, overview, pointer and keys. */
import {
  brushX,
  pointer,
  select,
  zoom,
  zoomIdentity,
  type D3BrushEvent,
  type D3ZoomEvent,
  type ScaleLinear,
} from "d3";
import type { PageData } from "../reports/page.ts";
import { element } from "./element.ts";
import { drawFrame } from "./frame.ts";
import { geometryFor, latencyScale, timeScale, type Geometry } from "./geometry.ts";
import { firstMode, layoutLanes, type LaneLayout, type LaneMode } from "./lanes.ts";
import { binOperations, decodeOperations, type Bin, type Operations } from "./operations.ts";
import { paint } from "./paint.ts";
import { readPalette, type Palette } from "./palette.ts";
import { tooltipLines } from "./tooltip.ts";

const overviewHeight = 46;
/** Closest view: two hundred microseconds across the page. */
const closestUs = 200;

export class Figure {
  readonly root: HTMLElement;
  readonly #data: PageData;
  readonly #operations: Operations;
  readonly #fromUs: number;
  readonly #untilUs: number;
  readonly #canvas: HTMLCanvasElement = element("canvas");
  readonly #overview: HTMLCanvasElement = element("canvas");
  readonly #stage: HTMLElement = element("div", { class: "stage", tabindex: "0" });
  readonly #strip: HTMLElement = element("div", { class: "overview" });
  readonly #tip: HTMLElement = element("div", { class: "tip", hidden: "" });
  readonly #svg = select(this.#stage).append("svg").attr("role", "img");
  readonly #frame: SVGGElement;
  readonly #cursor = this.#svg.append("line").attr("class", "cursor").attr("visibility", "hidden");
  readonly #stripSvg = select(this.#strip).append("svg").attr("aria-hidden", "true");
  readonly #zoom = zoom<SVGSVGElement, unknown>();
  readonly #brush = brushX<unknown>();
  #mode: LaneMode;
  #layout: LaneLayout;
  #palette: Palette = readPalette();
  #geometry: Geometry;
  #base: ScaleLinear<number, number>;
  #x: ScaleLinear<number, number>;
  #bins: readonly Bin[] = [];
  #isDue = false;

  constructor(data: PageData) {
    this.#data = data;
    const { report } = data;
    this.#operations = decodeOperations(data.operations, report.loadedUs);
    this.#fromUs = -report.loadedUs;
    this.#untilUs = Math.max(report.simulatedUs - report.loadedUs, this.#fromUs + 1000);
    this.#mode = firstMode(report);
    this.#layout = layoutLanes(report, this.#mode);
    this.#geometry = geometryFor(900, this.#layout.height);
    this.#base = timeScale(this.#geometry, this.#fromUs, this.#untilUs);
    this.#x = this.#base;
    this.#frame = this.#svg.insert("g", ".cursor").node() as SVGGElement;
    this.#stage.prepend(this.#canvas);
    this.#stage.append(this.#tip);
    this.#strip.prepend(this.#overview);
    this.#describe();
    this.root = element("section", { class: "figure" }, this.#toolbar(), this.#stage, this.#strip);
    this.#listen();
  }

  /** Fits the figure to its place on the page; called once it stands there and on every change of size. */
  resize(): void {
    const width = Math.max(300, this.#stage.clientWidth);
    const seen = this.#x.domain();
    this.#geometry = geometryFor(width, this.#layout.height);
    this.#base = timeScale(this.#geometry, this.#fromUs, this.#untilUs);
    const { height, left, right, axis } = this.#geometry;
    sizeCanvas(this.#canvas, width, height);
    sizeCanvas(this.#overview, width, overviewHeight);
    this.#svg.attr("width", width).attr("height", height);
    this.#stripSvg.attr("width", width).attr("height", overviewHeight);
    this.#cursor.attr("y1", 0).attr("y2", axis.top);
    const span = this.#untilUs - this.#fromUs;
    this.#zoom
      .scaleExtent([1, span / closestUs])
      .extent([
        [left, 0],
        [right, height],
      ])
      .translateExtent([
        [left, 0],
        [right, height],
      ]);
    this.#brush.extent([
      [left, 2],
      [right, overviewHeight - 2],
    ]);
    this.#stripSvg.selectAll("g.brush").remove();
    this.#stripSvg.append("g").attr("class", "brush").call(this.#brush);
    this.#paintOverview();
    this.show(seen[0] ?? this.#fromUs, seen[1] ?? this.#untilUs);
  }

  /** Moves the view to a stretch of time, in microseconds counted from the start of the load. */
  show(fromUs: number, untilUs: number): void {
    const span = Math.min(Math.max(untilUs - fromUs, closestUs), this.#untilUs - this.#fromUs);
    const scale = (this.#untilUs - this.#fromUs) / span;
    const { left } = this.#geometry;
    const start = Math.min(Math.max(fromUs, this.#fromUs), this.#untilUs - span);
    const transform = zoomIdentity.translate(left - this.#base(start) * scale, 0).scale(scale);
    this.#svg.call((svg) => this.#zoom.transform(svg as never, transform));
  }

  /** Brings one moment into the middle of a view of at most six seconds and marks it. */
  showMoment(atUs: number): void {
    const [from = 0, until = 0] = this.#x.domain();
    const half = Math.min(until - from, 6_000_000) / 2;
    this.show(atUs - half, atUs + half);
    this.#cursor.attr("visibility", "visible").attr("x1", this.#x(atUs)).attr("x2", this.#x(atUs));
  }

  #describe(): void {
    const { report, moments } = this.#data;
    this.#stage.setAttribute(
      "aria-label",
      "Timeline. Arrow keys move, plus and minus zoom, 0 shows everything, brackets jump between moments of the story.",
    );
    this.#svg.attr(
      "aria-label",
      `${report.headline} ${moments.length} moments are told as text below the drawing.`,
    );
  }

  #toolbar(): HTMLElement {
    const button = (text: string, label: string, act: () => void): HTMLElement => {
      const made = element("button", { type: "button", title: label, "aria-label": label }, text);
      made.addEventListener("click", act);
      return made;
    };
    const bar = element(
      "div",
      { class: "toolbar" },
      button("+", "Zoom in (+)", () => this.#zoomBy(2)),
      button("−", "Zoom out (−)", () => this.#zoomBy(0.5)),
      button("All", "Show the whole run (0)", () => this.show(this.#fromUs, this.#untilUs)),
    );
    const fault = this.#data.report.faults[0];
    if (fault !== undefined) {
      const atUs = fault.fromUs - this.#data.report.loadedUs;
      bar.append(
        button("Fault", "Show the first fault and the failover", () =>
          this.show(atUs - 1_000_000, atUs + 6_000_000),
        ),
      );
    }
    const shards = this.#data.report.nodes.some((node) => node.shard > 0);
    if (shards) {
      bar.append(
        button("Shards / nodes", "A lane a shard, or a lane a machine", () => this.#toggle()),
      );
    }
    bar.append(
      element(
        "span",
        { class: "hint" },
        "Drag to move, Ctrl + wheel or pinch to zoom, hover to read",
      ),
    );
    return bar;
  }

  #toggle(): void {
    this.#mode = this.#mode === "nodes" ? "shards" : "nodes";
    this.#layout = layoutLanes(this.#data.report, this.#mode);
    this.resize();
  }

  #listen(): void {
    this.#zoom
      .filter((event: Event) => isZoomGesture(event))
      .on("zoom", (event: D3ZoomEvent<SVGSVGElement, unknown>) => this.#onZoom(event));
    this.#svg.call(this.#zoom as never);
    this.#brush.on("brush end", (event: D3BrushEvent<unknown>) => this.#onBrush(event));
    this.#svg.on("pointermove", (event: PointerEvent) => this.#onPointer(event));
    this.#svg.on("pointerleave", () => this.#hideTip());
    this.#stage.addEventListener("keydown", (event) => this.#onKey(event));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.#palette = readPalette();
      this.#paintOverview();
      this.#request();
    });
  }

  #onZoom(event: D3ZoomEvent<SVGSVGElement, unknown>): void {
    this.#x = event.transform.rescaleX(this.#base);
    this.#hideTip();
    this.#request();
    const [from = 0, until = 0] = this.#x.domain();
    // The brush follows; its own events carry no source event then, and are ignored.
    this.#stripSvg
      .select<SVGGElement>("g.brush")
      .call((brush) => this.#brush.move(brush, [this.#base(from), this.#base(until)]));
  }

  #onBrush(event: D3BrushEvent<unknown>): void {
    const selection = event.selection as [number, number] | null;
    const isByHand = event.sourceEvent instanceof Event && event.mode !== undefined;
    if (!isByHand) return;
    if (selection === null) {
      if (event.type === "end") this.show(this.#fromUs, this.#untilUs);
      return;
    }
    // Moving the brush from within its own event would end the gesture: only the view follows here.
    const [from, until] = selection.map((px) => this.#base.invert(px)) as [number, number];
    if (event.type === "end") this.show(from, until);
    else {
      this.#x = this.#base.copy().domain([from, Math.max(until, from + closestUs)]);
      this.#request();
    }
  }

  #onKey(event: KeyboardEvent): void {
    const [from = 0, until = 0] = this.#x.domain();
    const step = (until - from) / 8;
    const keys: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.show(from - step, until - step),
      ArrowRight: () => this.show(from + step, until + step),
      "+": () => this.#zoomBy(2),
      "=": () => this.#zoomBy(2),
      "-": () => this.#zoomBy(0.5),
      "0": () => this.show(this.#fromUs, this.#untilUs),
      Home: () => this.show(this.#fromUs, this.#fromUs + until - from),
      End: () => this.show(this.#untilUs - (until - from), this.#untilUs),
      "]": () => this.#jump(1),
      "[": () => this.#jump(-1),
      Escape: () => this.#hideTip(),
    };
    const act = keys[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }

  #jump(direction: 1 | -1): void {
    const [from = 0, until = 0] = this.#x.domain();
    const middle = (from + until) / 2;
    const times = this.#data.moments.map((moment) => moment.atUs);
    const next =
      direction === 1
        ? times.find((time) => time > middle + 1)
        : times.findLast((time) => time < middle - 1);
    if (next !== undefined) this.showMoment(next);
  }

  #zoomBy(factor: number): void {
    const [from = 0, until = 0] = this.#x.domain();
    const middle = (from + until) / 2;
    const half = (until - from) / 2 / factor;
    this.show(middle - half, middle + half);
  }

  #onPointer(event: PointerEvent): void {
    const [px, py] = pointer(event, this.#svg.node());
    const { left, right } = this.#geometry;
    if (px < left || px > right) {
      this.#hideTip();
      return;
    }
    this.#cursor.attr("visibility", "visible").attr("x1", px).attr("x2", px);
    const lines = tooltipLines(
      {
        data: this.#data,
        operations: this.#operations,
        geometry: this.#geometry,
        x: this.#x,
        latency: latencyScale(this.#geometry, this.#operations),
        bins: this.#bins,
        layout: this.#layout,
      },
      px,
      py,
    );
    this.#tip.replaceChildren(
      ...lines.map((text, index) => element("div", index === 0 ? { class: "when" } : {}, text)),
    );
    this.#tip.hidden = false;
    const isRight = px > this.#geometry.width - this.#tip.offsetWidth - 24;
    this.#tip.style.left = `${isRight ? Math.max(0, px - this.#tip.offsetWidth - 14) : px + 14}px`;
    this.#tip.style.top = `${Math.max(0, py + 14)}px`;
  }

  #hideTip(): void {
    this.#tip.hidden = true;
    this.#cursor.attr("visibility", "hidden");
  }

  /** Draws once a frame of the screen, however many events came. */
  #request(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#draw();
    });
  }

  #draw(): void {
    const context = this.#canvas.getContext("2d");
    if (context === null) return;
    const geometry = this.#geometry;
    const [from = 0, until = 0] = this.#x.domain();
    const { report } = this.#data;
    this.#bins = binOperations(this.#operations, from, until, (geometry.right - geometry.left) / 7);
    const latency = latencyScale(geometry, this.#operations);
    const shared = {
      geometry,
      x: this.#x,
      latency,
      report,
      bins: this.#bins,
      layout: this.#layout,
    };
    paint({
      ...shared,
      context,
      palette: this.#palette,
      operations: this.#operations,
      coloursZones: this.#mode === "shards",
    });
    drawFrame(this.#frame, shared);
  }

  #paintOverview(): void {
    const context = this.#overview.getContext("2d");
    if (context === null) return;
    const { left, right, width } = this.#geometry;
    const { report } = this.#data;
    context.clearRect(0, 0, width, overviewHeight);
    const bins = binOperations(this.#operations, this.#fromUs, this.#untilUs, (right - left) / 4);
    const most = bins.reduce((high, bin) => Math.max(high, bin.total), 1);
    for (const bin of bins) {
      const answered = (bin.counts[0] ?? 0) + (bin.counts[1] ?? 0) + (bin.counts[2] ?? 0);
      const column = this.#base(bin.fromUs);
      const height = (bin.total / most) * (overviewHeight - 14);
      const good = (answered / most) * (overviewHeight - 14);
      const end = Math.min(right, this.#base(bin.untilUs));
      const columnWidth = Math.max(1, end - column - 0.5);
      context.fillStyle = this.#palette.unknown;
      context.fillRect(column, overviewHeight - 4 - height, columnWidth, height - good);
      context.fillStyle = this.#palette.muted;
      context.globalAlpha = 0.5;
      context.fillRect(column, overviewHeight - 4 - good, columnWidth, good);
      context.globalAlpha = 1;
    }
    context.fillStyle = this.#palette.faultEdge;
    for (const fault of report.faults) {
      const from = this.#base(fault.fromUs - report.loadedUs);
      const until = this.#base(fault.untilUs - report.loadedUs);
      context.fillRect(from, 3, Math.max(2, until - from), 3);
    }
  }
}

/** The wheel alone scrolls the page: a page that traps it is a nuisance. One finger scrolls, two zoom. */
function isZoomGesture(event: Event): boolean {
  if (event instanceof WheelEvent) return event.ctrlKey || event.metaKey || event.shiftKey;
  if ("touches" in event) return (event as TouchEvent).touches.length > 1;
  return event instanceof MouseEvent && event.button === 0;
}

function sizeCanvas(canvas: HTMLCanvasElement, width: number, height: number): void {
  const ratio = Math.min(devicePixelRatio, 2);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  canvas.getContext("2d")?.setTransform(ratio, 0, 0, ratio, 0, 0);
}
