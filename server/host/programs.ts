/** The engine's machines as programs for a host: which machine a name stands for, and how it is built anew. */
import { must } from "../../engine/assert.ts";
import type { ClusterLayout, NodeId, Random } from "../../engine/contract.ts";
import { createMonitor, stepMonitor } from "../../engine/control/monitor.ts";
import type { DatabaseNode } from "../../engine/failover/databaseNode.ts";
import { createLogNode, stepLogNode } from "../../engine/log/logNode.ts";
import { createNode, stepAll } from "../../engine/node.ts";
import type { InitialValues } from "../../engine/settings/settings.ts";
import type { Timing } from "../../engine/timing.ts";
import { type ClientHost, processFigures } from "./figures.ts";
import type { Program } from "./machine.ts";

/** Stamped on entries of the log; raised when an entry means something that older nodes do not know. */
const ENGINE_VERSION = 1;

export interface DatabaseProgram extends Program {
  readonly node: DatabaseNode;
}

export interface ProgramOptions {
  readonly layout: ClusterLayout;
  readonly timing: Timing;
  readonly isClusterMode: boolean;
  /** Every machine of the cluster is in this process. */
  readonly isWhole: boolean;
  readonly parameters: InitialValues;
  /** "" if the server was started without one. */
  readonly configFile: string;
}

export function databaseProgram(
  nodeId: NodeId,
  { layout, timing, isClusterMode, parameters, configFile, isWhole }: ProgramOptions,
  incarnation: number,
  clients: ClientHost,
): DatabaseProgram {
  const address = must(
    layout.databaseNodes.find((one) => one.nodeId === nodeId),
    nodeId,
  );
  const { zone, shard, port } = address;
  const engineVersion = ENGINE_VERSION;
  const place = { nodeId, zone, shard, layout };
  const config = {
    ...place,
    incarnation,
    engineVersion,
    timing,
    isClusterMode,
    isAlone: isWhole && layout.databaseNodes.filter((one) => one.shard === shard).length === 1,
    parameters: new Map([...parameters, ["port", [String(port)]]]),
  };
  const node = createNode(config, random, processFigures(configFile, clients));
  return {
    node,
    step: (now, inputs, effects) => stepAll(node, now, inputs, effects),
    isSubscriber: (clientId) => node.connections.get(clientId)?.session.isSubscriber ?? false,
  };
}

export function logProgram(nodeId: NodeId, { layout, timing }: ProgramOptions): Program {
  const { zone } = must(
    layout.logNodes.find((one) => one.nodeId === nodeId),
    nodeId,
  );
  const node = createLogNode({ nodeId, zone, layout, timing }, random);
  return {
    step: (now, inputs, effects) => {
      for (const input of inputs) stepLogNode(node, now, input, effects);
    },
  };
}

export function monitorProgram(nodeId: NodeId, { layout, timing }: ProgramOptions): Program {
  const monitor = createMonitor({ nodeId, layout, timing }, random);
  return {
    step: (now, inputs, effects) => {
      for (const input of inputs) stepMonitor(monitor, now, input, effects);
    },
  };
}

const random: Random = () => Math.random();
