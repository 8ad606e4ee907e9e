/** Fewer peculiarities: parameters as everywhere, fewer nodes, delays that are always the same. */
import { commonParameters, type Parameters, type Scenario } from "../scenario.ts";
import type { Search, Steps } from "./search.ts";
import { shorten } from "./subsets.ts";

/** They have passes of their own. */
const sized: readonly string[] = ["horizonMs", "shards", "replicas", "clients"];
const streams: readonly string[] = ["clock", "infrastructure", "disk", "network"];
const MEDIAN = 0.5;
const ENTITY_RUNS = 20;

/** Parameters as everywhere, all at once or one by one. */
export function* dropParameters(search: Search): Steps<void> {
  const names = Object.keys(search.best.parameters).filter((name) => !sized.includes(name));
  if (names.length === 0) return;
  search.begin("parameters");
  const kept = Object.entries(search.best.parameters).filter(([name]) => sized.includes(name));
  if (yield* search.accept(withParameters(search.best, Object.fromEntries(kept)), 1)) return;
  for (const name of names) {
    const { [name]: _, ...others } = search.best.parameters;
    yield* search.accept(withParameters(search.best, others), 1);
  }
}

function withParameters(scenario: Scenario, parameters: Parameters): Scenario {
  return { ...scenario, parameters };
}

/** What a scenario promises beside the standing checks is no part of most failures. */
export function* dropExpectations(search: Search): Steps<void> {
  if (search.best.expect.length > 0) yield* search.accept({ ...search.best, expect: [] }, 0);
}

/** One shard if it can be, then as few replicas as can be. */
export function* dropNodes(search: Search): Steps<void> {
  search.begin("nodes");
  const { shards = 1 } = search.best.parameters;
  for (let shard = 0; shard < Number(shards) && Number(shards) > 1; shard++) {
    if (yield* search.accept(onlyShard(search.best, shard), 2)) break;
  }
  const replicas = Number(search.best.parameters["replicas"] ?? commonParameters["replicas"]);
  for (let fewer = 0; fewer < replicas; fewer++) {
    const parameters = { ...search.best.parameters, replicas: fewer };
    if (yield* search.accept(withParameters(search.best, parameters), 2)) return;
  }
}

/** What concerns one shard, which becomes shard 0. */
function onlyShard(scenario: Scenario, shard: number): Scenario {
  const { shards: _, ...parameters } = scenario.parameters;
  const nemesis = scenario.nemesis
    .filter((spec) => Number(spec["shard"] ?? 0) === shard)
    .map((spec) => {
      const fields = Object.entries(spec).map(([name, value]) => [
        name,
        name === "shard" ? 0 : renamed(value, shard),
      ]);
      return { ...spec, ...(Object.fromEntries(fields) as object) };
    });
  const operations = (scenario.operations ?? [])
    .filter((operation) => operation.shard === shard)
    .map((operation) => ({ ...operation, shard: 0 }));
  return { ...scenario, parameters, nemesis, operations };
}

/** "node:db-2-a" of shard 2 is "node:db-0-a" where it is the only shard. */
function renamed<Value>(value: Value, shard: number): Value | string {
  return typeof value === "string" ? value.replace(`node:db-${shard}-`, "node:db-0-") : value;
}

/** Delays and clocks that are always the same, stream by stream: what is left to chance is then what matters. */
export function* fixDecisions(search: Search): Steps<void> {
  search.begin("delays");
  for (const stream of streams) {
    const known = search.best.decisions ?? [];
    if (known.some((edit) => edit.stream === stream && edit.entity === undefined)) continue;
    const decisions = [...known, { stream, value: MEDIAN }];
    if (yield* search.accept({ ...search.best, decisions }, 2)) continue;
    yield* fixEntities(search, stream);
  }
}

/** As many of a stream's entities as can be; a list that says most of them is shorter to think about than one of all delays. */
function* fixEntities(search: Search, stream: string): Steps<void> {
  const before = search.best;
  const prefix = `${stream}/`;
  const entities = (search.outcome.sources ?? [])
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));
  search.begin("delays", ENTITY_RUNS);
  const smallest = Math.max(1, Math.floor(entities.length / 8));
  const free = yield* shorten(
    entities,
    (remaining) => {
      const fixed = entities.filter((entity) => !remaining.includes(entity));
      const edits = fixed.map((entity) => ({ stream, entity, value: MEDIAN }));
      return search.accept({ ...before, decisions: [...(before.decisions ?? []), ...edits] }, 0);
    },
    smallest,
  );
  // A long list that leaves as much to chance explains nothing.
  if (free.length * 2 > entities.length) yield* search.accept(before, 0);
}
