/** What was measured beside redis-server, as text: a row a server and case, its ratio to Redis behind it. */
import { countText } from "../../reports/figures.ts";
import { tableLines, type Align } from "../../reports/textTable.ts";
import type { KeyCost } from "./memory.ts";
import type { ServerMeasured } from "./serverBench.ts";
import type { Speed } from "./speed.ts";

export function serverTables({ speeds, durable, memory }: ServerMeasured): string {
  return [
    table("Log in memory, beside redis-server", speedHead, speeds.flatMap(speedRows)),
    table("Durable, on one disk", speedHead, durable.flatMap(speedRows)),
    table("Bytes a key of 16 chars, its value included", memoryHead, memory.flatMap(memoryRows)),
  ].join("\n\n");
}

const speedHead: readonly string[] =
  "command|-P|server|requests/s|ratio|CPU µs/operation|Redis's ÷ its|p99 ms|× Redis's".split("|");

function speedRows(all: readonly Speed[]): readonly (readonly string[])[] {
  const [redis] = all;
  if (redis === undefined) return [];
  return all.map((one) => [
    one.command.toUpperCase(),
    String(one.pipeline),
    one.server,
    countText(one.requestsPerSecond),
    (one.requestsPerSecond / redis.requestsPerSecond).toFixed(2),
    one.cpuUs.toFixed(2),
    (redis.cpuUs / one.cpuUs).toFixed(2),
    one.p99Ms.toFixed(2),
    (one.p99Ms / redis.p99Ms).toFixed(1),
  ]);
}

const memoryHead: readonly string[] = "value|server|used|× Redis's|resident|× Redis's".split("|");

function memoryRows(all: readonly KeyCost[]): readonly (readonly string[])[] {
  const [redis] = all;
  if (redis === undefined) return [];
  return all.map((one) => [
    one.shape,
    one.server,
    one.usedBytes.toFixed(0),
    (one.usedBytes / redis.usedBytes).toFixed(2),
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
    ["command", "server", "value"].includes(name) ? "left" : "right",
  );
  return [title, ...tableLines([head, ...rows], aligns)].join("\n");
}
