/** Every parameter of Redis 7.0.15, by name and by alias. */
import { flags } from "./flags.ts";
import {
  bind,
  clientOutputBufferLimit,
  latencyTrackingInfoPercentiles,
  oomScoreAdjValues,
  replicaof,
  save,
  shutdownOn,
} from "./lists.ts";
import { notifyKeyspaceEvents } from "./notifyKeyspaceEvents.ts";
import { numbers } from "./numbers.ts";
import type { Parameter } from "./parameter.ts";
import { texts } from "./texts.ts";
import { tls } from "./tls.ts";
import { words } from "./words.ts";

export const parameters: readonly Parameter[] = [
  ...flags,
  ...texts,
  ...words,
  ...numbers,
  ...tls,
  bind,
  clientOutputBufferLimit,
  latencyTrackingInfoPercentiles,
  notifyKeyspaceEvents,
  oomScoreAdjValues,
  replicaof,
  save,
  shutdownOn("sigint"),
  shutdownOn("sigterm"),
];

/** Names and aliases in lower case, sorted. */
export const parameterNames: readonly string[] = parameters
  .flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias]))
  .toSorted();

const byName: ReadonlyMap<string, Parameter> = new Map(
  parameters.flatMap((parameter) => {
    const named: [string, Parameter][] = [[parameter.name, parameter]];
    if (parameter.alias !== undefined) named.push([parameter.alias, parameter]);
    return named;
  }),
);

/** A parameter by its name or alias, in any case. */
export function parameterNamed(name: string): Parameter | undefined {
  return byName.get(name.toLowerCase());
}
