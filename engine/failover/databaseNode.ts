/** The state of one database node: what node.ts routes to and the role files act on. */
import type { RewriteOrder } from "../settings/rewrite.ts";
import type { AclFile } from "../access/aclFile.ts";
import type { User } from "../access/user.ts";
import { assert } from "../assert.ts";
import { latin1Bytes } from "../bytes/latin1.ts";
import { sha256 } from "../bytes/sha256.ts";
import { ByteWriter } from "../bytes/writer.ts";
import { type Dispatch, MessageBus } from "../cluster/messageBus.ts";
import { Topology } from "../cluster/topology.ts";
import { Executor } from "../commands/execute.ts";
import type { ServerFacts } from "../commands/serverFacts.ts";
import type { Session } from "../commands/session.ts";
import { type Renaming, renamedTable } from "../commands/renamed.ts";
import type { CommandTable } from "../commands/spec.ts";
import { commandTable, memoryDbTable } from "../commands/table.ts";
import type { ClusterLayout, HostFigures, NodeId, Random, ShutdownOrder } from "../contract.ts";
import type { DatabaseRole } from "../control/messages.ts";
import { Databases } from "../keyspace/databases.ts";
import { LogAppender } from "../log/client/appender.ts";
import { LogFollower } from "../log/client/follower.ts";
import type { LogClientConfig } from "../log/client/leaderSearch.ts";
import { TailReader } from "../log/client/tailReader.ts";
import { type EntryId, genesisId } from "../log/entry.ts";
import type { InitialValues } from "../settings/settings.ts";
import { KeyedHash } from "../structures/keyedHash.ts";
import type { Timing } from "../timing.ts";
import { Assembler } from "./assembler.ts";
import { Backoff } from "./backoff.ts";
import { BlockedClients } from "./blockedClients.ts";
import { ClientBuffers } from "./clientBuffers.ts";
import { type Connection, Connections } from "./connections.ts";
import type { Fork } from "./forks.ts";
import { Lease } from "./lease.ts";
import { Pause } from "./pause.ts";
import type { RunningScript } from "./runScript.ts";
import { Tracker } from "./tracker.ts";

export type Profile = "redis" | "memorydb";

export interface NodeConfig {
  readonly nodeId: NodeId;
  readonly zone: string;
  readonly shard: number;
  readonly layout: ClusterLayout;
  /** Given by the host; never repeats in the cluster, restarts included. At least 1. */
  readonly incarnation: number;
  /** Stamped on entries; a replica stops at entries of a newer one. */
  readonly engineVersion: number;
  readonly timing: Timing;
  /** False: one shard that speaks to clients like a Redis without cluster mode, with numbered databases and no redirects. */
  readonly isClusterMode: boolean;
  /**
   * True if this node is its shard's only one, in one process with every copy of the log: nobody else can ever lead, so that it may
   * go on with reads after its lease has ended (decision 9).
   */
  readonly isAlone: boolean;
  /** What clients find: all of Redis, or what Amazon MemoryDB leaves them. Redis if it is not said. */
  readonly profile?: Profile;
  /** Commands that clients find under other names, checked by the host. */
  readonly renamings?: readonly Renaming[];
  /** Values of configuration parameters that differ from Redis's, checked by the host. */
  readonly parameters?: InitialValues;
  /** Users of the configuration, by name. */
  readonly users?: ReadonlyMap<string, User>;
  /** The file of the parameter aclfile. */
  readonly aclFile?: AclFile;
}

export interface DatabaseNode {
  readonly config: NodeConfig;
  readonly random: Random;
  readonly writer: ByteWriter;

  /** "lapsed" and "handover" are a primary that may not serve; "candidate" is a replica whose leadership entry is under way. */
  role: DatabaseRole;
  /** Of the newest leadership entry known to be committed. */
  epoch: number;

  // Memory: the fold of the log up to `appliedPosition`, which on a primary may lie beyond what is committed.
  readonly databases: Databases;
  readonly executor: Executor;
  readonly assembler: Assembler;
  appliedPosition: number;
  appliedId: EntryId;
  /** Running checksum of the log up to `appliedPosition`. */
  chain: number;
  committedPosition: number;
  /** When the newest entry was written that this node has read from the log, 0 if none was. */
  readUnixMs: number;
  /** Of the newest record that changed users, if this node wrote it; replies wait for it. */
  usersPosition: number;
  /** Up to which the other shards were told of them. */
  usersToldPosition: number;
  /** The shard's time: max(wall clock, newest entry), never back (PROTOCOL rule 21). Unix microseconds. */
  shardUnixUs: number;
  /** Wall clock at the first step. */
  startedUnixUs: number;
  /** Engine version of the entry that this node must not read; 0 if there is none. */
  refusedVersion: number;

  // The log.
  readonly appender: LogAppender;
  /** This step was given several inputs at once: its records share entries. */
  sharesEntries: boolean;
  /** Records of this step that share one entry, which is not made yet. */
  readonly records: ByteWriter;
  readonly follower: LogFollower;
  readonly tailReader: TailReader;
  /** Position to be applied before anything is served, -1 while it is not known (PROTOCOL rule 17). */
  recoveryTail: number;

  // Leadership.
  readonly lease: Lease;
  readonly backoff: Backoff;
  /** Where the own leadership entry stands that is under way, 0 if none. */
  candidacyPosition: number;
  candidacyEpoch: number;
  /** A lost election showed that the log goes on up to here: no standing before that is applied. */
  standBeyond: number;
  /** The newest release entry, and when this node stands if that is still the tail. */
  releasePosition: number;
  standAfterReleaseUs: number;
  /** The newest hint of a leader that handed over; nothing but a hint (PROTOCOL rule 16). */
  hintEpoch: number;
  hintPosition: number;
  readonly handover: Handover;
  /** Position of the newest checksum entry written by this node. */
  checksumPosition: number;

  /** Messages of clients for the other nodes. */
  readonly bus: MessageBus;
  /** Notices of the shard's primary that tell of changes not applied yet, in order. */
  readonly earlyNotices: Dispatch[];

  // Clients.
  readonly connections: Connections;
  readonly clientBuffers: ClientBuffers;
  /** Those that have sent something in this step and are not served yet. */
  readonly heard: Connection[];
  /** Those whose password must wait (access/loginBrake.ts). */
  readonly slowedLogins: Connection[];
  readonly tracker: Tracker;
  readonly pause: Pause;
  /** The script or function that has paused and goes on in the next step. */
  script: RunningScript | undefined;
  /** When the leader that was lost is asked again whether it leads. Monotonic microseconds. */
  leaderAskDueUs: number;
  /** Scripts that are debugged on a copy of the data. */
  readonly forks: Fork[];
  /** Until then, requests that have no primary to go to wait instead of being refused. Monotonic microseconds. */
  holdUntilUs: number;
  writesAreStalled: boolean;

  // Expiry: the deadline that the alarm was computed for, and the alarm.
  expiryForUnixMs: number;
  expiryDueUs: number;
  /** When eviction goes on that a bounded piece has not ended. Monotonic microseconds. */
  evictionDueUs: number;
  /** When more of the keys are forgotten that clients track. Monotonic microseconds. */
  trackingDueUs: number;
  /** When it is looked for clients that have been idle for too long; Infinity: never. Monotonic microseconds. */
  idleLookUs: number;
  /** The host will end this node soon: it leads no more. */
  isRetiring: boolean;
  /** Until then no client is answered (DEBUG SLEEP). Monotonic microseconds. */
  sleepUntilUs: number;

  /** Before then the log's leader is not asked again to come near. */
  logLeaderAskDueUs: number;
  logLeaderPauseUs: number;

  readonly topology: Topology;
  gossipDueUs: number;
  /** The alarm that the host was last asked for. */
  alarmUs: number;
  /** Peer messages that were damaged or unknown. */
  messagesDropped: number;
  readonly asked: Asked;
}

/** What clients asked for in this step, which begins at its end. */
interface Asked {
  shutdown: ShutdownOrder | undefined;
  /** Clients that have asked for it, and wait for the end. */
  readonly stoppers: Session[];
  /** The file of the configuration shall hold the present values. */
  rewrite: RewriteOrder | undefined;
  /** Who shall hand over (this node, or the shard's primary that it knows), and to whom. */
  handover: { readonly from: NodeId; readonly to: NodeId } | undefined;
}

/** A planned hand-over, while the role is "handover". */
interface Handover {
  /** Replica that shall lead, "" for any. */
  target: NodeId;
  /** Position of the release entry, 0 while the node drains. */
  releasePosition: number;
  /** A drain that lasts longer is given up. */
  giveUpUs: number;
}

function configure({ messages, settings, users }: Executor, config: NodeConfig): void {
  const { layout, nodeId, parameters, shard } = config;
  if (parameters !== undefined) settings.load(parameters);
  users.shard = shard;
  users.isManaged = config.profile === "memorydb";
  users.configure(config.users ?? new Map(), settings.get("requirepass"));
  messages.hasReplicas = layout.databaseNodes.some(
    (one) => one.shard === shard && one.nodeId !== nodeId,
  );
}

/** Its key is of 64 bits that the cluster's id determines: drawn when the cluster was made, and told to no client. */
function hashOf({ clusterId }: ClusterLayout): KeyedHash {
  const digest = new DataView(sha256(latin1Bytes(`hash ${clusterId}`)).buffer);
  return new KeyedHash(digest.getInt32(0), digest.getInt32(4));
}

function logClientOf({ layout, shard, timing, zone }: NodeConfig, random: Random): LogClientConfig {
  return { shard, zone, logNodes: layout.logNodes, timing, random };
}

function commandsOf({ profile, renamings = [] }: NodeConfig): CommandTable {
  const table = renamedTable(profile === "memorydb" ? memoryDbTable : commandTable, renamings);
  assert(typeof table !== "string", "commands that can be renamed");
  return table;
}

/** A node before its first step: it knows its configuration and nothing else. */
// oxlint-disable-next-line max-lines-per-function -- a list, a field an entry
export function databaseNode(
  config: NodeConfig,
  random: Random,
  figures: HostFigures | undefined,
  factsOf: (node: () => DatabaseNode) => ServerFacts,
): DatabaseNode {
  const databases = new Databases(hashOf(config.layout));
  const executor = new Executor(
    databases,
    factsOf(() => node),
    random,
    figures,
    commandsOf(config),
  );
  const logClient = logClientOf(config, random);
  const clientBuffers = new ClientBuffers(executor.meter.figures, executor.settings);
  const node: DatabaseNode = {
    config,
    random,
    writer: new ByteWriter(),
    role: "recovering",
    epoch: 0,
    databases,
    executor,
    assembler: new Assembler(),
    appliedPosition: 0,
    appliedId: genesisId,
    chain: 0,
    committedPosition: 0,
    readUnixMs: 0,
    usersPosition: 0,
    usersToldPosition: 0,
    shardUnixUs: 0,
    startedUnixUs: 0,
    refusedVersion: 0,
    sharesEntries: false,
    records: new ByteWriter(),
    appender: new LogAppender(logClient, config.incarnation, config.engineVersion),
    follower: new LogFollower(logClient),
    tailReader: new TailReader(logClient),
    recoveryTail: -1,
    lease: new Lease(config.timing),
    backoff: new Backoff(config.timing, random),
    candidacyPosition: 0,
    candidacyEpoch: 0,
    standBeyond: 0,
    releasePosition: 0,
    standAfterReleaseUs: Infinity,
    hintEpoch: 0,
    hintPosition: 0,
    handover: { target: "", releasePosition: 0, giveUpUs: Infinity },
    checksumPosition: 0,
    bus: new MessageBus(),
    earlyNotices: [],
    connections: new Connections(
      (session) => executor.forget(session),
      new BlockedClients(databases.ready),
      clientBuffers,
    ),
    clientBuffers,
    heard: [],
    slowedLogins: [],
    tracker: new Tracker(),
    pause: new Pause(),
    script: undefined,
    leaderAskDueUs: -Infinity,
    forks: [],
    holdUntilUs: -Infinity,
    writesAreStalled: false,
    expiryForUnixMs: Infinity,
    expiryDueUs: Infinity,
    evictionDueUs: Infinity,
    trackingDueUs: Infinity,
    idleLookUs: Infinity,
    isRetiring: false,
    sleepUntilUs: -Infinity,
    logLeaderAskDueUs: -Infinity,
    logLeaderPauseUs: 0,
    topology: new Topology(config.layout),
    gossipDueUs: Infinity,
    alarmUs: Infinity,
    messagesDropped: 0,
    asked: { shutdown: undefined, stoppers: [], rewrite: undefined, handover: undefined },
  };
  // Who is the default user decides on connections, so the node must be there.
  configure(executor, config);
  executor.settings.follow("timeout", (text) => {
    node.idleLookUs = text === "0" ? Infinity : -Infinity;
  });
  return node;
}
