/** Parameters of several words, each with a grammar of its own. */
import { memoryBytes } from "./number.ts";
import { knownWord, list, notOneOf, type Parameter, type Reading } from "./parameter.ts";

/** "save 900 1 300 10": seconds and changes in pairs; "" for none. */
export const save: Parameter = list("save", "3600 1 300 100 60 10000", (given) => {
  const words = isNothing(given) ? [] : given;
  const why = "Invalid save parameters";
  if (words.length % 2 !== 0) return { why };
  const numbers: bigint[] = [];
  for (const [index, word] of words.entries()) {
    const value = wholeNumber(word);
    if (value === undefined || value < (index % 2 === 0 ? 1n : 0n)) return { why };
    numbers.push(index % 2 === 0 ? value : BigInt.asIntN(32, value));
  }
  return { text: numbers.join(" ") };
});

/** Classes of clients in CONFIG GET's order; "replica" is read as "slave". */
const BUFFER_CLASSES: readonly string[] = ["normal", "slave", "pubsub"];

/** "normal 0 0 0 slave 256mb 64mb 60": class, hard limit, soft limit, seconds. Classes that are not named stay. */
export const clientOutputBufferLimit: Parameter = list(
  "client-output-buffer-limit",
  "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
  (words, present) => {
    if (words.length % 4 !== 0) {
      return { why: "Wrong number of arguments in buffer limit configuration." };
    }
    const limits = present.split(" ");
    for (let at = 0; at < words.length; at += 4) {
      const named = (words[at] ?? "").toLowerCase();
      const place = BUFFER_CLASSES.indexOf(named === "replica" ? "slave" : named);
      if (place < 0) {
        return { why: "Invalid client class specified in buffer limit configuration." };
      }
      const hard = memoryBytes(words[at + 1] ?? "");
      const soft = memoryBytes(words[at + 2] ?? "");
      const long = wholeNumber(words[at + 3] ?? "");
      const seconds = long === undefined ? undefined : BigInt.asIntN(32, long);
      if (hard === undefined || soft === undefined || seconds === undefined || seconds < 0n) {
        return {
          why: "Error in hard, soft or soft_seconds setting in buffer limit configuration.",
        };
      }
      limits.splice(place * 4 + 1, 3, String(hard), String(soft), String(seconds));
    }
    return { text: limits.join(" ") };
  },
);

export const oomScoreAdjValues: Parameter = list("oom-score-adj-values", "0 200 800", (words) => {
  if (words.length !== 3) return { why: "wrong number of arguments" };
  const values = words.map(wholeNumber);
  if (values.some((value) => value === undefined || value < -2000n || value > 2000n)) {
    return {
      why: "Invalid oom-score-adj-values, elements must be between -2000 and 2000.",
    };
  }
  return { text: values.join(" ") };
});

const MOST_ADDRESSES = 16;

/** Addresses to listen on; "-" in front of one that may be missing. */
export const bind: Parameter = list("bind", "* -::*", (words) => {
  if (words.length > MOST_ADDRESSES) return { why: "Too many bind addresses specified." };
  return { text: words.join(" ") };
});

export const replicaof: Parameter = list(
  "replicaof",
  "",
  (words) => {
    const [host, port] = words;
    if (host === undefined || port === undefined || words.length !== 2) {
      return { why: "wrong number of arguments" };
    }
    if (host.toLowerCase() === "no" && port.toLowerCase() === "one") return { text: "" };
    const value = wholeNumber(port);
    if (value === undefined || value < 0n || value > 65535n) return { why: "Invalid master port" };
    return { text: `${host} ${value}` };
  },
  { alias: "slaveof", traits: ["immutable"] },
);

/** Percentiles that INFO latencystats shows. */
export const latencyTrackingInfoPercentiles: Parameter = list(
  "latency-tracking-info-percentiles",
  "50 99 99.9",
  (words) => {
    if (isNothing(words)) return { text: "" };
    const shown: string[] = [];
    for (const word of words) {
      const value = parseDouble(word);
      if (value === undefined) {
        return { why: "Invalid latency-tracking-info-percentiles parameters" };
      }
      if (!(value >= 0 && value <= 100)) {
        return {
          why: "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]",
        };
      }
      shown.push(String(Number(value.toFixed(6))));
    }
    return { text: shown.join(" ") };
  },
);

const SHUTDOWN_WORDS: readonly string[] = ["default", "save", "nosave", "now", "force"];

/** What a signal means: "default", or some of SHUTDOWN's words. */
export function shutdownOn(signal: string): Parameter {
  return list(`shutdown-on-${signal}`, "default", (words): Reading => {
    const found = new Set(words.map((given) => knownWord(SHUTDOWN_WORDS, given)));
    if (words.length === 0 || found.has(undefined)) return notOneOf(SHUTDOWN_WORDS);
    if (found.has("save") && found.has("nosave")) {
      return { why: "shutdown options SAVE and NOSAVE can't be used simultaneously" };
    }
    const flags = SHUTDOWN_WORDS.filter((one) => one !== "default" && found.has(one));
    return { text: flags.length === 0 ? "default" : flags.join(" ") };
  });
}

/** No words, or one that is empty. */
function isNothing(words: readonly string[]): boolean {
  return words.length === 0 || (words.length === 1 && words[0] === "");
}

/** A decimal number without blanks, or infinity; no hexadecimal one, which nobody writes here. */
function parseDouble(word: string): number | undefined {
  if (/^[+-]?inf(inity)?$/i.test(word)) return Infinity;
  return /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/i.test(word) ? Number(word) : undefined;
}

/** What C's strtoll reads if it reads all of it: blanks in front, a sign; nothing at all is 0; clamped to 64 bits. */
function wholeNumber(word: string): bigint | undefined {
  if (word === "") return 0n;
  const parts = /^[ \t\n\v\f\r]*([+-]?)([0-9]+)$/.exec(word);
  if (parts === null) return undefined;
  const value = BigInt(`${parts[1] === "-" ? "-" : ""}${parts[2]}`);
  const most = 2n ** 63n - 1n;
  return value > most ? most : value < -most - 1n ? -most - 1n : value;
}
