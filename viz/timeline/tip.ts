/** The cursor line and the words beside it. */
import { select } from "d3";
import { element } from "../element.ts";
import type { Geometry } from "./geometry.ts";
import type { Point } from "./hit.ts";

export class Tip {
  /** Where the pointer is; undefined: not in the picture. */
  atUs: number | undefined = undefined;
  private readonly root: HTMLElement = element("div", { class: "tip", hidden: "" });
  private readonly line: SVGLineElement;

  constructor(stage: HTMLElement, svg: SVGSVGElement) {
    stage.append(this.root);
    this.line = select(svg)
      .append("line")
      .attr("class", "cursor")
      .attr("visibility", "hidden")
      .node() as SVGLineElement;
  }

  /** The first line is the time. */
  show({ x, y }: Point, atUs: number, lines: readonly string[], { width, axis }: Geometry): void {
    this.atUs = atUs;
    const ends = { visibility: "visible", x1: x, x2: x, y1: 0, y2: axis.top };
    for (const [name, value] of Object.entries(ends)) this.line.setAttribute(name, String(value));
    this.root.replaceChildren(
      ...lines.map((text, index) => element("div", index === 0 ? { class: "when" } : {}, text)),
    );
    this.root.hidden = false;
    const { offsetWidth, offsetHeight } = this.root;
    const isRight = x > width - offsetWidth - 24;
    const isLow = y > axis.top - offsetHeight - 20;
    this.root.style.left = `${isRight ? Math.max(0, x - offsetWidth - 14) : x + 14}px`;
    this.root.style.top = `${Math.max(0, isLow ? y - offsetHeight - 14 : y + 14)}px`;
  }

  hide(): void {
    this.atUs = undefined;
    this.root.hidden = true;
    this.line.setAttribute("visibility", "hidden");
  }
}
