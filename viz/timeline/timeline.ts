/** The timeline: a canvas under an SVG, one time axis for all its parts, zoom, overview, pointer and keys. */
import { pointer, select } from "d3";
import type { ExplanationStep } from "../../sim/live/explain.ts";
import { element } from "../element.ts";
import type { FilmStore } from "../film/filmStore.ts";
import { CanvasSurface } from "./canvasSurface.ts";
import { sizeCanvas } from "./canvasSize.ts";
import type { Found, Selection, TimelineListener, TimelineRun, Vocabulary } from "./contract.ts";
import { FaultHand } from "./faultHand.ts";
import { FilmIndex } from "./filmIndex.ts";
import { find } from "./find.ts";
import { Frame } from "./frame.ts";
import { geometryFor, type Geometry } from "./geometry.ts";
import { Gestures } from "./gestures.ts";
import { hit, type Drawn, type Point } from "./hit.ts";
import { listenToTimelineKeys } from "./keys.ts";
import { firstMode, layoutLanes, type LaneLayout, type LaneMode } from "./lanes.ts";
import { marksLegend } from "./legend.ts";
import { latencyScale, type LatencyScale } from "./latencyScale.ts";
import { Overview } from "./overview.ts";
import { paint } from "./paint.ts";
import { readPalette, type Palette } from "./palette.ts";
import { pngPicture, svgPicture } from "./picture.ts";
import type { Scene, Shown } from "./scene.ts";
import { eventSeverities } from "./severity.ts";
import type { Span } from "./stream.ts";
import { Tip } from "./tip.ts";
import { Toolbar } from "./toolbar.ts";
import { tooltipLines } from "./tooltip.ts";
import { layoutTruths, shownShards, type TruthRow } from "./truths.ts";
import { fitted, timeAt, type View } from "./view.ts";

/** So many rows of a film are indexed between two pictures: ten to twenty milliseconds of work. */
const INDEXED_A_FRAME = 30_000;
/** While rows are indexed a picture is drawn so often at the most: it will be another soon. */
const PAINTED_EVERY_MS = 150;
const FRAMES_KEPT = 600;
const PIXELS_A_BIN = 7;

export class Timeline {
  readonly root: HTMLElement;
  /** For measurements: milliseconds of work of the newest frames. */
  readonly frameTimesMs: readonly number[] = [];
  private readonly listener: TimelineListener;
  private readonly hasOperations: boolean;
  private readonly canvas: HTMLCanvasElement = element("canvas");
  private readonly stage: HTMLElement = element("div", {
    class: "stage",
    role: "application",
    tabindex: "0",
  });
  private readonly svg = select(this.stage).append("svg").attr("role", "img");
  private readonly frameGroup = this.svg.append("g").node() as SVGGElement;
  private readonly frame: Frame = new Frame(this.frameGroup);
  private readonly tip: Tip;
  private readonly overview: Overview;
  private readonly gestures: Gestures;
  private readonly toolbar: Toolbar;
  private readonly faultHand: FaultHand;
  private readonly surface: CanvasSurface;
  private readonly indexes: WeakMap<FilmStore, FilmIndex> = new WeakMap();
  private vocabulary: Vocabulary | undefined = undefined;
  private shown: Shown | undefined = undefined;
  private fork: Shown | undefined = undefined;
  private differsUs: number | undefined = undefined;
  private span: Span = { fromUs: 0, untilUs: 1 };
  /** Whether the picture goes along with a run that goes on. */
  private isFollowing = true;
  private mode: LaneMode | undefined = undefined;
  private shard = 0;
  private layout: LaneLayout = { lanes: [], headings: [], height: 0 };
  private truths: readonly TruthRow[] = [];
  private geometry: Geometry = geometryFor(300, 0, 0);
  private latency: LatencyScale | undefined = undefined;
  private latencyBounds = "";
  private palette: Palette = readPalette();
  private selection: Selection | undefined = undefined;
  private instantUs: number | undefined = undefined;
  private path: readonly ExplanationStep[] = [];
  private scene: Scene | undefined = undefined;
  private drawn: Drawn = { bars: undefined, messages: [] };
  private toldSpan: Span | undefined = undefined;
  private isDue = false;
  private isIndexed = false;
  private isOverviewDue = true;
  private paintedMs = 0;

  /** `hasOperations`: false where nobody tells of any, and only lanes and faults are drawn. */
  constructor(listener: TimelineListener, hasOperations: boolean = true) {
    this.listener = listener;
    this.hasOperations = hasOperations;
    const svg = this.svg.node() as SVGSVGElement;
    this.tip = new Tip(this.stage, svg);
    this.overview = new Overview((span) => this.moveTo(span));
    this.faultHand = new FaultHand(svg, {
      scene: () => this.scene,
      moved: (id, atUs) => listener.faultMoved(id, atUs),
    });
    this.gestures = new Gestures(svg, {
      moved: (span) => this.moveTo(span),
      isTaken: (event) => this.faultHand.takes(this.pointOf(event)),
    });
    this.toolbar = new Toolbar({
      zoom: (factor) => this.zoomBy(factor),
      showAll: () => this.showAll(),
      showFault: () => this.showFault(),
      toggleMode: () => this.toggleMode(),
      chooseShard: (shard) => this.chooseShard(shard),
    });
    this.stage.prepend(this.canvas);
    this.surface = new CanvasSurface(this.canvas.getContext("2d") as CanvasRenderingContext2D);
    this.root = element(
      "section",
      { class: "figure" },
      this.toolbar.root,
      this.stage,
      this.overview.root,
    );
    this.describe();
    this.listen(svg);
  }

  /** Names of events and frames. Until they are known only roles, leases and operations are drawn, as in a report. */
  setVocabulary(vocabulary: Vocabulary): void {
    if (this.vocabulary === undefined) this.root.append(marksLegend());
    this.vocabulary = vocabulary;
    this.layOut();
  }

  /** Another run: all of it comes on screen. */
  showRun(run: TimelineRun): void {
    this.shown = this.lookAt(run);
    this.mode = firstMode(run.outline);
    this.isFollowing = true;
    this.shard = 0;
    this.selection = undefined;
    this.path = [];
    this.span = this.whole;
    this.describe();
    this.layOut();
  }

  /** The same run, with more rows. */
  grew(run: TimelineRun): void {
    this.shown = this.lookAt(run);
    if (this.isFollowing) this.span = this.whole;
    this.layOut();
  }

  /** Both futures on one axis; `differsUs`: where they part. */
  showFork(fork: TimelineRun | undefined, differsUs: number | undefined): void {
    this.fork = fork === undefined ? undefined : this.lookAt(fork);
    this.differsUs = fork === undefined ? undefined : differsUs;
    if (this.isFollowing && this.shown !== undefined) this.span = this.whole;
    this.layOut();
  }

  show(fromUs: number, untilUs: number): void {
    this.moveTo({ fromUs, untilUs });
  }

  /** Whether the picture holds all rows that were handed over. */
  get isComplete(): boolean {
    return !this.isDue && this.isIndexed;
  }

  domain(): readonly [number, number] {
    return [this.span.fromUs, this.span.untilUs];
  }

  /** Draws the line of time travel there; undefined: nowhere. */
  setInstant(atUs: number | undefined): void {
    this.instantUs = atUs;
    this.request();
  }

  select(selection: Selection | undefined): void {
    this.selection = selection;
    this.request();
  }

  /** The way of an operation over the lanes; [] takes it away. */
  setPath(steps: readonly ExplanationStep[]): void {
    this.path = steps;
    this.request();
  }

  /** The first two hundred events, operations and messages whose text holds all words. */
  find(text: string): readonly Found[] {
    if (this.shown === undefined) return [];
    const vocabulary = this.vocabulary ?? { eventKinds: [], frameKinds: [] };
    return find(this.shown.run.film, vocabulary, text);
  }

  /** The picture on screen as a document of its own. */
  svgText(): string {
    return svgPicture(this.drawnScene(), this.frameGroup);
  }

  png(): Promise<Blob> {
    return pngPicture(this.drawnScene(), this.canvas, this.frameGroup);
  }

  private drawnScene(): Scene {
    if (this.scene === undefined) throw new Error("there is no picture yet: run a scenario first");
    return this.scene;
  }

  private get whole(): Span {
    const outlines = [this.shown, this.fork].flatMap((each) => each?.run.outline ?? []);
    const lastUs = Math.max(1000, ...outlines.map((outline) => outline.simulatedUs));
    return { fromUs: 0, untilUs: lastUs };
  }

  private lookAt(run: TimelineRun): Shown {
    const { film, outline } = run;
    const severities = eventSeverities(this.vocabulary?.eventKinds ?? []);
    const index = this.indexes.get(film) ?? new FilmIndex(film, severities);
    this.indexes.set(film, index);
    index.operations.presentUs = outline.simulatedUs;
    const placeOf = new Map(film.places.map((place, number) => [place, number]));
    const zoneOf = new Map(outline.nodes.map(({ node, zone }) => [node, zone]));
    return { run, index, placeOf, zoneOf };
  }

  /** A hand moved the picture. */
  private moveTo(span: Span): void {
    const { whole } = this;
    this.span = fitted(span, whole);
    this.isFollowing = this.span.fromUs <= whole.fromUs && this.span.untilUs >= whole.untilUs;
    this.tip.hide();
    this.request();
  }

  private zoomBy(factor: number): void {
    const middle = this.middleUs();
    const half = (this.span.untilUs - this.span.fromUs) / 2 / factor;
    this.moveTo({ fromUs: middle - half, untilUs: middle + half });
  }

  private middleUs(): number {
    return (this.span.fromUs + this.span.untilUs) / 2;
  }

  private showAll(): void {
    this.moveTo(this.whole);
  }

  private showFault(): void {
    const fault = this.shown?.run.outline.faults[0];
    if (fault !== undefined) this.show(fault.fromUs - 1_000_000, fault.fromUs + 6_000_000);
  }

  private toggleMode(): void {
    this.mode = this.mode === "nodes" ? "shards" : "nodes";
    this.layOut();
  }

  private chooseShard(shard: number): void {
    this.shard = shard;
    this.layOut();
  }

  /** Fits everything to the run and to the place on the page. */
  private layOut(): void {
    const { shown, fork, mode = "nodes" } = this;
    if (shown === undefined) return;
    const { outline } = shown.run;
    const hasDetail = this.vocabulary !== undefined;
    this.layout = layoutLanes(outline, { mode, hasDetail, fork: fork?.run.outline });
    const shards = [...new Set(outline.nodes.map(({ shard }) => shard))].filter((s) => s >= 0);
    const told = this.hasOperations ? shownShards(shards, this.shard) : [];
    const truths = layoutTruths(told, hasDetail, fork !== undefined);
    this.truths = truths.rows;
    this.toolbar.offer(shards, outline.faults.length > 0, shards.length > 1);
    const width = Math.max(300, this.stage.clientWidth);
    const before = this.geometry;
    this.geometry = geometryFor(width, truths.height, this.layout.height, this.hasOperations);
    const { height, left, right } = this.geometry;
    if (before.width !== width || before.height !== height || this.canvas.height === 0) {
      sizeCanvas(this.canvas, width, height);
      this.svg.attr("width", width).attr("height", height);
      this.overview.resize(width, left, right);
    }
    this.latencyBounds = "";
    this.isOverviewDue = true;
    this.request();
  }

  private describe(): void {
    this.stage.setAttribute(
      "aria-label",
      "Timeline. Arrow keys move, plus and minus zoom, 0 shows everything, brackets jump between moments of the story, Enter sets the instant.",
    );
    const run = this.shown?.run;
    const words =
      run === undefined
        ? "No run yet."
        : `${run.outline.nodes.length} machines over time; what happened is told as text beside the drawing.`;
    this.svg.attr("aria-label", words);
  }

  private listen(svg: SVGSVGElement): void {
    svg.addEventListener("pointermove", (event) => this.point(event));
    svg.addEventListener("pointerleave", () => this.tip.hide());
    svg.addEventListener("click", (event) => this.click(event));
    this.stage.addEventListener("dragover", (event) => {
      if (event.dataTransfer?.types.includes(FAULT_TYPE) === true) event.preventDefault();
    });
    this.stage.addEventListener("drop", (event) => this.drop(event));
    listenToTimelineKeys(this.stage, {
      span: () => this.span,
      whole: () => this.whole,
      run: () => this.shown?.run,
      vocabulary: () => this.vocabulary,
      cursorUs: () => this.tip.atUs ?? this.instantUs ?? this.middleUs(),
      show: (span) => this.moveTo(span),
      zoom: (factor) => this.zoomBy(factor),
      goTo: (atUs) => this.goTo(atUs),
      take: (atUs) => {
        if (!this.faultHand.commit()) this.listener.instant(Math.round(atUs));
      },
      nudgeFault: (byUs) => this.faultHand.nudge(this.selection, byUs),
      clear: () => this.clear(),
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.palette = readPalette();
      this.layOut();
    });
    new ResizeObserver(() => this.layOut()).observe(this.stage);
  }

  private clear(): void {
    this.tip.hide();
    this.faultHand.letGo();
    if (this.selection !== undefined) this.listener.select(undefined);
  }

  /** Brings an instant into the middle of a view of at most six seconds, and takes it. */
  private goTo(atUs: number): void {
    const half = Math.min(this.span.untilUs - this.span.fromUs, 6_000_000) / 2;
    this.moveTo({ fromUs: atUs - half, untilUs: atUs + half });
    this.listener.instant(Math.round(atUs));
  }

  private pointOf(event: MouseEvent): Point {
    const [x, y] = pointer(event, this.svg.node());
    return { x, y };
  }

  private point(event: PointerEvent): void {
    const { scene } = this;
    const point = this.pointOf(event);
    const { left, right } = this.geometry;
    const isOutside = point.x < left || point.x > right;
    if (scene === undefined || isOutside || event.buttons !== 0) return this.tip.hide();
    const atUs = timeAt(scene.view, point.x);
    this.tip.show(point, atUs, tooltipLines(scene, this.drawn, point), this.geometry);
  }

  private click(event: MouseEvent): void {
    const { scene } = this;
    if (scene === undefined) return;
    const point = this.pointOf(event);
    const selection = hit(scene, this.drawn, point);
    if (selection !== undefined || this.selection !== undefined) this.listener.select(selection);
    if (point.x >= this.geometry.left && point.x <= this.geometry.right) {
      this.listener.instant(Math.round(timeAt(scene.view, point.x)));
    }
  }

  private drop(event: DragEvent): void {
    const kind = event.dataTransfer?.getData(FAULT_TYPE) ?? "";
    const { scene } = this;
    if (kind === "" || scene === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const point = this.pointOf(event);
    const under = hit(scene, { bars: [], messages: [] }, { ...point, x: -100 });
    const node = under?.kind === "node" ? under.node : undefined;
    this.listener.faultDropped(kind, Math.round(timeAt(scene.view, point.x)), node);
  }

  /** Draws once a frame of the screen, however much has changed. */
  private request(): void {
    if (this.isDue || this.shown === undefined) return;
    this.isDue = true;
    requestAnimationFrame(() => {
      this.isDue = false;
      const beganMs = performance.now();
      this.work();
      this.count(performance.now() - beganMs);
    });
  }

  /** A piece of the films' indexes, and the picture of what is indexed so far. */
  private work(): void {
    const { shown, fork, listener, span } = this;
    if (shown === undefined || this.stage.clientWidth === 0) return;
    const before = shown.index.operations.count;
    const isComplete = shown.index.advance(INDEXED_A_FRAME);
    const isForkComplete = fork?.index.advance(INDEXED_A_FRAME) ?? true;
    if (before !== shown.index.operations.count) this.isOverviewDue = true;
    this.isIndexed = isComplete && isForkComplete;
    if (!this.isIndexed) this.request();
    const nowMs = performance.now();
    const isEarly = nowMs - this.paintedMs < PAINTED_EVERY_MS && this.toldSpan === span;
    if (!this.isIndexed && isEarly) return;
    this.paintedMs = nowMs;
    const scene = this.makeScene(shown);
    this.scene = scene;
    this.surface.begin(this.geometry.width, this.geometry.height);
    this.drawn = paint(this.surface, scene);
    this.faultHand.draw(scene);
    this.frame.draw(scene);
    if (this.isOverviewDue) this.overview.paint(shown, this.whole, this.palette);
    this.isOverviewDue = false;
    this.overview.follow(span);
    this.gestures.follow(scene.view, this.whole, this.geometry);
    if (this.toldSpan !== span) listener.viewed(span.fromUs, span.untilUs);
    this.toldSpan = span;
  }

  private makeScene(shown: Shown): Scene {
    const { geometry, fork, span } = this;
    const view: View = { ...span, left: geometry.left, right: geometry.right };
    const wanted = (geometry.right - geometry.left) / PIXELS_A_BIN;
    const binsOf = (each: Shown | undefined): Scene["bins"] =>
      each?.index.operations.bins(span.fromUs, span.untilUs, wanted) ?? [];
    const made = {
      geometry,
      palette: this.palette,
      view,
      shown,
      fork,
      differsUs: this.differsUs,
      layout: this.layout,
      truths: this.truths,
      shard: this.shard,
      coloursZones: this.mode === "shards",
      bins: binsOf(shown),
      forkBins: binsOf(fork),
      vocabulary: this.vocabulary,
      selection: this.selection,
      instantUs: this.instantUs,
      path: this.path,
    };
    const indexes = [shown, fork].flatMap((each) => each?.index.operations ?? []);
    const bounds = indexes.map(({ lowestUs, highestUs }) => `${lowestUs} ${highestUs}`).join();
    const isNew = this.latency === undefined || bounds !== this.latencyBounds;
    const latency =
      this.latency !== undefined && !isNew ? this.latency : latencyScale(geometry.latency, indexes);
    const scene = { ...made, latency };
    if (isNew) this.frame.layOut(scene);
    this.latency = latency;
    this.latencyBounds = bounds;
    return scene;
  }

  private count(tookMs: number): void {
    const times = this.frameTimesMs as number[];
    times.push(tookMs);
    if (times.length > FRAMES_KEPT) times.splice(0, times.length - FRAMES_KEPT);
    this.toolbar.count(tookMs);
  }
}

const FAULT_TYPE = "application/x-azimuth-fault";
