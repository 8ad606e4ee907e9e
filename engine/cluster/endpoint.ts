/**
 * How clients are told to reach a node. Names are announced by configuration: all nodes of a cluster are given the same.
 * @see https://redis.io/docs/latest/operate/oss_and_stack/management/config-file/ (cluster-preferred-endpoint-type)
 */
import type { Settings } from "../settings/settings.ts";

/** By address, by the announced name ("?" without one), or by whatever the client used already (undefined). */
export function endpointOf(settings: Settings, host: string): string | undefined {
  switch (settings.get("cluster-preferred-endpoint-type")) {
    case "hostname":
      return settings.get("cluster-announce-hostname") || "?";
    case "unknown-endpoint":
      return undefined;
    default:
      return host;
  }
}
