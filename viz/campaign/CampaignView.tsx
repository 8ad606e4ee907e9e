/** The results of many seeds, from the verdict to the single seed. The same in the viewer and in the page that a campaign leaves. */
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { CampaignData, SeedsData } from "../../reports/campaignData.ts";
import type { Watched } from "../../reports/watch.ts";
import { DistributionCard } from "./DistributionCard.tsx";
import { distributionsOf, latencyDistribution, latencyName } from "./distributions.ts";
import { Failures } from "./Failures.tsx";
import { FaultBars } from "./FaultBars.tsx";
import { FaultMatrix } from "./FaultMatrix.tsx";
import { Head, Tiles } from "./Head.tsx";
import { SeedStrip } from "./SeedStrip.tsx";
import { Tried } from "./Tried.tsx";

interface Props {
  readonly data: CampaignData;
  /** Whether the page lies in the folder of the campaign, beside the reports of its seeds. */
  readonly isInFolder: boolean;
}

export function CampaignView({ data, isInFolder }: Props): JSX.Element {
  const sections = useMemo(() => sectionsOf(data, isInFolder), [data, isInFolder]);
  const shown = useShown(sections.length);
  return (
    <div class="campaign">
      <Head data={data} />
      <Tiles data={data} />
      <div class="cards">{sections.slice(0, shown)}</div>
    </div>
  );
}

function sectionsOf(data: CampaignData, isInFolder: boolean): readonly JSX.Element[] {
  const { watched, seeds, figures } = data;
  const hasSeeds = seeds !== undefined && seeds.seed.length > 0;
  const sections: JSX.Element[] = [];
  if (hasSeeds) sections.push(<SeedStrip key="seeds" watched={watched} seeds={seeds} />);
  sections.push(<Failures key="failures" data={data} isInFolder={isInFolder} />);
  for (const each of distributionsOf(data)) {
    sections.push(<DistributionCard key={each.title} watched={watched} data={each} />);
  }
  if (hasSeeds && seeds.latencies.length > 0) {
    sections.push(<Latencies key="latencies" watched={watched} seeds={seeds} />);
  }
  if (hasSeeds && seeds.coverage.kinds.length > 0) {
    sections.push(<FaultMatrix key="matrix" watched={watched} coverage={seeds.coverage} />);
  }
  if (figures.faults.length > 0) sections.push(<FaultBars key="faults" figures={figures} />);
  if (seeds?.coverage.drawn !== undefined) {
    sections.push(<Tried key="tried" drawn={seeds.coverage.drawn} />);
  }
  return sections;
}

/** How many of `count` sections are drawn: one more in each task, from the top, so that the page answers in between. */
function useShown(count: number): number {
  const [shown, setShown] = useState(0);
  useEffect(() => {
    if (shown >= count) return undefined;
    const timer = setTimeout(() => setShown(shown + 1));
    return () => clearTimeout(timer);
  }, [shown, count]);
  return shown;
}

interface SeedsProps {
  readonly watched: Watched;
  readonly seeds: SeedsData;
}

/** One card for all accesses and quantiles. */
function Latencies({ watched, seeds }: SeedsProps): JSX.Element | null {
  const [name, setName] = useState("write p99");
  const { latencies } = seeds;
  const chosen = latencies.find((each) => latencyName(each) === name) ?? latencies[0];
  const distribution = useMemo(
    () => (chosen === undefined ? undefined : latencyDistribution(chosen)),
    [chosen],
  );
  if (chosen === undefined || distribution === undefined) return null;
  return (
    <DistributionCard watched={watched} data={distribution}>
      <label class="field">
        <span class="field-name">of</span>
        <select
          value={latencyName(chosen)}
          onChange={(event) => setName(event.currentTarget.value)}
        >
          {latencies.map((each) => (
            <option key={latencyName(each)}>{latencyName(each)}</option>
          ))}
        </select>
      </label>
    </DistributionCard>
  );
}
