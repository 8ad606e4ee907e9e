/** What was measured beside redis-server, as text: a row a case and server of ours, with its ratios to Redis and what is aimed at. */
import { countText } from "../../reports/figures.ts";
import { tableLines, type Align } from "../../reports/textTable.ts";
import type { KeyCost } from "./memory.ts";
import type { PausesBySize } from "./pause.ts";
import type { ScriptCost } from "./scripts.ts";
import type { ServerMeasured } from "./serverBench.ts";
import type { Speed } from "./speed.ts";

export function serverTables({
  speeds,
  durable,
  memory,
  pauses,
  scripts,
  missed,
}: ServerMeasured): string {
  const tables: string[] = [];
  const add = (title: string, head: string, rows: readonly (readonly string[])[]): void => {
    if (rows.length > 0) tables.push(table(title, head.split("|"), rows));
  };
  add("Log in memory, beside redis-server", speedHead, speeds.flatMap(speedRows));
  add(
    "Durable, on one disk, beside redis-server with appendfsync always",
    speedHead,
    durable.flatMap(speedRows),
  );
  add("Bytes a key of 16 chars, its value included", memoryHead, memory.flatMap(memoryRows));
  add(
    "Longest steps in ms while keys are set, by V8's young generation",
    pauseHead,
    pauses.flat().map(pauseRow),
  );
  add("CPU ms of an EVAL, its first time and later", scriptHead, scripts.flatMap(scriptRows));
  for (const why of missed) tables.push(`No figures for ${why}`);
  return tables.join("\n\n");
}

const speedHead =
  "command|-P|server|CPU µs, Redis|its|of it kernel|Redis's ÷ its|requests/s, Redis|its|ratio|p99 ms, Redis|its|ratio";

function speedRows([redis, ...ours]: readonly Speed[]): readonly (readonly string[])[] {
  if (redis === undefined) return [];
  return ours.map((one) => [
    one.command.toUpperCase(),
    String(one.pipeline),
    one.server,
    redis.cpuUs.toFixed(2),
    one.cpuUs.toFixed(2),
    one.systemUs.toFixed(2),
    one.besideFirst.cpu.toFixed(2),
    countText(redis.requestsPerSecond),
    countText(one.requestsPerSecond),
    one.besideFirst.rate.toFixed(2),
    redis.p99Ms.toFixed(2),
    one.p99Ms.toFixed(2),
    one.besideFirst.p99.toFixed(1),
  ]);
}

const pauseHead =
  "semi-space MiB|keys|s|64 requests, by the clock|on a processor|without collection|young generation|collections|old generation|collections|resident MiB";

function pauseRow(one: PausesBySize): readonly string[] {
  return [
    String(one.semiSpaceMiB),
    countText(one.keys),
    one.seconds.toFixed(1),
    one.clockMs.toFixed(1),
    one.stepMs.toFixed(1),
    one.undisturbedMs.toFixed(1),
    one.youngMs.toFixed(1),
    countText(one.youngCount),
    one.oldMs.toFixed(1),
    countText(one.oldCount),
    countText(Math.round(one.residentBytes / 2 ** 20)),
  ];
}

const scriptHead =
  "script|first, Redis|here|ratio|one thread|ratio|by the clock, Redis|here|ratio|later, Redis|here|ratio";

function scriptRows([redis, ...ours]: readonly ScriptCost[]): readonly (readonly string[])[] {
  if (redis === undefined) return [];
  const beside = (theirs: number, its: number): readonly string[] => [
    theirs.toFixed(1),
    its.toFixed(1),
    (theirs / its).toFixed(2),
  ];
  return ours.map((one) => [
    one.script,
    ...beside(redis.firstMs, one.firstMs),
    one.firstOneThreadMs.toFixed(1),
    (redis.firstMs / one.firstOneThreadMs).toFixed(2),
    ...beside(redis.firstClockMs, one.firstClockMs),
    ...beside(redis.laterMs, one.laterMs),
  ]);
}

const memoryHead = "value|used, Redis|here|ratio|resident, Redis|here|ratio";

function memoryRows([redis, ...ours]: readonly KeyCost[]): readonly (readonly string[])[] {
  if (redis === undefined) return [];
  return ours.map((one) => [
    one.shape,
    redis.usedBytes.toFixed(0),
    one.usedBytes.toFixed(0),
    (one.usedBytes / redis.usedBytes).toFixed(2),
    redis.residentBytes.toFixed(0),
    one.residentBytes.toFixed(0),
    (one.residentBytes / redis.residentBytes).toFixed(2),
  ]);
}

function table(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const aligns = head.map((name): Align =>
    ["command", "server", "value", "script"].includes(name) ? "left" : "right",
  );
  return [title, ...tableLines([head, ...rows], aligns)].join("\n");
}
