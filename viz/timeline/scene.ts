/** All that one picture is drawn from. */
import type { Selection, TimelineRun, Vocabulary } from "./contract.ts";
import type { ExplanationStep } from "../../sim/live/explain.ts";
import type { FilmIndex } from "./filmIndex.ts";
import type { Geometry } from "./geometry.ts";
import type { LaneLayout } from "./lanes.ts";
import type { LatencyScale } from "./latencyScale.ts";
import type { Bin } from "./operationIndex.ts";
import type { Palette } from "./palette.ts";
import type { TruthRow } from "./truths.ts";
import type { View } from "./view.ts";

/** A run with what was found out about it. */
export interface Shown {
  readonly run: TimelineRun;
  readonly index: FilmIndex;
  readonly placeOf: ReadonlyMap<string, number>;
  readonly zoneOf: ReadonlyMap<string, string>;
}

export interface Scene {
  readonly geometry: Geometry;
  readonly palette: Palette;
  readonly view: View;
  readonly shown: Shown;
  readonly fork: Shown | undefined;
  /** Where the runs part. */
  readonly differsUs: number | undefined;
  readonly layout: LaneLayout;
  readonly truths: readonly TruthRow[];
  /** Whose log positions are drawn. */
  readonly shard: number;
  /** In shard mode bars take the colour of their zone, for there all are primaries. */
  readonly coloursZones: boolean;
  readonly latency: LatencyScale;
  readonly bins: readonly Bin[];
  readonly forkBins: readonly Bin[];
  /** Undefined: films hold no events and no messages. */
  readonly vocabulary: Vocabulary | undefined;
  readonly selection: Selection | undefined;
  readonly instantUs: number | undefined;
  readonly path: readonly ExplanationStep[];
}
