import type { TraceEvent } from "../../trace/vocabulary.ts";
import { sayDuration, sayTime } from "../describe.ts";
import {
  type ExpectationFacts,
  type ExpectationKind,
  type Fields,
  type Judgement,
  numberOf,
  sayRange,
} from "./expectation.ts";

const range = { min: "least number", max: "largest number a shard" };

export const elections: ExpectationKind = {
  name: "elections",
  help: "So many times a database node became primary after the load began.",
  fields: range,
  required: [],
  failsAs: "liveness",
  judge: (facts, fields) => countEvents(facts, fields, "role.primary", "database elections"),
};

export const logElections: ExpectationKind = {
  name: "logElections",
  help: "So many times a log node became leader of a shard's log after the load began.",
  fields: range,
  required: [],
  failsAs: "liveness",
  judge: (facts, fields) => countEvents(facts, fields, "log.leader", "log elections"),
};

export const demotions: ExpectationKind = {
  name: "demotions",
  help: "So many times a running primary lost its leadership without handing it over.",
  fields: range,
  required: [],
  failsAs: "liveness",
  judge(facts, fields) {
    const primaries: Set<string> = new Set();
    const counts: Map<number, number> = new Map();
    for (const event of facts.trace) {
      if (event.kind === "role.primary") primaries.add(event.node);
      else if (event.kind === "role.released" || event.kind === "machine.crashed") {
        primaries.delete(event.node);
      } else if (event.kind === "role.replica" || event.kind === "node.recovering") {
        if (!primaries.delete(event.node) || event.timeUs < facts.loadedUs) continue;
        counts.set(event.shard, (counts.get(event.shard) ?? 0) + 1);
      }
    }
    return judgeCounts(facts, fields, counts, "demotions");
  },
};

/** A release makes the next leader exempt; otherwise a lease must have run out first. */
export const electionsNotFasterThanBackoff: ExpectationKind = {
  name: "electionsNotFasterThanBackoff",
  help: "No node became primary sooner after another node's renewal than the lease lasts, unless that one had released it.",
  fields: {},
  required: [],
  failsAs: "safety",
  judge(facts) {
    const leaseUs = Number(facts.parameters["leaseMs"]) * 1000;
    const last: Map<number, TraceEvent> = new Map();
    let examined = 0;
    for (const event of facts.trace) {
      if (event.kind === "role.released") last.delete(event.shard);
      if (event.kind !== "role.primary" && event.kind !== "lease.renewed") continue;
      const before = last.get(event.shard);
      last.set(event.shard, event);
      if (event.kind !== "role.primary") continue;
      examined++;
      if (before === undefined || before.node === event.node) continue;
      const apartUs = event.timeUs - before.timeUs;
      if (apartUs >= leaseUs) continue;
      const sentence = `${event.node} became primary of shard ${event.shard} at ${sayTime(event.timeUs)}, only ${sayDuration(apartUs)} after ${before.node} had renewed its lease`;
      return { holds: false, examined, unit: "elections", sentence };
    }
    const sentence = "no election came sooner after another node's renewal than a lease lasts";
    return { holds: true, examined, unit: "elections", sentence };
  },
};

export const traceHas: ExpectationKind = {
  name: "traceHas",
  help: "The trace holds so many events of a kind after the load began.",
  fields: {
    event: "kind of event, as in docs/trace.md",
    min: "least number, 1 if not said",
    max: "largest number",
  },
  required: ["event"],
  failsAs: "coverage",
  judge(facts, fields) {
    const min = numberOf(fields, "min", 1);
    const max = numberOf(fields, "max", Infinity);
    let count = 0;
    for (const event of facts.trace) {
      if (event.kind === fields["event"] && event.timeUs >= facts.loadedUs) count++;
    }
    const sentence = `${count} events ${fields["event"]} (${sayRange(min, max)} expected)`;
    return {
      holds: count >= min && count <= max,
      examined: facts.trace.length,
      unit: "events",
      sentence,
    };
  },
};

function countEvents(
  facts: ExpectationFacts,
  fields: Fields,
  kind: TraceEvent["kind"],
  what: string,
): Judgement {
  const counts: Map<number, number> = new Map();
  for (const event of facts.trace) {
    if (event.kind !== kind || event.timeUs < facts.loadedUs) continue;
    counts.set(event.shard, (counts.get(event.shard) ?? 0) + 1);
  }
  return judgeCounts(facts, fields, counts, what);
}

/** `min` is asked of all shards together, since a fault may touch one of many; `max` of each. */
function judgeCounts(
  facts: ExpectationFacts,
  fields: Fields,
  counts: ReadonlyMap<number, number>,
  what: string,
): Judgement {
  const min = numberOf(fields, "min", 0);
  const max = numberOf(fields, "max", Infinity);
  let total = 0;
  let most = 0;
  for (const count of counts.values()) {
    total += count;
    most = Math.max(most, count);
  }
  const sentence = `${total} ${what} after the load began (${sayRange(min, max)} expected)`;
  return {
    holds: total >= min && most <= max,
    examined: facts.trace.length,
    unit: "events",
    sentence,
  };
}
