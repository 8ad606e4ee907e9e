/** The faults of one seed: which, on whom, when and for how long. */
import type { Random } from "../../engine/contract.ts";
import { defaultTiming } from "../../engine/timing.ts";
import type { FaultKind } from "../nemesis/fault.ts";
import { faultKinds } from "../nemesis/registry.ts";
import { drawFields } from "../nemesis/swarm.ts";
import type { Streams } from "../random.ts";
import type { Budget, FaultSpec, Parameters } from "../scenario.ts";
import { Atlas } from "./atlas.ts";
import { Draw } from "./draw.ts";

/** Each group of faults is switched off in this share of the seeds. */
const GROUP_OFF_RATIO = 0.3;
/** A fault begins near the one before it in this share of the cases, so that faults overlap and follow each other closely. */
const NEAR_RATIO = 0.4;
const NEAR_MS = 150;
const LEAST_FAULTS = 4;
const MOST_FAULTS = 10;
/** In this share of the seeds the leadership of a shard is asked to move, whatever else happens: chance alone moves it too seldom. */
const MOVE_RATIO = 0.5;
/** Over the budget, faults that can damage a log copy are so much likelier. */
const DAMAGE_FACTOR = 4;
/** In this share of the seeds a node starts in a zone that is cut off, which may hold the log's leader, deposed or not. */
const START_IN_CUT_RATIO = 0.1;
/** The write probe, which measures failovers to the millisecond, costs a tenth of a run: this share of the seeds has it. */
const PROBE_RATIO = 0.15;
/** Something happens before the first fault, so that there is something to lose. */
const QUIET_MS = 150;

export function drawFaults(streams: Streams, budget: Budget, parameters: Parameters): FaultSpec[] {
  const random = streams.stream("swarm/faults");
  const draw = new Draw(random);
  const kinds = drawKinds(draw);
  if (kinds.length === 0) return [];
  const atlas = new Atlas(budget, draw);
  const horizonMs = Number(parameters["horizonMs"]);
  const context = {
    shards: Number(parameters["shards"]),
    mayLeaveBudget: budget === "assumption-broken",
  };
  const faults: FaultSpec[] = [];
  const asked = Number(parameters["faults"] ?? 0);
  const count = asked > 0 ? asked : draw.whole(LEAST_FAULTS, MOST_FAULTS);
  if (budget === "assumption-broken")
    faults.push(...drawBrokenLease(draw, context.shards, parameters));
  if (draw.chance(MOVE_RATIO)) faults.push(drawMove(draw, context.shards, parameters));
  if (draw.chance(START_IN_CUT_RATIO))
    faults.push(...drawStartInCut(draw, context.shards, parameters));
  const isProbed = draw.chance(PROBE_RATIO);
  let atMs = 0;
  for (let index = 0; index < count; index++) {
    const isNear = index > 0 && draw.chance(NEAR_RATIO);
    const drawnMs = isNear ? atMs + draw.whole(0, NEAR_MS) : draw.whole(QUIET_MS, horizonMs - 1);
    atMs = Math.min(drawnMs, horizonMs - 1);
    const kind = pickKind(kinds, budget, random);
    const fields = atlas.place(kind, drawFields(kind, context, random));
    if (fields !== undefined) faults.push({ kind: kind.kind, atMs, ...fields });
  }
  // The order of the list names each fault's stream of decisions: it is that of the times, and stays when one is taken out.
  faults.sort((left, right) => Number(left.atMs) - Number(right.atMs));
  const probe = isProbed ? {} : { probe: 0 };
  return faults.map((fault, index) => ({ ...fault, ...probe, id: `${index}` }));
}

/**
 * What makes a broken clock show: the primary of a shard runs slow beyond the bound, and is cut from the log, but not from its
 * clients, for longer than a lease. Left to chance the two seldom meet.
 */
function drawBrokenLease(draw: Draw, shards: number, parameters: Parameters): FaultSpec[] {
  const leaseMs = Number(parameters["leaseMs"]);
  const shard = draw.whole(0, shards - 1);
  const atMs = draw.whole(
    QUIET_MS,
    Math.max(QUIET_MS, Number(parameters["horizonMs"]) - 4 * leaseMs),
  );
  const ratio = -draw.whole(30, 60) / 100;
  const forMs = draw.whole(3 * leaseMs, 6 * leaseMs);
  const drift = { kind: "clockDrift", target: "primary", shard, atMs, ratio, forMs: forMs + 500 };
  const cut = {
    kind: "cut",
    from: "primary",
    to: "log",
    shard,
    atMs: atMs + draw.whole(1, 100),
    forMs,
  };
  return [drift, cut];
}

/** Something that ends a leadership: an order, or the primary away for longer than its lease. */
function drawMove(draw: Draw, shards: number, parameters: Parameters): FaultSpec {
  const leaseMs = Number(parameters["leaseMs"]);
  const shard = draw.whole(0, shards - 1);
  const atMs = draw.whole(
    QUIET_MS,
    Math.max(QUIET_MS, Number(parameters["horizonMs"]) - 2 * leaseMs),
  );
  const forMs = draw.whole(Math.ceil(1.5 * leaseMs), 3 * leaseMs);
  const target = "primary";
  return draw.pick<FaultSpec>([
    { kind: "plannedFailover", shard, atMs },
    { kind: "machineCrash", target, shard, atMs, forMs },
    { kind: "machinePause", target, shard, atMs, forMs },
    { kind: "cut", from: target, to: "log", shard, atMs, forMs },
  ]);
}

/** A zone is cut off for long enough that the others choose leaders among themselves, and a replica dies and starts in it meanwhile. */
function drawStartInCut(draw: Draw, shards: number, parameters: Parameters): FaultSpec[] {
  const electionMs = Number(parameters["raftElectionMs"] ?? defaultTiming.raftElectionMs);
  const forMs = draw.whole(3 * electionMs, 5 * electionMs);
  const horizonMs = Number(parameters["horizonMs"]);
  const atMs = draw.whole(QUIET_MS, Math.max(QUIET_MS, horizonMs - forMs));
  return [
    { kind: "partition", shape: "zone", atMs, forMs },
    {
      kind: "machineCrash",
      target: "replica",
      shard: draw.whole(0, shards - 1),
      atMs: atMs + draw.whole(1, 2 * electionMs),
      forMs: draw.whole(10, electionMs),
    },
  ];
}

/** The kinds whose group this seed has left on. */
function drawKinds(draw: Draw): FaultKind[] {
  const isOn = new Map<string, boolean>();
  for (const { swarm } of faultKinds)
    if (!isOn.has(swarm.group)) isOn.set(swarm.group, !draw.chance(GROUP_OFF_RATIO));
  return faultKinds.filter(({ swarm }) => isOn.get(swarm.group) === true);
}

function pickKind(kinds: readonly FaultKind[], budget: Budget, random: Random): FaultKind {
  const weights = kinds.map(({ swarm }) => {
    const mayDamage = swarm.group === "disk" || swarm.group === "zone";
    return budget === "over" && mayDamage ? swarm.weight * DAMAGE_FACTOR : swarm.weight;
  });
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, kind] of kinds.entries()) {
    left -= weights[index] as number;
    if (left < 0) return kind;
  }
  return kinds[kinds.length - 1] as FaultKind;
}
