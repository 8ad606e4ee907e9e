/** What the server was told to be. Names and values are those of redis.conf where Redis has them. */
import type { Renaming } from "../../engine/commands/renamed.ts";
import type { Profile } from "../../engine/failover/databaseNode.ts";
import type { InitialValues } from "../../engine/settings/settings.ts";
import { parameterNames } from "../../engine/settings/table.ts";
import type { WantedShape } from "../folder/clusterFolder.ts";
import { zones } from "../host/layout.ts";
import type { LogFormat, LogLevel } from "../log.ts";
import { type GivenOption, parseArguments } from "./given.ts";
import { OptionError } from "./optionError.ts";
import { memoryDbNames, memoryDbParameter } from "./memoryDbParameters.ts";
import { engineValues } from "./memoryDbValues.ts";
import { whyNoName } from "./names.ts";
import { nearest } from "./nearest.ts";
import { readParameterGroup } from "./parameterGroup.ts";
import { readRenamings } from "./renamings.ts";
import { isRedisOption, readParameters, refuseWrongValue } from "./parameters.ts";

export interface Settings {
  readonly profile: Profile;
  /** Nodes are named after it. */
  readonly clusterName: string;
  /** Who there is in profile=memorydb: the path of an ACL file, or "open-access"; undefined: as the folder has it. */
  readonly acl: string | undefined;
  readonly aclWithoutTls: boolean;
  /** Of the first node here; undefined: not said. */
  readonly port: number | undefined;
  /** Of the first node here, for TLS; 0: none. */
  readonly tlsPort: number;
  /** A folder of certificates for development, made if it is not there; "" for the folder tls in `dir`; undefined: none are wanted. */
  readonly developmentTls: string | undefined;
  /** processes: this one runs none, and starts a process for each. */
  readonly zones: "together" | "processes";
  /** The one zone that this process runs; undefined: all of them. */
  readonly zone: string | undefined;
  /** Where the processes of the other zones may be. */
  readonly join: readonly JoinAddress[];
  readonly peerPort: number;
  /** What other zones are told to connect to, and clients if no parameter says otherwise. */
  readonly announcedHost: string;
  readonly bind: readonly string[];
  readonly dir: string;
  /** What was said of the cluster's shape. */
  readonly shape: WantedShape;
  readonly log: "file" | "memory";
  readonly leaseMs: number;
  /** Commands that write are refused while a majority of the log's disks has less than this. */
  readonly diskReserveBytes: number;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  /** "": the standard output. Relative to `dir`, as in Redis. */
  readonly logFile: string;
  /** Undefined: nobody is told metrics over HTTP. */
  readonly metrics: MetricsSettings | undefined;
  /** Undefined: no faults can be asked for. */
  readonly chaos: ChaosSettings | undefined;
  /** Where the first of them came from; "" without a file. */
  readonly configFile: string;
  /** Redis's own parameters that were given: what CONFIG GET of every node shows. */
  readonly parameters: InitialValues;
  /** Of each "user" line the words behind it. */
  readonly userLines: readonly (readonly string[])[];
  /** Commands that clients find under other names. */
  readonly renamings: readonly Renaming[];
}

export interface ChaosSettings {
  readonly port: number;
  /** "": whoever is on this computer may. */
  readonly token: string;
}

export interface MetricsSettings {
  readonly port: number;
  readonly bind: readonly string[];
}

export interface JoinAddress {
  readonly host: string;
  readonly peerPort: number;
}

type OptionGroup =
  | "What clients find"
  | "Listening"
  | "Cluster"
  | "Durability"
  | "A process a zone"
  | "Metrics"
  | "Faults on purpose"
  | "Log of the server";

interface OwnOption {
  readonly group: OptionGroup;
  readonly name: string;
  readonly value: string;
  readonly help: string;
}

export const defaultPort = 6379;
const PEER_PORT_OFFSET = 10_000;
const CHAOS_PORT_OFFSET = 1000;

type OptionMaker = (name: string, value: string, help: string) => OwnOption;

const optionsOf =
  (group: OptionGroup): OptionMaker =>
  (name, value, help) => ({ group, name, value, help });
const finding: OptionMaker = optionsOf("What clients find");
const listening: OptionMaker = optionsOf("Listening");
const cluster: OptionMaker = optionsOf("Cluster");
const durability: OptionMaker = optionsOf("Durability");
const processes: OptionMaker = optionsOf("A process a zone");
const metrics: OptionMaker = optionsOf("Metrics");
const chaos: OptionMaker = optionsOf("Faults on purpose");
const telling: OptionMaker = optionsOf("Log of the server");

/** Options that this server has beside redis.conf's, or that mean something of their own here. */
export const ownOptions: readonly OwnOption[] = [
  finding(
    "profile",
    "memorydb",
    "Amazon MemoryDB's commands and parameters; redis: all of Redis's",
  ),
  finding(
    "acl",
    "open-access",
    "or a file of users in the syntax of Redis's ACL file; SIGHUP reads it anew",
  ),
  finding(
    "acl-without-tls",
    "no",
    "yes: lets passwords cross the network as they are, for development",
  ),
  finding("parameters", "", "a file of MemoryDB's parameters; each is an option of its own too"),
  listening("port", "6379", "first node's port; the others take the next ones"),
  listening("tls-port", "0", "the same for TLS; port=0 closes the ports without TLS"),
  listening("tls", "", "alone, or tls=FOLDER: TLS on port with certificates for development"),
  listening("bind", "127.0.0.1 -::1", "addresses to listen on"),
  cluster("cluster-name", "azimuth", "nodes are named after it in the log: azimuth-0001-001"),
  cluster(
    "cluster-enabled",
    "yes",
    "no: one shard, 16 databases, for simple clients of profile=redis",
  ),
  cluster("shards", "1", "shards of a new cluster"),
  cluster("replicas", "2", "replicas a shard of a new cluster"),
  cluster("lease-ms", "2000", "how long a primary may serve without its log"),
  durability("dir", "./azimuth-data", "where the zones keep their logs"),
  durability("log", "file", "memory: nothing is durable, for measurements"),
  durability("log-copies", "3", "copies of the log of a new cluster: 3, a zone each, or 1"),
  durability("disk-reserve", "64mb", "free space below which writes are refused"),
  processes("zones", "together", "processes: one for each, started and watched by this one"),
  processes("zone", "", "run only this zone (a, b or c) in this process"),
  processes("join", "", "host:port of the other zones' processes, with zone="),
  processes("cluster-port", "0", "for the other zones' processes; 0: port + 10000"),
  processes("cluster-announce-ip", "", "what clients and zones are told to connect to"),
  metrics(
    "metrics-port",
    "0",
    "GET /metrics there tells Prometheus of the nodes, see docs/METRICS.md; 0: none",
  ),
  metrics("metrics-bind", "127.0.0.1", "addresses to listen on for it"),
  chaos("chaos", "no", "yes: faults can be asked for on loopback, see docs/CHAOS.md"),
  chaos("chaos-port", "0", "where; 0: port + 1000"),
  chaos("chaos-token", "", "what who asks must bring along"),
  telling("loglevel", "notice", "debug, verbose, notice or warning"),
  telling("logfile", "", "a file in the place of the standard output; may be renamed at any time"),
  telling("log-format", "plain", "json: one object a line, with time, level, event and fields"),
];

export function readSettings(
  argv: readonly string[],
  readFile: (path: string) => string,
): Settings {
  const values = new Map<string, readonly string[]>();
  let configFile = "";
  const options = withParameterGroup(
    parseArguments(argv, (path) => {
      if (configFile === "") configFile = path;
      return readFile(path);
    }),
    readFile,
  );
  for (const option of options) values.set(option.name, option.words);
  const profile = profileOf(values);
  for (const option of options) {
    refuseUnknown(option, profile);
    if (profile === "redis") refuseWrongValue(option);
  }
  const zone = values.has("zone") ? word(values, "zone", zones) : undefined;
  if (zone === undefined && values.has("join")) throw new OptionError("join= needs zone=");
  const zonesAre = word(values, "zones", ["together", "processes"]);
  if (zonesAre === "processes" && (zone !== undefined || options.some(isStandardInput))) {
    throw new OptionError("zones=processes starts all zones: without zone= and without -");
  }
  const port = values.has("port") ? integer(values, "port", 0, 65535) : undefined;
  const tlsPort = integer(values, "tls-port", 0, 65535);
  // bind "" is no address at all.
  const bind = given(values, "bind").filter((address) => address !== "");
  return {
    profile,
    clusterName: clusterNameOf(values),
    acl: aclOf(values, profile),
    aclWithoutTls: word(values, "acl-without-tls", ["no", "yes"]) === "yes",
    port,
    zones: zonesAre,
    tlsPort,
    developmentTls: developmentTls(values),
    zone,
    join: joinAddresses(values),
    peerPort: integer(values, "cluster-port", 0, 65535) || peerPortOf(port, tlsPort, zone),
    bind,
    announcedHost: values.has("cluster-announce-ip")
      ? only(values, "cluster-announce-ip")
      : reachable(bind),
    dir: only(values, "dir"),
    shape: wantedShape(values, profile),
    log: word(values, "log", ["file", "memory"]),
    diskReserveBytes: memory(values, "disk-reserve"),
    leaseMs: integer(values, "lease-ms", 100, 60_000),
    logLevel: word(values, "loglevel", ["debug", "verbose", "notice", "warning"]),
    logFormat: word(values, "log-format", ["plain", "json"]),
    logFile: only(values, "logfile"),
    metrics: metricsSettings(values),
    chaos: chaosSettings(values, port),
    configFile,
    parameters: profile === "memorydb" ? engineValues(options) : readParameters(options),
    renamings: readRenamings(options),
    userLines: options.filter(({ name }) => name === "user").map(({ words }) => words),
  };
}

/** The file of `parameters=` counts first, so that what is said beside it counts more. */
export function withParameterGroup(
  options: readonly GivenOption[],
  readFile: (path: string) => string,
): readonly GivenOption[] {
  const path = options.findLast(({ name }) => name === "parameters")?.words[0] ?? "";
  return path === "" ? options : [...readParameterGroup(path, readFile(path)), ...options];
}

/** "standalone" is short for profile=redis cluster-enabled=no. Who wants no cluster mode can only mean Redis. */
function profileOf(values: Values): Profile {
  const isWithoutCluster =
    values.has("cluster-enabled") && word(values, "cluster-enabled", ["yes", "no"]) === "no";
  if (!values.has("profile")) return isWithoutCluster ? "redis" : "memorydb";
  const profile = word(values, "profile", ["memorydb", "redis", "standalone"]);
  if (profile !== "memorydb") return "redis";
  if (isWithoutCluster) {
    throw new OptionError(
      "cluster-enabled=no needs profile=redis: Amazon MemoryDB has cluster mode only",
    );
  }
  return "memorydb";
}

function metricsSettings(values: Values): MetricsSettings | undefined {
  const port = integer(values, "metrics-port", 0, 65535);
  const bind = given(values, "metrics-bind");
  if (port === 0 && values.has("metrics-bind")) {
    throw new OptionError("metrics-bind= needs metrics-port=");
  }
  return port === 0 ? undefined : { port, bind };
}

function chaosSettings(values: Values, port: number | undefined): ChaosSettings | undefined {
  const isOn = word(values, "chaos", ["yes", "no"]) === "yes";
  const own = integer(values, "chaos-port", 0, 65535);
  const token = only(values, "chaos-token");
  if (!isOn && (own > 0 || token !== "")) throw new OptionError("chaos-… needs chaos=yes");
  return isOn ? { port: own || (port ?? defaultPort) + CHAOS_PORT_OFFSET, token } : undefined;
}

function isStandardInput({ where }: GivenOption): boolean {
  return where.startsWith("standard input:");
}

/** As in Redis, so far from the clients' port; if that is not said, from the one that the zone has by default. */
function peerPortOf(port: number | undefined, tlsPort: number, zone: string | undefined): number {
  const index = zone === undefined ? 0 : zones.indexOf(zone);
  const usual = port === 0 ? tlsPort : (port ?? defaultPort + index);
  return usual + PEER_PORT_OFFSET;
}

/** The folder of "tls=FOLDER"; "" for "tls" alone. */
function developmentTls(values: Values): string | undefined {
  return values.has("tls") ? (values.get("tls")?.[0] ?? "") : undefined;
}

/** host:port, or host:port@peerPort as CLUSTER NODES prints it, with commas or blanks between. */
function joinAddresses(values: Values): readonly JoinAddress[] {
  const words = (values.get("join") ?? []).flatMap((one) => one.split(","));
  return words.map((text) => {
    const [, host, port, peerPort] = /^(.+?):(\d+)(?:@(\d+))?$/.exec(text) ?? [];
    if (host === undefined) throw new OptionError(`join must be host:port, not "${text}"`);
    return {
      host: host.replace(/^\[(.*)\]$/, "$1"),
      peerPort: peerPort === undefined ? Number(port) + PEER_PORT_OFFSET : Number(peerPort),
    };
  });
}

/** The first address that somebody else could connect to. */
function reachable(bind: readonly string[]): string {
  const everywhere = ["0.0.0.0", "::", "*"];
  const addresses = bind.map((address) => address.replace(/^-/, ""));
  return addresses.find((address) => !everywhere.includes(address)) ?? "127.0.0.1";
}

function wantedShape(values: Values, profile: Profile): WantedShape {
  const clusterEnabled = wantsClusterMode(values, profile);
  const count = (name: string, least: number, most: number): number | undefined =>
    values.has(name) ? integer(values, name, least, most) : undefined;
  const shards = count("shards", 1, 500);
  if (clusterEnabled === false && (shards ?? 1) > 1) {
    throw new OptionError("several shards need cluster-enabled=yes");
  }
  const logCopies = count("log-copies", 1, 3);
  if (logCopies === 2) throw new OptionError("log-copies must be 1 or 3");
  return { shards, replicas: count("replicas", 0, 8), logCopies, clusterEnabled };
}

function aclOf(values: Values, profile: Profile): string | undefined {
  if (!values.has("acl")) return undefined;
  if (profile !== "memorydb") {
    throw new OptionError("acl= needs profile=memorydb; Redis's option is aclfile=");
  }
  const acl = only(values, "acl");
  if (acl === "") throw new OptionError("acl must be open-access or the path of an ACL file");
  return acl;
}

function clusterNameOf(values: Values): string {
  const name = only(values, "cluster-name");
  const why = whyNoName(name);
  if (why !== undefined) throw new OptionError(`cluster-name ${why}, not "${name}"`);
  return name;
}

/** Undefined: as the folder has it. */
function wantsClusterMode(values: Values, profile: Profile): boolean | undefined {
  if (only(values, "profile").toLowerCase() === "standalone") return false;
  if (values.has("cluster-enabled")) {
    return word(values, "cluster-enabled", ["yes", "no"]) === "yes";
  }
  return profile === "memorydb" ? true : undefined;
}

type Values = ReadonlyMap<string, readonly string[]>;

function refuseUnknown({ name, where }: GivenOption, profile: Profile): void {
  const isOfMemoryDb = memoryDbParameter(name) !== undefined || name === "parameters";
  if (isRedisOption(name) || (profile === "memorydb" && isOfMemoryDb)) return;
  if (isOfMemoryDb) throw new OptionError(`${where}: ${name} needs profile=memorydb`);
  if (ownOptions.some((own) => own.name === name)) return;
  const names = [...ownOptions.map((own) => own.name), ...parameterNames, ...memoryDbNames];
  const near = nearest(name, names);
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  throw new OptionError(`${where}: there is no option "${name}"${hint} --help lists them`);
}

function given(values: Values, name: string): readonly string[] {
  const words = values.get(name);
  if (words !== undefined) return words;
  return (ownOptions.find((own) => own.name === name)?.value ?? "").split(" ");
}

function only(values: Values, name: string): string {
  const words = given(values, name);
  const [first] = words;
  if (first === undefined || words.length > 1) throw new OptionError(`${name} takes one value`);
  return first;
}

function word<Word extends string>(values: Values, name: string, allowed: readonly Word[]): Word {
  const text = only(values, name).toLowerCase();
  const found = allowed.find((one) => one === text);
  if (found !== undefined) return found;
  throw new OptionError(`${name} must be ${allowed.join(" or ")}, not "${text}"`);
}

const units: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1000,
  kb: 1024,
  m: 1e6,
  mb: 1024 ** 2,
  g: 1e9,
  gb: 1024 ** 3,
};

/** Bytes, in redis.conf's units: 1k is 1000, 1kb is 1024. */
function memory(values: Values, name: string): number {
  const text = only(values, name).toLowerCase();
  const [, digits = "", unit = ""] = /^(\d+)([a-z]*)$/.exec(text) ?? [];
  const factor = units[unit];
  if (digits !== "" && factor !== undefined) return Number(digits) * factor;
  throw new OptionError(`${name} must be a size such as 64mb, not "${text}"`);
}

function integer(values: Values, name: string, least: number, most: number): number {
  const text = only(values, name);
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new OptionError(`${name} must be a whole number from ${least} to ${most}, not "${text}"`);
}
