/**
 * `pauseChild.js KEYS`: a database node alone is filled with so many keys, by requests as bytes, and each step of 64 requests is timed. Nothing
 * is logged. Prints what kept it longest as JSON (pause.ts).
 */
import { memoryUsage } from "node:process";
import { constants, PerformanceObserver, type PerformanceEntry } from "node:perf_hooks";
import { sliceLatin1By } from "../../engine/bytes/latin1.ts";
import { latin1Slice } from "../../server/host/latin1Slice.ts";
import { FilledNode } from "./filledNode.ts";
import type { Pauses } from "./pause.ts";

const STEP_REQUESTS = 64;
/** The observer hears of collections only when the process comes to rest. */
const REST_EVERY_STEPS = 1024;
/** Shorter steps are not kept. */
const LEAST_MS = 1;

interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

const collections: (Span & { readonly kind: number })[] = [];

function kindOf(entry: PerformanceEntry): number {
  return (entry as { readonly detail?: { readonly kind?: number } }).detail?.kind ?? 0;
}

function longest(spans: readonly Span[]): number {
  return spans.reduce((most, { fromMs, untilMs }) => Math.max(most, untilMs - fromMs), 0);
}

function overlaps(one: Span, other: Span): boolean {
  return one.fromMs < other.untilMs && other.fromMs < one.untilMs;
}

async function fill(keys: number): Promise<Pauses> {
  const node = new FilledNode();
  const steps: Span[] = [];
  const beganMs = performance.now();
  for (let index = 0, step = 1; index < keys; step++) {
    const end = Math.min(index + STEP_REQUESTS, keys);
    const fromMs = performance.now();
    for (; index < end; index++) {
      node.execute(["SET", `key:${String(index).padStart(12, "0")}`, `v${index}`]);
    }
    const untilMs = performance.now();
    if (untilMs - fromMs >= LEAST_MS) steps.push({ fromMs, untilMs });
    if (step % REST_EVERY_STEPS === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const seconds = (performance.now() - beganMs) / 1000;
  await new Promise((resolve) => setTimeout(resolve, 100));
  if (node.databases.size !== keys) throw new Error(`${node.databases.size} keys were made`);
  const young = collections.filter(({ kind }) => kind === constants.NODE_PERFORMANCE_GC_MINOR);
  const old = collections.filter(({ kind }) => kind !== constants.NODE_PERFORMANCE_GC_MINOR);
  const undisturbed = steps.filter((step) => !collections.some((one) => overlaps(step, one)));
  return {
    keys,
    seconds,
    stepMs: longest(steps),
    undisturbedMs: longest(undisturbed),
    youngMs: longest(young),
    youngCount: young.length,
    oldMs: longest(old),
    oldCount: old.length,
    residentBytes: memoryUsage().rss,
  };
}

sliceLatin1By(latin1Slice);
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const { startTime: fromMs, duration } = entry;
    collections.push({ fromMs, untilMs: fromMs + duration, kind: kindOf(entry) });
  }
}).observe({ entryTypes: ["gc"] });
process.stdout.write(JSON.stringify(await fill(Number(process.argv[2]))));
