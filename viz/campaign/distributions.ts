/** Which durations of a campaign are shown, and what each must stay under. */
import type { CampaignData, Durations, LatencyDurations } from "../../reports/campaignData.ts";
import { distribution, type Distribution } from "../../reports/histogram.ts";
import { promises } from "../../reports/promises.ts";

/** A limit on the axis of durations. */
export interface PromiseMark {
  readonly us: number;
  readonly text: string;
  /** The figure that is to stay under it. */
  readonly of: "p99Us" | "maxUs";
}

export interface DistributionData {
  readonly title: string;
  readonly meaning: string;
  /** What one duration is one of. */
  readonly unit: string;
  readonly figures: Distribution;
  /** Undefined in a summary, which has figures only. */
  readonly durations: Durations | undefined;
  readonly marks: readonly PromiseMark[];
}

const unplannedMarks: readonly PromiseMark[] = [
  { us: promises.unplannedAimP99Us, text: "aim for p99", of: "p99Us" },
  { us: promises.unplannedUs, text: "promise", of: "maxUs" },
];
const plannedMarks: readonly PromiseMark[] = [
  { us: promises.plannedUs, text: "promise", of: "maxUs" },
];
const outageMarks: readonly PromiseMark[] = [
  { us: promises.unplannedUs, text: "promise", of: "maxUs" },
];

/** Those that were measured. */
export function distributionsOf({ figures, seeds }: CampaignData): readonly DistributionData[] {
  const { planned, unplanned } = figures.failovers;
  const all: readonly DistributionData[] = [
    {
      title: "Unplanned failovers",
      meaning: "From the fault to the first acknowledged write.",
      unit: "failover",
      figures: unplanned,
      durations: seeds?.unplanned,
      marks: unplannedMarks,
    },
    {
      title: "Planned failovers",
      meaning: "From the request to hand over to the first acknowledged write.",
      unit: "failover",
      figures: planned,
      durations: seeds?.planned,
      marks: plannedMarks,
    },
    {
      title: "Longest write outage of a seed",
      meaning: "The longest stretch without an acknowledged write, of the seeds that had one.",
      unit: "seed",
      figures: distribution(seeds?.writeOutages.us ?? []),
      durations: seeds?.writeOutages,
      marks: outageMarks,
    },
  ];
  return all.filter(({ figures: { count } }) => count > 0);
}

/** What a distribution of latencies is of, such as "write p99". */
export function latencyName({ access, quantile }: LatencyDurations): string {
  return `${access} ${quantile}`;
}

export function latencyDistribution(latency: LatencyDurations): DistributionData {
  const { access, quantile, durations } = latency;
  return {
    title: "Latencies",
    meaning: `Each seed’s ${quantile} of its ${access} latencies, from the moment an operation was due; faults included.`,
    unit: "seed",
    figures: distribution(durations.us),
    durations,
    marks: [],
  };
}

/** The longest few, with their seeds. */
export function longestOf(
  { seed, us }: Durations,
  count: number,
): readonly { readonly us: number; readonly seed: number }[] {
  const longest: { readonly us: number; readonly seed: number }[] = [];
  us.forEach((each, index) => {
    const last = longest.at(-1);
    if (longest.length === count && last !== undefined && each <= last.us) return;
    const at = longest.findIndex((other) => other.us < each);
    longest.splice(at < 0 ? longest.length : at, 0, { us: each, seed: seed[index] ?? 0 });
    if (longest.length > count) longest.pop();
  });
  return longest;
}
