/** Opens a port on an address as redis.conf writes it. */
import type { Server } from "node:net";

/** What Node asks for by itself. */
const SYSTEM_BACKLOG = 511;

/** Errors that say that this computer has no such address. */
const notHere: ReadonlySet<string | undefined> = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT"]);

/**
 * "-" before an address: if this computer has it; "*": everywhere, "::*" in IPv6. Resolves to whether the port is open; rejects with the system's
 * error.
 */
export function listenOn(
  server: Server,
  port: number,
  address: string,
  backlog: number = SYSTEM_BACKLOG,
): Promise<boolean> {
  const isOptional = address.startsWith("-");
  const host = isOptional ? address.slice(1) : address;
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      if (isOptional && notHere.has(error.code)) resolve(false);
      else reject(error);
    };
    server.once("error", onError);
    server.listen({ port, backlog, ...placeOf(host) }, () => {
      server.off("error", onError);
      resolve(true);
    });
  });
}

/** Everywhere is both protocols apart, so that each may be left out. */
function placeOf(host: string): { readonly host: string; readonly ipv6Only?: boolean } {
  if (host === "*") return { host: "0.0.0.0" };
  return host === "::*" ? { host: "::", ipv6Only: true } : { host };
}
