/** The options of the profile "memorydb" as the engine's parameters: in the service's names and ranges, with its defaults. */
import type { InitialValues } from "../../engine/settings/settings.ts";
import { parameterNames } from "../../engine/settings/table.ts";
import type { GivenOption } from "./given.ts";
import {
  memoryDbNames,
  memoryDbParameter,
  memoryDbParameters,
  whyNotAllowed,
} from "./memoryDbParameters.ts";
import { nearest } from "./nearest.ts";
import { OptionError } from "./optionError.ts";
import { isRedisOption, readParameters } from "./parameters.ts";

/** Parameters of Redis that concern the process and its place, as the service's own machinery and the node's type do there. */
const ofTheHost: ReadonlySet<string> = new Set([
  "always-show-logo",
  "bind",
  "bind-source-addr",
  "cluster-announce-hostname",
  "cluster-announce-ip",
  "cluster-enabled",
  "cluster-port",
  "cluster-preferred-endpoint-type",
  "daemonize",
  "dir",
  "logfile",
  "loglevel",
  "maxmemory",
  "pidfile",
  "port",
  "proc-title-template",
  "protected-mode",
  "set-proc-title",
  "shutdown-on-sigint",
  "shutdown-on-sigterm",
  "shutdown-timeout",
  "supervised",
  "syslog-enabled",
  "syslog-facility",
  "syslog-ident",
  "tcp-backlog",
  "unixsocket",
  "unixsocketperm",
  ...parameterNames.filter((name) => name.startsWith("tls-")),
]);

const BUFFER_LIMIT = "client-output-buffer-limit";

/** Every parameter of the service by its own name, with the value that was given or its default. Throws OptionError. */
export function memoryDbValues(options: readonly GivenOption[]): ReadonlyMap<string, string> {
  const values = new Map(memoryDbParameters.map(({ name, initial }) => [name, initial]));
  for (const { name, words, where } of options) {
    const parameter = memoryDbParameter(name);
    if (parameter === undefined) {
      refuseForeign(name, where);
      continue;
    }
    if (!parameter.isChangeable) {
      throw new OptionError(
        `${where}: ${name} is ${parameter.initial} in profile=memorydb, as in the service; profile=redis lets you choose it`,
      );
    }
    const [value = ""] = words;
    const why =
      words.length > 1
        ? `${parameter.name} takes one value`
        : whyNotAllowed(parameter, value.toLowerCase());
    if (why !== undefined) throw new OptionError(`${where}: ${why}, not "${words.join(" ")}"`);
    values.set(parameter.name, parameter.allowed === "" ? value : value.toLowerCase());
  }
  return values;
}

/** The same in the engine's names, with what concerns the host. */
export function engineValues(options: readonly GivenOption[]): InitialValues {
  const limits = { normal: ["0", "0", "0"], pubsub: ["0", "0", "0"] };
  const places = ["hard-limit", "soft-limit", "soft-seconds"];
  const initial: GivenOption[] = [];
  for (const [name, value] of memoryDbValues(options)) {
    const [, kind, place = ""] =
      /^client-output-buffer-limit-(normal|pubsub)-(.*)$/.exec(name) ?? [];
    if (kind === "normal" || kind === "pubsub") limits[kind][places.indexOf(place)] = value;
    // In cluster mode there is one database: the engine's number of them is for its other mode.
    else if (name !== "databases")
      initial.push({ name, words: [engineWord(name, value)], where: name });
  }
  const words = ["normal", ...limits.normal, "pubsub", ...limits.pubsub];
  initial.push({ name: BUFFER_LIMIT, words, where: BUFFER_LIMIT });
  return readParameters([...initial, ...options.filter(({ name }) => ofTheHost.has(name))]);
}

/** Of the engine's parameters those that may change while the cluster runs. */
export function changeableValues(parameters: InitialValues): InitialValues {
  const changeable = [...parameters].filter(
    ([name]) => name === BUFFER_LIMIT || memoryDbParameter(name)?.isChangeable === true,
  );
  return new Map(changeable);
}

/** The service takes any negative number for "never", Redis only -1. */
function engineWord(name: string, value: string): string {
  return name === "slowlog-log-slower-than" && value.startsWith("-") ? "-1" : value;
}

/** What redis.conf knows, and the service does not. */
function refuseForeign(name: string, where: string): void {
  if (ofTheHost.has(name) || !isRedisOption(name)) return;
  const near =
    name === BUFFER_LIMIT ? `${BUFFER_LIMIT}-normal-hard-limit` : nearest(name, memoryDbNames);
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  throw new OptionError(
    `${where}: Amazon MemoryDB has no parameter "${name}"${hint}: "npm run serve -- parameters" lists those it has, profile=redis takes all of Redis's`,
  );
}
