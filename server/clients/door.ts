/** Who is let in: how many clients, and from where. */
import type { Socket } from "node:net";
import type { ClientLimits } from "./limits.ts";

/** What clients look for is the first word; the first sentence is Redis's own. */
const DENIED =
  "-DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user. " +
  "Only clients on this computer are let in: have users with passwords (acl=FILE, or requirepass in profile=redis), or start the server with " +
  "protected-mode=no if nobody else can reach this port.\r\n";

/** The reply that sends a new connection away; undefined if it may come in. `isOpen`: clients need no password. */
export function refusalOf(
  socket: Socket,
  limits: ClientLimits,
  connected: number,
  isClusterMode: boolean,
  isOpen: boolean,
): string | undefined {
  if (connected >= limits.mostClients) {
    const what = isClusterMode ? "clients + cluster connections" : "clients";
    return `-ERR max number of ${what} reached\r\n`;
  }
  return limits.isProtected && isOpen && !isLocal(socket.remoteAddress) ? DENIED : undefined;
}

/** Undefined is a Unix socket. */
function isLocal(address: string | undefined): boolean {
  return address === undefined || /^(::ffff:)?127\.0\.0\.1$|^::1$/.test(address);
}
