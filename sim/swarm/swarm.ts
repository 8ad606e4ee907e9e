/**
 * A scenario out of a seed: topology, parameters, workload and faults are all drawn, each from a stream of its own. The
 * result is plain data, a scenario like every other: it can be saved, edited, shrunk and kept.
 */
import type { FaultSpec, Parameters, Scenario } from "../scenario.ts";
import { Streams } from "../random.ts";
import { Draw } from "./draw.ts";
import { drawFaults } from "./faults.ts";
import {
  cachedLoad,
  drawEvicted,
  drawParameters,
  drawScripts,
  drawTypes,
  drawUsers,
} from "./parameters.ts";

const budgets: readonly Scenario["budget"][] = ["within", "over", "assumption-broken"];

/** Streams of their own, so that what else a seed draws is the same whatever the types. */
function drawLoad(streams: Streams, types: string, strings: string): Parameters {
  if (types === "strings") return {};
  if (types === "cached") return cachedLoad;
  const draw = new Draw(streams.stream("swarm/eviction"));
  const isEvicting = draw.chance(EVICTING_RATIO);
  if (types === "evicted" || isEvicting) return drawEvicted(draw);
  const isScripted = new Draw(streams.stream("swarm/scripts")).chance(SCRIPTED_RATIO);
  if (types === "scripts" || (types === "all" && isScripted))
    return drawScripts(new Draw(streams.stream("swarm/scripts/load")));
  const hasUsers = new Draw(streams.stream("swarm/users")).chance(USERS_RATIO);
  if (types === "users" || (types === "all" && hasUsers))
    return drawUsers(new Draw(streams.stream("swarm/users/load")));
  const load = drawTypes(new Draw(streams.stream("swarm/types")), strings);
  const isCached = new Draw(streams.stream("swarm/caching")).chance(CACHING_RATIO);
  return isCached && String(load["workload"]).includes("registers")
    ? { ...load, cachers: 1 }
    : load;
}

/** Half of the faults that would begin while an append is in flight begin in the midst of a script. */
function amidScripts(faults: readonly FaultSpec[], streams: Streams): readonly FaultSpec[] {
  const draw = new Draw(streams.stream("swarm/scripts/moments"));
  return faults.map((fault) =>
    fault["when"] === "appendInFlight" && draw.chance(0.5)
      ? { ...fault, when: "scriptRuns" }
      : fault,
  );
}

/** Seeds of all types in which nodes evict keys. */
const EVICTING_RATIO = 0.04;
/** Seeds of all types in which clients run scripts and functions. */
const SCRIPTED_RATIO = 0.06;
/** Of the others, those in which users change and log in. */
const USERS_RATIO = 0.05;
/** Of those with registers, seeds in which clients cache these. */
const CACHING_RATIO = 0.15;

/**
 * The scenario that a seed stands for; a scenario without a generator stands for itself, whatever the seed.
 * Throws RangeError if the parameter `budget` is none of the three.
 */
export function drawScenario(scenario: Scenario, overrides: Parameters, seed: number): Scenario {
  if (scenario.generator === undefined) return scenario;
  const streams = new Streams(seed);
  const asked = String(overrides["budget"] ?? scenario.parameters["budget"]);
  const budget = budgets.find((each) => each === asked);
  if (budget === undefined)
    throw new RangeError(`budget must be one of ${budgets.join(", ")}; got "${asked}"`);
  const drawn = drawParameters(new Draw(streams.stream("swarm/parameters")), budget);
  const types = String(overrides["types"] ?? scenario.parameters["types"]);
  const load = drawLoad(streams, types, String(drawn["workload"]));
  const parameters = { ...scenario.parameters, ...drawn, ...load };
  const faults = drawFaults(streams, budget, { ...parameters, ...overrides });
  const isScripted = String(load["workload"]).startsWith("scripts");
  const nemesis = isScripted ? amidScripts(faults, streams) : faults;
  const { generator: _, ...frame } = scenario;
  return { ...frame, budget, parameters, nemesis };
}
