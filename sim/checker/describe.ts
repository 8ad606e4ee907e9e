/** Operations and times in words, for messages that a person reads. */
import type { CheckResult } from "../run.ts";
import type { Operation } from "./history.ts";
import { quote } from "./models/model.ts";

/**
 * A moment of true time inside a sentence, still as a mark: what the run counts from (the start of the load) is not
 * known where sentences are made. `tellTimes` turns marks into words.
 */
export function sayTime(us: number): string {
  return `⟨${us}⟩`;
}

/** "0.345678 s" */
export function sayDuration(us: number): string {
  return `${(us / 1e6).toFixed(6)} s`;
}

/** A result whose sentences say moments as "12.345678 s" since `originUs`. */
export function tellTimes(result: CheckResult, originUs: number): CheckResult {
  const tell = (text: string): string =>
    text.replace(/⟨(-?[\d.]+)⟩/g, (_, us) => sayDuration(Number(us) - originUs));
  const told = { ...result, sentence: tell(result.sentence) };
  return result.details === undefined ? told : { ...told, details: result.details.map(tell) };
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
