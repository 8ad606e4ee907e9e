/** A histogram with its cumulative curve over it, quantiles on the curve, promises as lines across. */
import { curveStepAfter, line, max, scaleLinear, scaleLog } from "d3";
import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import type { Durations } from "../../reports/campaignData.ts";
import { countText, durationText, percentText, plural } from "../../reports/figures.ts";
import { type Bar, curveOf } from "./bins.ts";
import type { DistributionData } from "./distributions.ts";
import { useWidth } from "./useWidth.ts";

interface Props {
  readonly data: DistributionData;
  readonly durations: Durations;
  readonly bars: readonly Bar[];
  readonly bounds: readonly [number, number];
}

const HEIGHT_PX = 220;
const margin = { top: 36, right: 40, bottom: 24, left: 38 };

type Scale = (value: number) => number;

export function DistributionChart({ data, durations, bars, bounds }: Props): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const widthPx = useWidth(place);
  const [chosen, setChosen] = useState<number>();
  const rightPx = Math.max(margin.left + 60, widthPx - margin.right);
  const x = scaleLog().domain(bounds).range([margin.left, rightPx]);
  const most = max(bars, ({ count }) => count) ?? 1;
  const y = scaleLinear()
    .domain([0, most])
    .nice(4)
    .range([HEIGHT_PX - margin.bottom, margin.top]);
  const share = scaleLinear().domain([0, 1]).range(y.range());
  const curve = useMemo(() => curveOf(durations.us), [durations]);
  const path = line<readonly [number, number]>()
    .x(([us]) => x(us))
    .y(([, part]) => share(part))
    .curve(curveStepAfter)(curve);
  const indexAtX = (px: number): number | undefined => {
    const us = x.invert(px);
    const found = bars.findIndex(({ fromUs, untilUs }) => us >= fromUs && us < untilUs);
    return found < 0 ? undefined : found;
  };
  const walk = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setChosen((at) => nextFilled(bars, at ?? (step > 0 ? -1 : bars.length), step));
  };
  const bar = chosen === undefined ? undefined : bars[chosen];
  return (
    <div ref={place} class="chart">
      <svg
        width={widthPx}
        height={HEIGHT_PX}
        role="img"
        tabIndex={0}
        aria-label={chartText(data)}
        onPointerMove={(event) => setChosen(indexAtX(event.offsetX))}
        onPointerLeave={() => setChosen(undefined)}
        onKeyDown={walk}
        onBlur={() => setChosen(undefined)}
      >
        <Axes x={x} y={y} share={share} ticksUs={x.ticks()} counts={y.ticks(4)} rightPx={rightPx} />
        {bars.map(({ fromUs, untilUs, count }, index) => (
          <rect
            key={fromUs}
            class={index === chosen ? "bar-mark chosen" : "bar-mark"}
            x={x(fromUs) + 0.5}
            width={Math.max(1, x(untilUs) - x(fromUs) - 1)}
            // Even one among thousands is seen.
            y={count === 0 ? y(0) : Math.min(y(count), y(0) - 2)}
            height={count === 0 ? 0 : Math.max(2, y(0) - y(count))}
          />
        ))}
        <path class="curve" d={path ?? ""} />
        <Quantiles data={data} x={x} share={share} />
        <Marks data={data} x={x} rightPx={rightPx} />
      </svg>
      <p class="readout" aria-live="polite">
        {bar === undefined ? (
          <span class="note">
            Bars count {data.unit}s; the curve says which share took at most so long.
          </span>
        ) : (
          `${durationText(bar.fromUs)} to ${durationText(bar.untilUs)}: ${plural(bar.count, data.unit)}; ${percentText(bar.share)} took at most so long.`
        )}
      </p>
    </div>
  );
}

function chartText({ title, figures, marks }: DistributionData): string {
  const { count, p50Us, p90Us, p99Us, maxUs } = figures;
  const limits = marks.map(({ us, text }) => `, ${text} ${durationText(us)}`).join("");
  return `${title}: ${countText(count)} measured, p50 ${durationText(p50Us)}, p90 ${durationText(p90Us)}, p99 ${durationText(p99Us)}, longest ${durationText(maxUs)}${limits}. Arrow keys walk over the bars; the button Table shows them as a table.`;
}

function nextFilled(bars: readonly Bar[], from: number, step: number): number | undefined {
  for (let at = from + step; at >= 0 && at < bars.length; at += step) {
    if ((bars[at]?.count ?? 0) > 0) return at;
  }
  return bars[from] === undefined ? undefined : from;
}

interface AxesProps {
  readonly x: Scale;
  readonly y: Scale;
  readonly share: Scale;
  readonly ticksUs: readonly number[];
  readonly counts: readonly number[];
  readonly rightPx: number;
}

const LEAST_TICK_GAP_PX = 46;

function Axes({ x, y, share, ticksUs, counts, rightPx }: AxesProps): JSX.Element {
  const floor = y(0);
  let lastPx = -Infinity;
  const labelled = ticksUs.filter((us) => {
    if (!isRound(us) || x(us) - lastPx < LEAST_TICK_GAP_PX) return false;
    lastPx = x(us);
    return true;
  });
  return (
    <g class="axis">
      {counts
        .filter((count) => Number.isInteger(count))
        .map((count) => (
          <g key={count}>
            <line x1={margin.left} x2={rightPx} y1={y(count)} y2={y(count)} />
            <text x={margin.left - 6} y={y(count) + 4} text-anchor="end">
              {countText(count)}
            </text>
          </g>
        ))}
      {[0, 0.5, 1].map((part) => (
        <text key={part} x={rightPx + 6} y={share(part) + 4}>
          {part * 100} %
        </text>
      ))}
      {labelled.map((us) => (
        <g key={us}>
          <line x1={x(us)} x2={x(us)} y1={floor} y2={floor + 4} />
          <text x={x(us)} y={floor + 17} text-anchor="middle">
            {shortText(us)}
          </text>
        </g>
      ))}
    </g>
  );
}

/** 1, 2 or 5 times a power of ten. */
function isRound(us: number): boolean {
  return ["1", "2", "5"].includes(us.toExponential(3).replace(/\.?0*e.*$/, ""));
}

function Quantiles({
  data: { figures },
  x,
  share,
}: {
  readonly data: DistributionData;
  readonly x: Scale;
  readonly share: Scale;
}): JSX.Element {
  const points: readonly (readonly [name: string, us: number, part: number])[] = [
    ["p50", figures.p50Us, 0.5],
    ["p90", figures.p90Us, 0.9],
    ["p99", figures.p99Us, 0.99],
  ];
  return (
    <g class="quantile-marks">
      {points.map(([name, us, part]) => (
        <g key={name}>
          <circle cx={x(us)} cy={share(part)} r="3.5" />
          {name !== "p99" && (
            <text x={x(us) - 7} y={share(part) + 3} text-anchor="end">
              {name}
            </text>
          )}
        </g>
      ))}
    </g>
  );
}

interface MarksProps {
  readonly data: DistributionData;
  readonly x: Scale;
  readonly rightPx: number;
}

const MARK_ROW_PX = 14;
const MARK_TEXT_PX = 110;

/** Each has a row for its words above the bars. Words are drawn last: a line may cross a row. */
function Marks({ data: { marks }, x, rightPx }: MarksProps): JSX.Element {
  return (
    <g class="promise-marks">
      {marks.map(({ us }, index) => (
        <line
          key={us}
          x1={x(us)}
          x2={x(us)}
          y1={2 + index * MARK_ROW_PX}
          y2={HEIGHT_PX - margin.bottom}
        />
      ))}
      {marks.map(({ us, text }, index) => {
        const isLeft = x(us) + MARK_TEXT_PX > rightPx;
        return (
          <text
            key={us}
            x={x(us) + (isLeft ? -5 : 5)}
            y={11 + index * MARK_ROW_PX}
            text-anchor={isLeft ? "end" : "start"}
          >
            {text} {shortText(us)}
          </text>
        );
      })}
    </g>
  );
}

/** "4 s" for 4.00 s. */
function shortText(us: number): string {
  return durationText(us).replace(/\.0+ /, " ");
}
