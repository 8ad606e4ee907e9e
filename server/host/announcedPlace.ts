/** What clients are told to connect to: parameters that say so, else where the server listens. */
import type { Settings as Parameters } from "../../engine/settings/settings.ts";
import type { Place, Ports } from "./layout.ts";

/** Of the first node here; `host`, `ports` and `busPort` are its own. */
export function announcedPlace(
  host: string,
  ports: Ports,
  busPort: number,
  parameters: Parameters,
): Place {
  return {
    host: parameters.get("cluster-announce-ip") || host,
    hostname: parameters.get("cluster-announce-hostname"),
    port: parameters.number("cluster-announce-port") || ports.port,
    tlsPort: parameters.number("cluster-announce-tls-port") || ports.tlsPort,
    busPort: parameters.number("cluster-announce-bus-port") || busPort,
  };
}

/** What clients check a certificate against: whichever of its names they are told. */
export function checkedHost({ host, hostname }: Place, parameters: Parameters): string {
  const isByName = parameters.get("cluster-preferred-endpoint-type") === "hostname";
  return isByName ? hostname : host;
}
