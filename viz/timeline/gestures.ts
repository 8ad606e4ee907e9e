/** Moving and zooming by mouse, wheel and fingers. */
import { select, zoom, zoomIdentity, type D3ZoomEvent, type ZoomTransform } from "d3";
import type { Geometry } from "./geometry.ts";
import type { Span } from "./stream.ts";
import { CLOSEST_US, usPerPixel, type View } from "./view.ts";

export interface GestureListener {
  moved(span: Span): void;
  /** Whether a press begins something else than a move of the picture. */
  isTaken(event: MouseEvent): boolean;
}

export class Gestures {
  private readonly svg: SVGSVGElement;
  private readonly listener: GestureListener;
  private readonly zoom = zoom<SVGSVGElement, unknown>();
  private whole: View = { fromUs: 0, untilUs: 1, left: 0, right: 1 };
  private view: View = this.whole;
  private readonly fingers: Map<number, number> = new Map();

  constructor(svg: SVGSVGElement, listener: GestureListener) {
    this.svg = svg;
    this.listener = listener;
    this.zoom
      .filter((event: Event) => this.isZoomGesture(event))
      .clickDistance(4)
      .on("zoom", (event: D3ZoomEvent<SVGSVGElement, unknown>) => {
        if (event.sourceEvent instanceof Event) listener.moved(this.spanOf(event.transform));
      });
    select(svg).call(this.zoom);
    this.listenToOneFinger();
  }

  /** What is on screen now, of the whole. */
  follow(view: View, whole: Span, { width, height, left, right }: Geometry): void {
    this.view = view;
    this.whole = { fromUs: whole.fromUs, untilUs: whole.untilUs, left, right };
    const wholeUs = whole.untilUs - whole.fromUs;
    const bounds: [[number, number], [number, number]] = [
      [left, 0],
      [right, Math.max(height, width)],
    ];
    this.zoom
      .scaleExtent([1, wholeUs / CLOSEST_US])
      .extent(bounds)
      .translateExtent(bounds);
    const scale = wholeUs / (view.untilUs - view.fromUs);
    const start = left + ((view.fromUs - whole.fromUs) / wholeUs) * (right - left);
    // Where d3 keeps what the next gesture starts from; no event is wanted here.
    const transform = zoomIdentity.translate(left - start * scale, 0).scale(scale);
    select(this.svg).property("__zoom", transform);
  }

  private spanOf(transform: ZoomTransform): Span {
    const { fromUs, left, right } = this.whole;
    const perPixel = usPerPixel(this.whole);
    const at = (x: number): number => fromUs + (transform.invertX(x) - left) * perPixel;
    return { fromUs: at(left), untilUs: at(right) };
  }

  /** The wheel alone scrolls the page: a page that traps it is a nuisance. */
  private isZoomGesture(event: Event): boolean {
    if (event instanceof WheelEvent) return event.ctrlKey || event.metaKey || event.shiftKey;
    if ("touches" in event) return (event as TouchEvent).touches.length > 1;
    return event instanceof MouseEvent && event.button === 0 && !this.listener.isTaken(event);
  }

  /** One finger moves the picture sideways; up and down it scrolls the page, which the browser does by itself. */
  private listenToOneFinger(): void {
    const { svg, fingers } = this;
    const isFinger = (event: PointerEvent): boolean => event.pointerType === "touch";
    svg.addEventListener("pointerdown", (event) => {
      if (isFinger(event)) fingers.set(event.pointerId, event.clientX);
    });
    svg.addEventListener("pointermove", (event) => {
      const before = fingers.get(event.pointerId);
      if (before === undefined) return;
      fingers.set(event.pointerId, event.clientX);
      if (fingers.size > 1) return;
      const movedUs = (before - event.clientX) * usPerPixel(this.view);
      const { fromUs, untilUs } = this.view;
      this.listener.moved({ fromUs: fromUs + movedUs, untilUs: untilUs + movedUs });
    });
    for (const name of ["pointerup", "pointercancel"] as const) {
      svg.addEventListener(name, (event) => fingers.delete(event.pointerId));
    }
  }
}
