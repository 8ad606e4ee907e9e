/** The word "tls" on the command line: every port speaks TLS, with certificates for development. */
import { join } from "node:path";
import { defaultPort, type Settings } from "../options/settings.ts";
import { zones } from "../host/layout.ts";
import { certificatesOf, usualDays } from "./certificateFolder.ts";

/**
 * The settings with what "tls" stands for: a parameter that was given stays as it is. Ports that were meant for plain connections become
 * TLS ports, unless tls-port says otherwise. Makes the certificates if they are not there; throws a FolderError if they cannot be used.
 */
export function withDevelopmentTls(settings: Settings): Settings {
  const { developmentTls, dir, port, tlsPort, zone, parameters } = settings;
  if (developmentTls === undefined) return settings;
  const folder = developmentTls === "" ? join(dir, "tls") : developmentTls;
  const hostname = parameters.get("cluster-announce-hostname")?.[0] ?? "";
  const announced = parameters.get("cluster-announce-ip")?.[0] ?? "";
  const hosts = [settings.announcedHost, hostname, announced].filter((host) => host !== "");
  const paths = certificatesOf(folder, { hosts, days: usualDays });
  const usualPort = port ?? defaultPort + (zone === undefined ? 0 : zones.indexOf(zone));
  const ports = tlsPort > 0 ? { port: port ?? 0, tlsPort } : { port: 0, tlsPort: usualPort };
  return {
    ...settings,
    ...ports,
    parameters: new Map([
      ["tls-cert-file", [paths.server]],
      ["tls-key-file", [paths.serverKey]],
      ["tls-ca-cert-file", [paths.authority]],
      ["tls-auth-clients", ["optional"]],
      ["tls-cluster", ["yes"]],
      ...parameters,
      ["tls-port", [String(ports.tlsPort)]],
    ]),
  };
}
