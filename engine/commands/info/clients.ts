/** INFO's section on clients. */
import type { CommandContext } from "../context.ts";

export function clientLines(context: CommandContext): string[] {
  let connected = 0;
  let blocked = 0;
  let encrypted = 0;
  let largestInput = 0;
  let largestOutput = 0;
  const { figures } = context.meter;
  for (const session of context.server.sessions) {
    connected++;
    if (session.isBlocked) blocked++;
    if (session.isTls) encrypted++;
    largestInput = Math.max(largestInput, session.decoder.bufferedBytes);
    const { unsentBytes } = figures.connection(session.clientId);
    largestOutput = Math.max(largestOutput, unsentBytes + context.server.parkedBytesOf(session));
  }
  return [
    `connected_clients:${connected}`,
    "cluster_connections:0",
    `maxclients:${context.settings.get("maxclients")}`,
    `client_recent_max_input_buffer:${largestInput}`,
    `client_recent_max_output_buffer:${largestOutput}`,
    `blocked_clients:${blocked}`,
    `tracking_clients:${context.tracking.clientCount}`,
    "clients_in_timeout_table:0",
    `tls_clients:${encrypted}`,
  ];
}
