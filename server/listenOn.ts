/** Opens a port on an address as redis.conf writes it. */
import net, { isIP, type Server } from "node:net";
import { getSystemErrorName } from "node:util";
import { sentenceOf } from "./systemError.ts";
import type { ConnectionHandle } from "./tls/acceptedSocket.ts";

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

/** What `net.Server` listens with. */
export interface AcceptingHandle {
  onconnection: (error: number, handle: ConnectionHandle | undefined) => void;
  /** 0, or the system's error as a negative number. */
  listen(backlog: number): number;
  close(): void;
}

interface NetInternals {
  /** A handle bound to an address, or the system's error as a negative number. */
  _createServerHandle(
    address: string,
    port: number,
    family: number,
    descriptor: number | undefined,
    flags: number,
  ): AcceptingHandle | number;
}

const IPV6_ONLY = 1;

/**
 * The same before it returns, which `net.Server` cannot. Undefined: this computer lacks an address that may be missing; a sentence: why the
 * port is not open.
 */
export function listenAtOnce(
  port: number,
  address: string,
  backlog: number,
): AcceptingHandle | string | undefined {
  const isOptional = address.startsWith("-");
  const { host, ipv6Only } = placeOf(isOptional ? address.slice(1) : address);
  const family = isIP(host);
  if (family === 0) return `${host} is no address in digits, as a server that runs needs it`;
  const internals = net as unknown as NetInternals;
  const flags = ipv6Only === true ? IPV6_ONLY : 0;
  const handle = internals._createServerHandle(host, port, family, undefined, flags);
  const error = typeof handle === "number" ? handle : handle.listen(backlog);
  if (error === 0 && typeof handle !== "number") return handle;
  if (typeof handle !== "number") handle.close();
  const code = getSystemErrorName(error);
  if (isOptional && notHere.has(code)) return undefined;
  return sentenceOf({
    code,
    syscall: "listen",
    address: host,
    port,
    message: `Failed listening on port ${port}: ${code}`,
  });
}
