/** Who led a shard: what each node believed, what was true, and what clients saw. */
import type { Shown } from "./scene.ts";
import { trueLeads, type Lead, type LeaseTrack } from "./leases.ts";

const truthKinds = ["believed", "true", "clients saw"] as const;

export type TruthKind = (typeof truthKinds)[number];

export interface TruthRow {
  readonly kind: TruthKind;
  readonly shard: number;
  /** Counted from the top of the truths. */
  readonly y: number;
  readonly height: number;
}

export const truthHeading = 20;
const rowHeight = 14;
const forkHeight = 9;
const groupGap = 5;

/** A group of rows a shard. Without what nodes believed, as in a report, that row is missing. */
export function layoutTruths(
  shards: readonly number[],
  hasDetail: boolean,
  isForked: boolean,
): { readonly rows: readonly TruthRow[]; readonly height: number } {
  const height = rowHeight + (isForked ? forkHeight : 0);
  const kinds = truthKinds.filter((kind) => hasDetail || kind !== "believed");
  const groupHeight = truthHeading + kinds.length * height + groupGap;
  const rows = shards.flatMap((shard, group) =>
    kinds.map((kind, row) => ({
      kind,
      shard,
      y: group * groupHeight + truthHeading + row * height,
      height,
    })),
  );
  return { rows, height: shards.length * groupHeight };
}

/** Up to three shards are all shown; of more, the chosen one. */
export function shownShards(shards: readonly number[], chosen: number): readonly number[] {
  return shards.length <= 3 ? shards : [chosen];
}

/** When each node of a shard believed that it led it, by time. */
export function believedLeads(shown: Shown, shard: number): readonly Lead[] {
  return tracksOf(shown, shard)
    .flatMap((track) => track.believed)
    .toSorted((left, right) => left.fromUs - right.fromUs);
}

export function trueLeadsOf(shown: Shown, shard: number): readonly Lead[] {
  const tracks = tracksOf(shown, shard);
  if (tracks.length > 0) return trueLeads(tracks.map((track) => track.held));
  return shown.run.outline.leases.filter((lease) => lease.shard === shard);
}

function tracksOf({ run, index, placeOf }: Shown, shard: number): readonly LeaseTrack[] {
  return run.outline.nodes
    .filter((node) => node.kind === "database" && node.shard === shard)
    .flatMap(({ node }) => index.leases.get(placeOf.get(node) ?? -1) ?? []);
}
