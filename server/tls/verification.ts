/** What a certificate of the other side must be. Node decides by itself only for its own kind of server. */
import type { TLSSocket } from "node:tls";
import { purposes } from "./certificate.ts";

interface Internals {
  readonly _handle: { verifyError(): NodeJS.ErrnoException | null } | null;
}

/** Why the other side of an accepted connection is not let in; undefined if it is. */
export function whyNotVerified(
  socket: TLSSocket,
  authClients: "no" | "yes" | "optional",
): string | undefined {
  if (authClients === "no") return undefined;
  const hasCertificate = socket.getPeerX509Certificate() !== undefined;
  if (!hasCertificate) return authClients === "yes" ? "it shows none" : undefined;
  const { _handle } = socket as unknown as Internals;
  return _handle?.verifyError()?.message;
}

/**
 * Why the other side is no node of the cluster. A certificate that only lets connect is a client's: it does not make a zone, though the
 * same authority has signed it. One that says nothing of its purpose may be used for any.
 */
export function whyNoZone(socket: TLSSocket): string | undefined {
  const usage = socket.getPeerX509Certificate()?.keyUsage;
  if (usage === undefined || usage.includes(purposes.serve)) return undefined;
  return "its certificate is a client's: a zone's must be for TLS servers too";
}
