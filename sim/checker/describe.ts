/** Operations and times in words, for messages that a person reads. */
import type { CheckResult, LegalPrefix } from "../run.ts";
import type { CommandsInput, Operation, OperationInput } from "./history.ts";
import { sayScript } from "../clients/scripts.ts";
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
  const tell = (text: string): string => tellTimesIn(text, originUs);
  const { sentence, details, legalPrefix } = result;
  return {
    ...result,
    sentence: tell(sentence),
    ...(details === undefined ? {} : { details: details.map(tell) }),
    ...(legalPrefix === undefined ? {} : { legalPrefix: tellPrefix(legalPrefix, tell) }),
  };
}

function tellPrefix(prefix: LegalPrefix, tell: (text: string) => string): LegalPrefix {
  const before = prefix.before.map((one) => ({ ...one, lastPlaced: one.lastPlaced.map(tell) }));
  return { ...prefix, impossible: tell(prefix.impossible), before };
}

export function tellTimesIn(text: string, originUs: number): string {
  return text.replace(/⟨(-?[\d.]+)⟩/g, (_, us) => sayDuration(Number(us) - originUs));
}

/** `SET registers:0:{5} "v0001"` */
export function sayRequest({ input }: Operation): string {
  return sayInput(input);
}

export function sayInput(input: OperationInput): string {
  switch (input.f) {
    case "get":
      return `GET ${input.key}`;
    case "dump":
      return `DUMP ${input.key}`;
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
    case "flush":
      return input.command;
    case "wide":
      return `MULTI (GET ${input.key}, ${input.command})`;
    case "commands": {
      const requests = input.requests.map(sayWords).join(", ");
      if (input.session !== undefined) return sayAsUser(input, requests);
      return input.isAtomic ? `MULTI (${requests})` : requests;
    }
    case "transaction": {
      const steps = input.steps.map(sayInput).join(", ");
      if (input.way === "mget") return `MGET (${steps})`;
      if (input.way === "script") return `EVAL_RO (${steps}), ${input.loops ?? 0} loops`;
      const whole = `MULTI (${steps})${input.way === "discard" ? " DISCARD" : ""}`;
      if (input.watched.length === 0) return whole;
      const watched = input.watched.map(({ key, value }) => `${key} still ${quote(value)}`);
      return `${whole} if ${watched.join(", ")}`;
    }
  }
}

/** On a connection that is named by what it is for. */
function sayAsUser({ session, requests, queued = [] }: CommandsInput, said: string): string {
  const inside = queued.map(sayWords).join(", ");
  const where = `on connection ${session ?? ""}`;
  if (requests.length === 0) return `EXEC of ${inside} ${where}`;
  return `${said} ${where}${queued.length === 0 ? "" : `, then MULTI with ${inside}`}`;
}

function sayWords(words: readonly string[]): string {
  return sayScript(words)
    .map((word, index) => (index > 0 && word === "" ? '""' : word))
    .join(" ");
}

/** `"v0001"`, `OK`, `nil` */
export function sayAnswer({ input, output }: Operation): string {
  return input.f.startsWith("set") ? "OK" : quote(output);
}

/** The request, where and when, and what came of it. */
export function sayOperation(operation: Operation): string {
  const from = sayTime(operation.invokedUs);
  const who = `process ${operation.process} at ${operation.node}`;
  if (operation.outcome === "ok") {
    return `${sayRequest(operation)} → ${sayAnswer(operation)} (${who}, ${from} to ${sayTime(operation.completedUs)})`;
  }
  return `${sayRequest(operation)} → outcome ${operation.outcome} (${who}, from ${from})`;
}
