import { linkRule } from "../linkRules.ts";
import type { Place } from "../place.ts";
import {
  forField,
  never,
  nothing,
  numberOf,
  shardField,
  textOf,
  type FaultContext,
  type FaultKind,
  type Fields,
} from "./fault.ts";
import { midstDraws, shortWhile } from "./swarm.ts";
import { machinesOf } from "./targets.ts";

/** On which sides of the partition a machine is: 1, 2, or 3 for a bridge that is on both. */
type Side = 1 | 2 | 3;

/** Sides by index among the machines concerned, as one seed draws them. */
type Shape = (zones: readonly string[], context: FaultContext) => Side[];

const shapes: Readonly<Record<string, Shape>> = {
  halves: (zones, context) => halves(zones.length, context),
  subsets: (zones, { decisions }) => zones.map(() => (decisions.chance(0.5) ? 1 : 2)),
  isolate: (zones, { decisions }) => {
    const alone = decisions.integer(0, zones.length);
    return zones.map((_, index) => (index === alone ? 1 : 2));
  },
  zone: (zones, { decisions }) => {
    const alone = zones[decisions.integer(0, zones.length)];
    return zones.map((zone) => (zone === alone ? 1 : 2));
  },
  bridge: (zones, context) => {
    const sides = halves(zones.length, context);
    sides[context.decisions.integer(0, zones.length)] = 3;
    return sides;
  },
};

function halves(count: number, { decisions }: FaultContext): Side[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let index = count - 1; index > 0; index--) {
    const other = decisions.integer(0, index + 1);
    [order[index], order[other]] = [order[other] ?? 0, order[index] ?? 0];
  }
  const sides: Side[] = Array.from({ length: count }, () => 2);
  for (const index of order.slice(0, Math.floor(count / 2))) sides[index] = 1;
  return sides;
}

export const partition: FaultKind = {
  kind: "partition",
  help: "machines fall into two sides that do not hear each other, drawn anew by each seed",
  takesGroups: true,
  fields: {
    target: {
      help: "who is divided: everything, databases, replicas, log; all others hear everybody",
      standard: "everything",
    },
    shard: shardField,
    shape: {
      help: "halves, subsets (each on either side), isolate (one machine), zone, bridge (halves that one machine hears both of)",
      standard: "halves",
    },
    oneWay: {
      help: "1: only the first side goes unheard, 0: neither hears the other",
      standard: 0,
    },
    clients: { help: "whom clients reach: both, first or second", standard: "both" },
    forMs: forField,
  },
  swarm: {
    group: "network",
    weight: 2,
    fields: {
      ...midstDraws,
      target: { among: ["everything", "everything", "databases", "log", "log"] },
      shape: { among: ["halves", "subsets", "isolate", "isolate", "zone", "bridge"] },
      oneWay: { among: [0, 0, 1] },
      clients: { among: ["both", "both", "first", "second"] },
      forMs: shortWhile,
    },
  },
  damages: nothing,
  probes: never,
  begin: (context, fields) => {
    const { kernel, counter } = context;
    const machines = machinesOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    const shape = shapes[textOf(fields, "shape")];
    if (shape === undefined)
      throw new RangeError(
        `unknown shape "${textOf(fields, "shape")}": expected ${Object.keys(shapes).join(", ")}`,
      );
    if (machines.length < 2) return undefined;
    const sides = new Map<Place, Side>();
    shape(
      machines.map((machine) => machine.zone),
      context,
    ).forEach((side, index) => {
      const machine = machines[index];
      if (machine !== undefined) sides.set(machine, side);
    });
    const rule = linkRule("cut", coverage(sides, fields), counter);
    kernel.addRule(rule);
    return {
      text: `partition: ${namesOn(sides, 1)} ${numberOf(fields, "oneWay") === 1 ? "→|" : "|"} ${namesOn(sides, 2)}`,
      targets: machines.map((machine) => machine.name),
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => kernel.removeRule(rule),
    };
  },
};

function coverage(
  sides: ReadonlyMap<Place, Side>,
  fields: Fields,
): (from: Place, to: Place) => boolean {
  const reached = { both: 3, first: 1, second: 2 }[textOf(fields, "clients")] ?? 3;
  const isOneWay = numberOf(fields, "oneWay") === 1;
  const sideOf = (place: Place): number =>
    place.kind === "clients" ? reached : (sides.get(place) ?? 3);
  return (from, to) => {
    const away = sideOf(from);
    return (away & sideOf(to)) === 0 && (!isOneWay || away === 1);
  };
}

function namesOn(sides: ReadonlyMap<Place, Side>, side: number): string {
  const names = [...sides].filter(([, own]) => (own & side) !== 0).map(([place]) => place.name);
  return names.length === 0 ? "nobody" : names.join(" ");
}
