/**
 * maxmemory-clients: while all connections together take more, those that take most are closed, save whom CLIENT NO-EVICT spares. What
 * they were owed is lost with them, and whether their last writes count they must find out by asking again. It is looked when what a step
 * says has been sent, so that a client which breaks its output limit is cut off for that, and costs no other its connection.
 */
import { clientBytes } from "../commands/clientMemory.ts";
import type { Effects } from "../contract.ts";
import type { Connection } from "./connections.ts";
import type { DatabaseNode } from "./databaseNode.ts";

/** True if somebody is to be closed. */
export function evictClients(node: DatabaseNode, effects: Effects): boolean {
  const { connections, executor } = node;
  const limitBytes = executor.mostClientsBytes;
  if (limitBytes === 0) return false;
  const { switchboard } = executor;
  const { figures } = executor.meter;
  const sizes: { readonly connection: Connection; readonly bytes: number }[] = [];
  let totalBytes = 0;
  connections.forEach((connection) => {
    const { isClosing, parkedBytes, session } = connection;
    if (isClosing) return;
    const bytes = clientBytes({ figures, switchboard }, session, parkedBytes);
    totalBytes += bytes;
    if (!session.isNoEvict) sizes.push({ connection, bytes });
  });
  if (totalBytes < limitBytes) return false;
  // Equal ones in the order in which they came.
  sizes.sort((left, right) => right.bytes - left.bytes);
  for (const { connection, bytes } of sizes) {
    if (totalBytes < limitBytes) break;
    effects.mark("client evicted for its memory");
    connections.giveUp(connection);
    executor.statistics.evictedClients += 1;
    totalBytes -= bytes;
  }
  return true;
}
