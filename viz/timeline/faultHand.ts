/** Moves a fault's band along the axis: by mouse in the strip at the top, or by keys while it is selected. Only in a run that has ended. */
import { pointer, select } from "d3";
import type { Selection } from "./contract.ts";
import { contains } from "./geometry.ts";
import { hit, type Point } from "./hit.ts";
import type { Scene } from "./scene.ts";
import { timeAt, usPerPixel, xOf } from "./view.ts";

export interface FaultHandListener {
  scene(): Scene | undefined;
  moved(id: string, atUs: number): void;
}

interface Held {
  readonly id: string;
  readonly lengthUs: number;
  /** Where in the band it is held. */
  readonly offsetUs: number;
  atUs: number;
  hasMoved: boolean;
}

export class FaultHand {
  private readonly listener: FaultHandListener;
  private readonly ghost: SVGRectElement;
  private held: Held | undefined = undefined;

  constructor(svg: SVGSVGElement, listener: FaultHandListener) {
    this.listener = listener;
    this.ghost = select(svg).append("rect").attr("class", "fault-ghost").node() as SVGRectElement;
    this.ghost.setAttribute("visibility", "hidden");
    svg.addEventListener("pointerdown", (event) => this.press(svg, event));
    svg.addEventListener("pointermove", (event) => this.drag(svg, event));
    svg.addEventListener("pointerup", () => this.commit());
    svg.addEventListener("pointercancel", () => this.letGo());
  }

  /** Whether a press there takes hold of a fault. */
  takes(point: Point): boolean {
    return this.faultAt(point) !== undefined;
  }

  /** Moves the selected fault's ghost; Enter makes it so. */
  nudge(selection: Selection | undefined, byUs: number): void {
    const hasEnded = (this.listener.scene()?.shown.run.moments.length ?? 0) > 0;
    const isFault = selection?.kind === "fault";
    if (this.held === undefined && isFault && hasEnded) this.hold(selection.id, undefined);
    if (this.held !== undefined) this.moveTo(this.held.atUs + byUs);
  }

  /** False if no fault is held. */
  commit(): boolean {
    const { held } = this;
    this.letGo();
    if (held === undefined) return false;
    if (held.hasMoved) this.listener.moved(held.id, Math.round(held.atUs));
    return true;
  }

  letGo(): void {
    this.held = undefined;
    this.ghost.setAttribute("visibility", "hidden");
  }

  /** After each picture: the ghost stands in time, not on the screen. */
  draw({ view, geometry }: Scene): void {
    const { held, ghost } = this;
    if (held === undefined || !held.hasMoved) return;
    const x = xOf(view, held.atUs);
    const width = Math.max(2, xOf(view, held.atUs + held.lengthUs) - x);
    const box = { x, y: 0, width, height: geometry.axis.top, visibility: "visible" };
    for (const [name, value] of Object.entries(box)) ghost.setAttribute(name, String(value));
  }

  private faultAt(point: Point): string | undefined {
    const scene = this.listener.scene();
    if (scene === undefined || scene.shown.run.moments.length === 0) return undefined;
    if (!contains(scene.geometry.faults, point.y)) return undefined;
    const found = hit(scene, { bars: undefined, messages: [] }, point);
    return found?.kind === "fault" ? found.id : undefined;
  }

  private hold(id: string, atUs: number | undefined): void {
    const fault = this.listener.scene()?.shown.run.outline.faults.find((each) => each.id === id);
    if (fault === undefined) return;
    const { fromUs, untilUs } = fault;
    const offsetUs = atUs === undefined ? 0 : atUs - fromUs;
    this.held = { id, lengthUs: untilUs - fromUs, offsetUs, atUs: fromUs, hasMoved: false };
  }

  private press(svg: SVGSVGElement, event: PointerEvent): void {
    const scene = this.listener.scene();
    if (event.pointerType === "touch" || event.button !== 0 || scene === undefined) return;
    const [x, y] = pointer(event, svg);
    const id = this.faultAt({ x, y });
    if (id === undefined) return;
    this.hold(id, timeAt(scene.view, x));
    svg.setPointerCapture(event.pointerId);
  }

  private drag(svg: SVGSVGElement, event: PointerEvent): void {
    const scene = this.listener.scene();
    const { held } = this;
    if (held === undefined || scene === undefined || event.buttons === 0) return;
    const [x] = pointer(event, svg);
    const atUs = timeAt(scene.view, x) - held.offsetUs;
    const isStill = !held.hasMoved && Math.abs(atUs - held.atUs) < 4 * usPerPixel(scene.view);
    if (!isStill) this.moveTo(atUs);
  }

  private moveTo(atUs: number): void {
    const scene = this.listener.scene();
    if (this.held === undefined || scene === undefined) return;
    this.held.atUs = Math.max(scene.shown.run.outline.loadedUs, atUs);
    this.held.hasMoved = true;
    this.draw(scene);
  }
}
