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

/** The port of a client's own kind, encrypted or not; a node without one is told by the other. */
export function portFor({ port, tlsPort }: NodePlace, isTls: boolean): number {
  return isTls ? tlsPort || port : port || tlsPort;
}
