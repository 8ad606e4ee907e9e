/** The verdict of a campaign in one line, and its figures in tiles. */
import type { JSX } from "preact";
import type { CampaignData } from "../../reports/campaignData.ts";
import { countText, durationText, percentText, plural } from "../../reports/figures.ts";
import { shellWord, verdictPrecedence, verdictWords } from "../../reports/verdict.ts";
import { SeedLink } from "./SeedLink.tsx";
import { verdictSigns } from "./verdictSigns.ts";

export function Head({ data }: { readonly data: CampaignData }): JSX.Element {
  const { watched, verdict, asked, done, missedGoals, figures } = data;
  const overrides = Object.entries(watched.overrides);
  return (
    <header class={`verdict ${verdict}`}>
      <p class="badge">{verdictWords[verdict]}</p>
      <h1>
        {watched.scenario} <span class="seed">{plural(asked, "seed")}</span>
      </h1>
      <p class="headline">{headline(data)}</p>
      {missedGoals.length > 0 && (
        <ul class="missed-goals">
          {missedGoals.map((goal) => (
            <li key={goal}>{goal}</li>
          ))}
        </ul>
      )}
      <p class="what">
        {done < asked && `Not complete: ${plural(asked - done, "seed")} not run. `}
        {Object.entries(figures.expectedViolations).map(
          ([name, count]) =>
            `Broken as the budget allows, and said so: ${name} in ${plural(count, "seed")}. `,
        )}
        {overrides.map(([name, value]) => `${name}=${shellWord(String(value))} `)}
        <span class="version">version {watched.version}</span>
      </p>
    </header>
  );
}

function headline({ figures, done }: CampaignData): string {
  if (done === 0) return "No seed has ended: nothing is proved.";
  const passed = `${countText(figures.verdicts.ok)} of ${plural(done, "seed")} held every promise`;
  const failed = verdictPrecedence
    .filter((verdict) => verdict !== "ok" && figures.verdicts[verdict] > 0)
    .map((verdict) => `in ${countText(figures.verdicts[verdict])} ${verdictSigns[verdict].text}`);
  const { lost } = figures.operations;
  const loss =
    lost === 0 ? "no acknowledged write was lost" : `${plural(lost, "acknowledged write")} lost`;
  return `${[passed, ...failed, loss].join("; ")}.`;
}

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly note: JSX.Element | string;
  readonly isBad?: boolean;
}

export function Tiles({ data }: { readonly data: CampaignData }): JSX.Element {
  return (
    <section class="tiles" aria-label="Figures">
      {tilesOf(data).map(({ name, value, note, isBad = false }) => (
        <div key={name} class={isBad ? "tile bad" : "tile"}>
          <div class="name">{name}</div>
          <div class="figure-text">{value}</div>
          <div class="note">{note}</div>
        </div>
      ))}
    </section>
  );
}

function tilesOf(data: CampaignData): readonly Tile[] {
  const { figures, seeds, done, speed } = data;
  const { offered, acknowledged, unknown, lost, meanOffered } = figures.operations;
  const tiles: Tile[] = [
    {
      name: "Seeds that held",
      value: done === 0 ? "–" : percentText(figures.verdicts.ok / done),
      note: `${countText(done - figures.verdicts.ok)} of ${countText(done)} failed`,
      isBad: figures.verdicts.ok < done,
    },
    {
      name: "Operations",
      value: countText(offered),
      note: `${countText(Math.round(meanOffered))} a seed; ${countText(acknowledged)} acknowledged, ${countText(unknown)} unknown`,
    },
    {
      name: "Acknowledged writes lost",
      value: countText(lost),
      note: lost === 0 ? "none may be" : "none may be: see the failures",
      isBad: lost > 0,
    },
    {
      name: "Leaders changed under load",
      value: percentText(figures.leaderChangeShare),
      note: "of the seeds, with operations in flight",
    },
  ];
  if (seeds !== undefined) tiles.push(...workTiles(data, seeds.work));
  if (speed !== undefined) {
    const rate = speed.ran / (Math.max(speed.wallMs, 1) / 60_000);
    tiles.push({
      name: "Speed",
      value: `${countText(Math.round(rate))} / min`,
      note: `${plural(speed.ran, "run")} in ${durationText(speed.wallMs * 1000)} on ${plural(speed.workers, "worker")}`,
    });
  }
  return tiles;
}

function workTiles(
  { watched, done }: CampaignData,
  { events, simulatedUs, wallMs, slowest }: NonNullable<CampaignData["seeds"]>["work"],
): readonly Tile[] {
  const seconds = Math.max(wallMs, 1) / 1000;
  return [
    {
      name: "Simulated",
      value: longText(simulatedUs),
      note: `${(simulatedUs / 1e6 / seconds).toFixed(1)} × real time a worker`,
    },
    {
      name: "Events",
      value: events < 1e7 ? countText(events) : `${(events / 1e6).toFixed(0)} M`,
      note: `${countText(Math.round(events / seconds))} a second and worker; ${durationText(done === 0 ? 0 : (wallMs * 1000) / done)} a seed`,
    },
    ...(slowest === undefined
      ? []
      : [
          {
            name: "Slowest seed",
            value: durationText(slowest.wallMs * 1000),
            note: <SeedLink watched={watched} seed={slowest.seed} text={`seed ${slowest.seed}`} />,
          },
        ]),
  ];
}

/** Minutes and hours beyond what seconds are read as. */
function longText(us: number): string {
  const minutes = us / 60e6;
  if (minutes < 2) return durationText(us);
  return minutes < 120 ? `${minutes.toFixed(0)} min` : `${(minutes / 60).toFixed(1)} h`;
}
