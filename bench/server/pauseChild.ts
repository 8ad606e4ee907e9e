/**
 * `pauseChild.js KEYS`: a database node alone is filled with so many keys, by requests as bytes, and each step of 64 requests is timed. Nothing
 * is logged. Prints what kept it longest as JSON (pause.ts).
 *
 * What counts is the time that its thread was on a processor, which other programs do not lengthen. What it waits for V8's helpers, which
 * collect beside it, is not in that: a machine with nothing else to do shows it in the time by the clock.
 */
import { readFileSync } from "node:fs";
import { memoryUsage } from "node:process";
import { constants, PerformanceObserver, type PerformanceEntry } from "node:perf_hooks";
import { sliceLatin1By } from "../../engine/bytes/latin1.ts";
import { latin1Slice } from "../../server/host/latin1Slice.ts";
import { FilledNode } from "./filledNode.ts";
import type { Pauses } from "./pause.ts";

const STEP_REQUESTS = 64;
/** The observer hears of collections only when the process comes to rest. */
const REST_EVERY_STEPS = 1024;
/** Before that V8 has yet to compile what runs. */
const WARM_STEPS = 1000;
/** Shorter steps are not kept. */
const LEAST_MS = 1;

interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

interface Step extends Span {
  readonly cpuMs: number;
}

const collections: (Span & { readonly kind: number })[] = [];

function kindOf(entry: PerformanceEntry): number {
  return (entry as { readonly detail?: { readonly kind?: number } }).detail?.kind ?? 0;
}

/** The thread that runs requests has the number of the process. */
const schedule = `/proc/self/task/${process.pid}/schedstat`;

/** Its time on a processor so far. */
function cpuMs(): number {
  return Number(readFileSync(schedule, "latin1").split(" ")[0]) / 1e6;
}

function longest(steps: readonly Step[]): number {
  return steps.reduce((most, step) => Math.max(most, step.cpuMs), 0);
}

function overlaps(one: Span, other: Span): boolean {
  return one.fromMs < other.untilMs && other.fromMs < one.untilMs;
}

async function fill(keys: number): Promise<Pauses> {
  const node = new FilledNode();
  const steps: Step[] = [];
  const beganMs = performance.now();
  for (let index = 0, step = 1; index < keys; step++) {
    const end = Math.min(index + STEP_REQUESTS, keys);
    const fromMs = performance.now();
    const fromCpuMs = cpuMs();
    for (; index < end; index++) {
      node.execute(["SET", `key:${String(index).padStart(12, "0")}`, `v${index}`]);
    }
    const usedMs = cpuMs() - fromCpuMs;
    if (step > WARM_STEPS && usedMs >= LEAST_MS)
      steps.push({ fromMs, untilMs: performance.now(), cpuMs: usedMs });
    if (step % REST_EVERY_STEPS === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const seconds = (performance.now() - beganMs) / 1000;
  await new Promise((resolve) => setTimeout(resolve, 100));
  if (node.databases.size !== keys) throw new Error(`${node.databases.size} keys were made`);
  const young = collections.filter(({ kind }) => kind === constants.NODE_PERFORMANCE_GC_MINOR);
  const old = collections.filter(({ kind }) => kind !== constants.NODE_PERFORMANCE_GC_MINOR);
  const amid = (some: readonly Span[]): Step[] =>
    steps.filter((step) => some.some((one) => overlaps(step, one)));
  const undisturbed = steps.filter((step) => !collections.some((one) => overlaps(step, one)));
  return {
    keys,
    seconds,
    clockMs: steps.reduce((most, one) => Math.max(most, one.untilMs - one.fromMs), 0),
    stepMs: longest(steps),
    undisturbedMs: longest(undisturbed),
    youngMs: longest(amid(young)),
    youngCount: young.length,
    oldMs: longest(amid(old)),
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
