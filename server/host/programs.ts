/** The engine's machines as programs for a host: which machine a name stands for, and how it is built anew. */
import type { AclFile } from "../../engine/access/aclFile.ts";
import type { User } from "../../engine/access/user.ts";
import type { Renaming } from "../../engine/commands/renamed.ts";
import { must } from "../../engine/assert.ts";
import type { ClusterLayout, NodeId } from "../../engine/contract.ts";
import { createMonitor, stepMonitor } from "../../engine/control/monitor.ts";
import type { DatabaseNode, Profile } from "../../engine/failover/databaseNode.ts";
import { createLogNode, stepLogNode } from "../../engine/log/logNode.ts";
import type { LogNode } from "../../engine/log/state.ts";
import { createNode, stepAll } from "../../engine/node.ts";
import type { InitialValues } from "../../engine/settings/settings.ts";
import type { Timing } from "../../engine/timing.ts";
import type { Tls } from "../tls/tls.ts";
import { type ClientHost, processFigures } from "./figures.ts";
import type { Ports } from "./layout.ts";
import type { Program } from "./machine.ts";
import { random } from "./random.ts";

/** Stamped on entries of the log; raised when an entry means something that older nodes do not know. */
const ENGINE_VERSION = 1;

export interface DatabaseProgram extends Program {
  readonly node: DatabaseNode;
}

export interface ProgramOptions {
  readonly profile: Profile;
  readonly layout: ClusterLayout;
  readonly timing: Timing;
  readonly isClusterMode: boolean;
  /** Every machine of the cluster is in this process. */
  readonly isWhole: boolean;
  readonly parameters: InitialValues;
  readonly users: ReadonlyMap<string, User>;
  readonly aclFile: AclFile | undefined;
  readonly renamings: readonly Renaming[];
  /** "" if the server was started without one. */
  readonly configFile: string;
  /** On which ports a database node here listens. */
  readonly portsOf: (node: NodeId) => Ports;
  readonly tls: Tls;
}

export function databaseProgram(
  nodeId: NodeId,
  options: ProgramOptions,
  incarnation: number,
  clients: ClientHost,
): DatabaseProgram {
  const {
    layout,
    timing,
    profile,
    isClusterMode,
    parameters,
    configFile,
    isWhole,
    users,
    aclFile,
    renamings,
    tls,
  } = options;
  const address = must(
    layout.databaseNodes.find((one) => one.nodeId === nodeId),
    nodeId,
  );
  const { zone, shard } = address;
  const { port, tlsPort } = options.portsOf(nodeId);
  const engineVersion = ENGINE_VERSION;
  const place = { nodeId, zone, shard, layout };
  const config = {
    ...place,
    incarnation,
    engineVersion,
    timing,
    profile,
    isClusterMode,
    isAlone: isWhole && layout.databaseNodes.filter((one) => one.shard === shard).length === 1,
    parameters: new Map([...parameters, ["port", [String(port)]], ["tls-port", [String(tlsPort)]]]),
    users,
    renamings,
    ...(aclFile === undefined ? {} : { aclFile }),
  };
  const node = createNode(config, random, processFigures(configFile, clients, tls));
  return {
    node,
    step: (now, inputs, effects) => stepAll(node, now, inputs, effects),
    isAtRest: () => isDatabaseAtRest(node, isWhole),
    isSubscriber: (clientId) => node.connections.get(clientId)?.session.isSubscriber ?? false,
    isOpen: () => node.executor.users.isOpen,
  };
}

export interface LogProgram extends Program {
  readonly node: LogNode;
}

export function logProgram(
  nodeId: NodeId,
  { layout, timing, isWhole }: ProgramOptions,
): LogProgram {
  const { zone } = must(
    layout.logNodes.find((one) => one.nodeId === nodeId),
    nodeId,
  );
  const isOnly = layout.logNodes.length === 1;
  const node = createLogNode({ nodeId, zone, layout, timing }, random);
  return {
    node,
    step: (now, inputs, effects) => {
      for (const input of inputs) stepLogNode(node, now, input, effects);
    },
    // With every zone in this process, or without a copy, the log has nowhere to go.
    isAtRest: () => isWhole || isOnly || node.replicas.every(({ role }) => role !== "leader"),
  };
}

export function monitorProgram(nodeId: NodeId, { layout, timing }: ProgramOptions): Program {
  const monitor = createMonitor({ nodeId, layout, timing }, random);
  return {
    step: (now, inputs, effects) => {
      for (const input of inputs) stepMonitor(monitor, now, input, effects);
    },
    isAtRest: () => true,
  };
}

/** It has answered what waited for the log and leads no more; and if others can lead its shard, one of them does. */
function isDatabaseAtRest(
  { role, connections, executor, topology, config }: DatabaseNode,
  isWhole: boolean,
): boolean {
  if (executor.isCronPaused) return false;
  if (role === "primary" || role === "handover" || connections.parkedReplies > 0) return false;
  const { databaseNodes } = config.layout;
  const hasOthers = databaseNodes.some(
    ({ shard, zone }) => shard === config.shard && zone !== config.zone,
  );
  if (isWhole || !hasOthers || role === "lapsed" || role === "recovering") return true;
  return topology.leaderOf(config.shard) !== undefined;
}
