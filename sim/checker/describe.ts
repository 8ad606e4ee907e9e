/** Operations and times in words, for messages that a person reads. */
import type { Operation } from "./history.ts";
import { quote } from "./models/model.ts";

/** "12.345678 s" */
export function sayTime(us: number): string {
  return `${(us / 1e6).toFixed(6)} s`;
}

/** `SET registers:0:{5} "v0001"` */
export function sayRequest(operation: Operation): string {
  const { input } = operation;
  switch (input.f) {
    case "get":
      return `GET ${input.key}`;
    case "set":
      return `SET ${input.key} ${quote(input.value)}`;
    case "setUntil":
      return `SET ${input.key} ${quote(input.value)} PXAT ${input.untilUnixMs}`;
    case "delete":
      return `DEL ${input.key}`;
    case "increment":
      return `INCR ${input.key}`;
    case "append":
      return `APPEND ${input.key} ${quote(input.value)}`;
    case "cas":
      return `compare-and-set ${input.key} from ${quote(input.expected)} to ${quote(input.value)}`;
  }
}

/** The request, where and when, and what came of it. */
export function sayOperation(operation: Operation): string {
  const from = sayTime(operation.invokedUs);
  const who = `process ${operation.process} at ${operation.node}`;
  if (operation.outcome === "ok") {
    const answer = operation.input.f.startsWith("set") ? "OK" : quote(operation.output);
    return `${sayRequest(operation)} → ${answer} (${who}, ${from} to ${sayTime(operation.completedUs)})`;
  }
  return `${sayRequest(operation)} → outcome ${operation.outcome} (${who}, from ${from})`;
}
