/** Buttons over the picture, and how fast it is drawn. */
import { element } from "../element.ts";

export interface ToolbarListener {
  zoom(factor: number): void;
  showAll(): void;
  showFault(): void;
  toggleMode(): void;
  chooseShard(shard: number): void;
}

/** The counter of frames is written anew so often, while the picture moves. */
const COUNT_EVERY_MS = 500;
/** Nothing was drawn for so long: the picture stood still. */
const PAUSE_MS = 200;

export class Toolbar {
  readonly root: HTMLElement;
  private readonly fault: HTMLElement;
  private readonly mode: HTMLElement;
  private readonly shard: HTMLSelectElement;
  private readonly counter: HTMLElement = element("span", { class: "frame-counter" });
  private offered = "";
  private frames: number[] = [];
  private beganMs = 0;
  private lastMs = 0;

  constructor(listener: ToolbarListener) {
    this.fault = button("Fault", "Show the first fault and the failover", () =>
      listener.showFault(),
    );
    this.mode = button("Shards / nodes", "A lane a shard, or a lane a machine", () =>
      listener.toggleMode(),
    );
    this.shard = element("select", { "aria-label": "Shard whose leaders are shown" });
    this.shard.addEventListener("change", () => listener.chooseShard(Number(this.shard.value)));
    this.root = element(
      "div",
      { class: "toolbar" },
      button("+", "Zoom in (+)", () => listener.zoom(2)),
      button("−", "Zoom out (−)", () => listener.zoom(0.5)),
      button("All", "All: show the whole run (0)", () => listener.showAll()),
      this.fault,
      this.mode,
      this.shard,
      element(
        "span",
        { class: "hint" },
        "Drag to move, Ctrl + wheel or pinch to zoom, hover to read",
      ),
      this.counter,
    );
  }

  /** Shows what makes sense for a run. A choice of shards is offered when not all are shown at once. */
  offer(shards: readonly number[], hasFaults: boolean, hasModes: boolean): void {
    this.fault.hidden = !hasFaults;
    this.mode.hidden = !hasModes;
    this.shard.hidden = shards.length <= 3;
    const wanted = shards.join();
    if (wanted === this.offered) return;
    this.offered = wanted;
    this.shard.replaceChildren(
      ...shards.map((shard) => element("option", { value: String(shard) }, `shard ${shard}`)),
    );
  }

  /** A frame was drawn. */
  count(tookMs: number): void {
    const nowMs = performance.now();
    const isPause = nowMs - this.lastMs > PAUSE_MS;
    this.lastMs = nowMs;
    if (isPause) {
      this.frames = [];
      this.beganMs = nowMs;
    }
    this.frames.push(tookMs);
    const passedMs = nowMs - this.beganMs;
    if (passedMs < COUNT_EVERY_MS) return;
    const perSecond = Math.round(((this.frames.length - 1) / passedMs) * 1000);
    const middle = this.frames.toSorted((a, b) => a - b)[this.frames.length >> 1] ?? 0;
    this.counter.textContent = `${middle.toFixed(1)} ms a frame, ${perSecond} frames/s`;
    this.frames = [];
    this.beganMs = nowMs;
  }
}

function button(text: string, label: string, act: () => void): HTMLElement {
  const made = element("button", { type: "button", title: label, "aria-label": label }, text);
  made.addEventListener("click", () => act());
  return made;
}
