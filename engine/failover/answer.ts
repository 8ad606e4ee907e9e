/** The answer to a request goes to its connection. */
import type { Execution } from "../commands/execution.ts";
import type { Connection } from "./connections.ts";
import type { DatabaseNode } from "./databaseNode.ts";

/** Behind `position`: the client hears it when that is committed. Closes the connection if the request, or what it costs, asks for it. */
export function answer(
  node: DatabaseNode,
  connection: Connection,
  execution: Execution,
  position: number,
): void {
  if (!connection.isOpen) return;
  node.connections.answer(connection, execution.replyPiece, position);
  if (execution.close || isWasteful(connection, execution.replyPiece.length)) {
    node.connections.close(connection);
  }
}

/** What a client may be answered that never gives the password: it may not even read it. */
const mostUntrustedBytes: number = 1 << 20;

function isWasteful(connection: Connection, replyBytes: number): boolean {
  if (connection.session.isAuthenticated) return false;
  connection.untrustedBytes += replyBytes;
  return connection.untrustedBytes > mostUntrustedBytes;
}
