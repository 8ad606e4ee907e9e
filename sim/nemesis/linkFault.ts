/** What the kinds of faults on links have in common: who is meant, and a rule while they last. */
import { linkRule, type LinkEffect, type LinkRule } from "../linkRules.ts";
import type { Place } from "../place.ts";
import {
  forField,
  numberOf,
  shardField,
  textOf,
  type FaultContext,
  type Fields,
  type FieldSpec,
  type RunningFault,
} from "./fault.ts";
import { anyZone, type FieldDraw } from "./swarm.ts";
import { placesOf } from "./targets.ts";

const placeHelp =
  "everything, databases, replicas, log, clients, zone:a, node:db-0-a, or a role such as primary";

export const linkFields: Readonly<Record<string, FieldSpec>> = {
  from: { help: placeHelp, standard: "primary" },
  to: { help: placeHelp, standard: "everything" },
  oneWay: { help: "1: only from `from` to `to`, 0: both ways", standard: 0 },
  shard: shardField,
  forMs: forField,
};

/** How a seed draws whose links are meant. */
export const linkDraws: Readonly<Record<string, FieldDraw>> = {
  from: {
    among: [
      "primary",
      "primary",
      "replicas",
      "databases",
      "logLeader",
      "logFollower",
      "log",
      ...anyZone,
    ],
  },
  to: { among: ["everything", "everything", "log", "log", "databases", "clients", "logLeader"] },
  oneWay: { among: [0, 0, 1] },
};

/** The directed links that the fields mean; undefined while nobody holds a role. */
function coverageOf(
  context: FaultContext,
  fields: Fields,
): ((from: Place, to: Place) => boolean) | undefined {
  const shard = numberOf(fields, "shard");
  const isFrom = placesOf(context, textOf(fields, "from"), shard);
  const isTo = placesOf(context, textOf(fields, "to"), shard);
  if (isFrom === undefined || isTo === undefined) return undefined;
  if (numberOf(fields, "oneWay") === 1) return (from, to) => isFrom(from) && isTo(to);
  return (from, to) => (isFrom(from) && isTo(to)) || (isFrom(to) && isTo(from));
}

/** "db-0-a → log": roles with the names they resolved to. */
function tellPath(context: FaultContext, fields: Fields): string {
  const arrow = numberOf(fields, "oneWay") === 1 ? "→" : "↔";
  return `${tellPlace(context, fields, "from")} ${arrow} ${tellPlace(context, fields, "to")}`;
}

function tellPlace(context: FaultContext, fields: Fields, field: string): string {
  const word = textOf(fields, field);
  const named = namedTargets(context, fields, field);
  return named.length === 1 ? `${word} ${named[0]}` : word;
}

function namedTargets(context: FaultContext, fields: Fields, field: string): string[] {
  const isMeant = placesOf(context, textOf(fields, field), numberOf(fields, "shard"));
  if (isMeant === undefined) return [];
  return context.kernel.machines.filter(isMeant).map((machine) => machine.name);
}

/** Begins a fault that is one rule on the links its fields mean. */
export function beginRule(
  context: FaultContext,
  fields: Fields,
  effect: LinkEffect,
  words: string,
  details: Partial<Pick<LinkRule, "ratio" | "byUs" | "factor">>,
): RunningFault | undefined {
  const covers = coverageOf(context, fields);
  if (covers === undefined) return undefined;
  const { kernel, counter } = context;
  const rule = linkRule(effect, covers, counter, details);
  const text = `${words}: ${tellPath(context, fields)}`;
  const targets = namedTargets(context, fields, "from");
  kernel.addRule(rule);
  return {
    text,
    targets,
    lastsUs: numberOf(fields, "forMs") * 1000,
    end: () => kernel.removeRule(rule),
  };
}
