/** All seeds, one cell each: a canvas that is walked with the arrow keys. */
import { symbol } from "d3";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { SeedsData } from "../../reports/campaignData.ts";
import { countText, plural } from "../../reports/figures.ts";
import { verdictPrecedence } from "../../reports/verdict.ts";
import { watchAddress, type Watched } from "../../reports/watch.ts";
import { drawSeeds } from "./drawSeeds.ts";
import { SeedLink } from "./SeedLink.tsx";
import { cornerOf, indexAfter, indexAt, seedGrid, type SeedGrid } from "./seedGrid.ts";
import { useWidth } from "./useWidth.ts";
import { verdictSigns } from "./verdictSigns.ts";

interface Props {
  readonly watched: Watched;
  readonly seeds: SeedsData;
}

export function SeedStrip({ watched, seeds }: Props): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const widthPx = useWidth(place);
  const [chosen, setChosen] = useState<number>();
  const grid = useMemo(() => seedGrid(seeds.seed.length, widthPx), [seeds.seed.length, widthPx]);
  const draw = (): void => {
    if (canvas.current !== null && widthPx > 0) {
      drawSeeds(canvas.current, grid, seeds.verdict);
    }
  };
  useEffect(draw, [grid, seeds]);
  useScheme(draw);
  const open = (index: number | undefined, isAnotherTab: boolean): void => {
    const address = index === undefined ? "" : watchAddress(watched, seeds.seed[index] ?? 0);
    if (address !== "") window.open(address, isAnotherTab ? "_blank" : "_self");
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = chosen ?? 0;
    if (event.key === "Enter") return open(chosen, event.ctrlKey || event.metaKey);
    const next = event.key === "f" ? failureAfter(seeds, at) : indexAfter(grid, at, event.key);
    if (next === at) return;
    event.preventDefault();
    setChosen(next);
  };
  const text = seedText(seeds, chosen);
  const legend = useMemo(() => <Legend seeds={seeds} />, [seeds]);
  return (
    <section class="card wide" aria-label="All seeds">
      <h2>All seeds</h2>
      {legend}
      <div ref={place} class="seed-place">
        <canvas
          ref={canvas}
          class="seed-cells"
          style={{ width: `${grid.columns * grid.cellPx}px` }}
          tabIndex={0}
          role="slider"
          aria-label="Seeds, one cell each"
          aria-valuemin={seeds.seed[0] ?? 0}
          aria-valuemax={seeds.seed.at(-1) ?? 0}
          aria-valuenow={seeds.seed[chosen ?? 0] ?? 0}
          aria-valuetext={text}
          onFocus={() => setChosen((before) => before ?? 0)}
          onKeyDown={onKeyDown}
          onPointerMove={(event) =>
            setChosen(indexAt(grid, event.offsetX, event.offsetY) ?? chosen)
          }
          onClick={(event) =>
            open(indexAt(grid, event.offsetX, event.offsetY), event.ctrlKey || event.metaKey)
          }
        />
        {chosen !== undefined && <Frame grid={grid} index={chosen} />}
      </div>
      <p class="readout">
        {chosen === undefined ? (
          <span class="note">
            Point at a cell, or walk with the arrow keys; f leads to the next failure, Enter into
            the viewer.
          </span>
        ) : (
          <>
            {text} <SeedLink watched={watched} seed={seeds.seed[chosen] ?? 0} text="Watch it" />
          </>
        )}
      </p>
    </section>
  );
}

/** Around the chosen cell: the cells below it need not be drawn again. */
function Frame({ grid, index }: { readonly grid: SeedGrid; readonly index: number }): JSX.Element {
  const { x, y } = cornerOf(grid, index);
  const size = `${grid.cellPx}px`;
  return (
    <span class="seed-frame" style={{ left: `${x}px`, top: `${y}px`, width: size, height: size }} />
  );
}

function seedText(seeds: SeedsData, index: number | undefined): string {
  const verdict = seeds.verdict[index ?? 0];
  return verdict === undefined
    ? "no seed"
    : `Seed ${seeds.seed[index ?? 0]}: ${verdictSigns[verdict].text}.`;
}

/** Around the end to the first; the seed itself if no other failed. */
function failureAfter({ verdict }: SeedsData, at: number): number {
  for (let step = 1; step < verdict.length; step++) {
    const index = (at + step) % verdict.length;
    if (verdict[index] !== "ok") return index;
  }
  return at;
}

function Legend({ seeds }: { readonly seeds: SeedsData }): JSX.Element {
  const counts = verdictPrecedence
    .map((verdict) => ({ verdict, count: seeds.verdict.filter((each) => each === verdict).length }))
    .filter(({ count }) => count > 0);
  return (
    <ul class="legend" aria-label={`Verdicts of ${plural(seeds.seed.length, "seed")}`}>
      {counts.map(({ verdict, count }) => (
        <li key={verdict}>
          <svg class="verdict-sign" viewBox="-8 -8 16 16" width="13" height="13" aria-hidden="true">
            <path
              d={symbol(verdictSigns[verdict].shape, 120)() ?? ""}
              style={{ fill: `var(${verdictSigns[verdict].colour})` }}
            />
          </svg>
          {countText(count)} × {verdictSigns[verdict].text}
        </li>
      ))}
    </ul>
  );
}

/** Calls when the page turns light or dark: a canvas does not follow the style sheet by itself. */
function useScheme(changed: () => void): void {
  const latest = useRef(changed);
  latest.current = changed;
  useEffect(() => {
    const query = matchMedia("(prefers-color-scheme: dark)");
    const listen = (): void => latest.current();
    query.addEventListener("change", listen);
    return () => query.removeEventListener("change", listen);
  }, []);
}
