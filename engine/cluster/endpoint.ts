/**
 * How clients are told to reach a node.
 * @see https://redis.io/docs/latest/operate/oss_and_stack/management/config-file/ (cluster-preferred-endpoint-type)
 */
import type { Settings } from "../settings/settings.ts";

/** What there is to tell of a node's place; ports that it does not have are 0. */
export interface NodePlace {
  readonly nodeId: string;
  readonly host: string;
  readonly hostname: string;
  readonly port: number;
  readonly tlsPort: number;
  readonly busPort: number;
}

/** By address, by the announced name ("?" without one), or by whatever the client used already (undefined). */
export function endpointOf(settings: Settings, node: NodePlace, self: string): string | undefined {
  switch (settings.get("cluster-preferred-endpoint-type")) {
    case "hostname":
      return hostnameOf(settings, node, self) || "?";
    case "unknown-endpoint":
      return undefined;
    default:
      return node.host;
  }
}

/** The announced name, "" without one. A node knows its own name best: CONFIG SET changes it. */
export function hostnameOf(settings: Settings, node: NodePlace, self: string): string {
  return node.nodeId === self ? settings.get("cluster-announce-hostname") : node.hostname;
}

/** Redis's bus, by default, is so far from the port of clients. */
const BUS_PORT_DISTANCE = 10_000;

/** What CLUSTER NODES tells behind "@": a node that has none is told by the usual one. */
export function busPortOf(node: NodePlace): number {
  return node.busPort || portFor(node, false) + BUS_PORT_DISTANCE;
}

/** The port of a client's own kind, encrypted or not; a node without one is told by the other. */
export function portFor({ port, tlsPort }: NodePlace, isTls: boolean): number {
  return isTls ? tlsPort || port : port || tlsPort;
}
