import type { Failover } from "../../run.ts";
import { sayTime } from "../describe.ts";
import { isReadInput, type Operation } from "../history.ts";
import {
  type ExpectationFacts,
  type ExpectationKind,
  type Judgement,
  numberOf,
  sayMs,
} from "./expectation.ts";

export const unavailability: ExpectationKind = {
  name: "unavailability",
  help: "No unavailability window of an access is longer than this.",
  fields: { access: "write or read; both if not said", maxMs: "longest window allowed" },
  required: ["maxMs"],
  failsAs: "liveness",
  judge(facts, fields) {
    const { access } = fields;
    const limitUs = numberOf(fields, "maxMs", 0) * 1000;
    let longestUs = 0;
    for (const window of facts.unavailability) {
      if (access !== undefined && window.access !== access) continue;
      longestUs = Math.max(longestUs, window.untilUs - window.fromUs);
    }
    const what = access === undefined ? "operations" : `${access}s`;
    const sentence = `the longest time without an answer to waiting ${what} was ${sayMs(longestUs)} (at most ${sayMs(limitUs)} allowed)`;
    return {
      holds: longestUs <= limitUs,
      examined: facts.operations.offered,
      unit: "offered operations",
      sentence,
    };
  },
};

export const plannedFailover: ExpectationKind = {
  name: "plannedFailover",
  help: "Every planned failover answers the write probe again within this time.",
  fields: { maxMs: "longest time allowed" },
  required: ["maxMs"],
  failsAs: "liveness",
  judge: (facts, fields) => judgeFailovers(facts, true, numberOf(fields, "maxMs", 0) * 1000),
};

export const unplannedFailover: ExpectationKind = {
  name: "unplannedFailover",
  help: "Every unplanned failover answers the write probe again within this time.",
  fields: { maxMs: "longest time allowed" },
  required: ["maxMs"],
  failsAs: "liveness",
  judge: (facts, fields) => judgeFailovers(facts, false, numberOf(fields, "maxMs", 0) * 1000),
};

export const replicaReadsDuringFailover: ExpectationKind = {
  name: "replicaReadsDuringFailover",
  help: "Replicas answered READONLY reads while their shard answered no writes: in a failover or an unavailability window.",
  fields: { min: "least number of reads" },
  required: ["min"],
  failsAs: "liveness",
  judge(facts, fields) {
    const min = numberOf(fields, "min", 1);
    let count = 0;
    let examined = 0;
    for (const operation of facts.history) {
      if (!operation.readonlyReplica || operation.outcome !== "ok") continue;
      examined++;
      if (isWithoutPrimary(operation, facts)) count++;
    }
    const sentence = `replicas answered ${count} reads while no writes were answered (at least ${min} expected)`;
    return { holds: count >= min, examined, unit: "replica reads", sentence };
  },
};

/** Answers under way when the faults begin are not held against it. */
const GRACE_US = 1_000_000;

export const noWritesDuringFault: ExpectationKind = {
  name: "noWritesDuringFault",
  help: "While all faults last together, no write that began a second or more after their start is acknowledged.",
  fields: {},
  required: [],
  failsAs: "safety",
  judge(facts) {
    const fromUs = Math.max(...facts.faults.map((fault) => fault.fromUs)) + GRACE_US;
    const untilUs = Math.min(...facts.faults.map((fault) => fault.untilUs));
    let examined = 0;
    for (const operation of facts.history) {
      if (isReadInput(operation.input) || operation.invokedUs < fromUs) continue;
      if (operation.invokedUs >= untilUs) continue;
      examined++;
      if (operation.outcome !== "ok" || operation.completedUs >= untilUs) continue;
      if (operation.input.f === "cas" && operation.output !== true) continue;
      if (operation.input.f === "delete" && operation.output === 0) continue;
      if (operation.input.f === "transaction" && operation.output === null) continue;
      const sentence = `${operation.node} acknowledged a write at ${sayTime(operation.completedUs)}, although no majority of zones was up from ${sayTime(fromUs - GRACE_US)} to ${sayTime(untilUs)}`;
      return { holds: false, examined, unit: "attempted writes", sentence };
    }
    const sentence = "no write was acknowledged while the faults lasted";
    return { holds: true, examined, unit: "attempted writes", sentence };
  },
};

export const faultHadEffect: ExpectationKind = {
  name: "faultHadEffect",
  help: "Every fault mattered: it changed the delivery or the time of a message, an input or a disk's answer, or what a clock showed.",
  fields: {},
  required: [],
  failsAs: "coverage",
  judge({ faults }) {
    const idle = faults.find((fault) => !fault.mattered);
    const sentence =
      idle === undefined
        ? "every fault changed something"
        : `the fault "${idle.text}" changed nothing, so this run says nothing about it`;
    return { holds: idle === undefined, examined: faults.length, unit: "faults", sentence };
  },
};

export const staleReads: ExpectationKind = {
  name: "staleReads",
  help: "The checker found and named stale reads: where the assumption is broken they must be visible.",
  fields: { min: "least number" },
  required: ["min"],
  failsAs: "coverage",
  judge({ staleReads: count, history }, fields) {
    const min = numberOf(fields, "min", 1);
    const sentence = `${count} stale reads were found and named (at least ${min} expected)`;
    return { holds: count >= min, examined: history.length, unit: "operations", sentence };
  },
};

export const leaseOverlap: ExpectationKind = {
  name: "leaseOverlap",
  help: "Two leases of one shard overlapped on true time: where the assumption is broken this must be visible.",
  fields: { min: "least number" },
  required: ["min"],
  failsAs: "coverage",
  judge({ leaseOverlaps: count, history }, fields) {
    const min = numberOf(fields, "min", 1);
    const sentence = `${count} overlaps of leases were found (at least ${min} expected)`;
    return { holds: count >= min, examined: history.length, unit: "operations", sentence };
  },
};

function judgeFailovers(facts: ExpectationFacts, planned: boolean, limitUs: number): Judgement {
  const failovers = facts.failovers.filter((failover) => failover.planned === planned);
  const kind = planned ? "planned" : "unplanned";
  const unit = `${kind} failovers`;
  if (failovers.length === 0) {
    return { holds: false, examined: 0, unit, sentence: `no ${kind} failover was measured` };
  }
  const longestUs = Math.max(...failovers.map(durationOf));
  const sentence = `the longest ${kind} failover took ${longestUs === Infinity ? "for ever" : sayMs(longestUs)} to the first acknowledged write (at most ${sayMs(limitUs)} allowed)`;
  return { holds: longestUs <= limitUs, examined: failovers.length, unit, sentence };
}

/** A probe that was never answered has a negative time. */
function durationOf(failover: Failover): number {
  return failover.firstAckUs < failover.faultUs ? Infinity : failover.firstAckUs - failover.faultUs;
}

function isWithoutPrimary(operation: Operation, facts: ExpectationFacts): boolean {
  const us = operation.completedUs;
  for (const { shard, faultUs, firstAckUs } of facts.failovers) {
    const untilUs = firstAckUs < faultUs ? Infinity : firstAckUs;
    if (shard === operation.shard && us >= faultUs && us <= untilUs) return true;
  }
  for (const { shard, access, fromUs, untilUs } of facts.unavailability) {
    if (shard !== operation.shard || access !== "write") continue;
    if (us >= fromUs && us <= untilUs) return true;
  }
  return false;
}
