/** The parameter `timeout`: clients that have said nothing for longer are closed. */
import type { Now } from "../contract.ts";
import type { Connection } from "./connections.ts";
import type { DatabaseNode } from "./databaseNode.ts";

const lookEveryUs = 1_000_000;

/** Looks once a second, as Redis does. Who waits for a key, for the log or for messages is not idle. */
export function closeIdleClients(node: DatabaseNode, now: Now): void {
  if (now.monotonicUs < node.idleLookUs) return;
  node.idleLookUs = now.monotonicUs + lookEveryUs;
  const latestUnixUs = node.shardUnixUs - node.executor.settings.number("timeout") * 1e6;
  node.connections.forEach((connection) => {
    if (connection.heardUnixUs < latestUnixUs && isIdle(connection)) {
      node.connections.close(connection);
    }
  });
}

function isIdle({ session, head, parked, isWaiting, isLate }: Connection): boolean {
  const expects = session.isBlocked || session.isSubscriber || session.isMonitor;
  return !expects && !isWaiting && !isLate && head === parked.length;
}
