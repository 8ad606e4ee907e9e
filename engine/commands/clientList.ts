/** CLIENT LIST and CLIENT INFO: the connections of this node in Redis's words. */
import { portFor } from "../cluster/endpoint.ts";
import { errors } from "../resp/replies.ts";
import { parseInteger } from "../structures/integerText.ts";
import { clientBytes } from "./clientMemory.ts";
import type { CommandContext } from "./context.ts";
import type { NodeFacts } from "./serverFacts.ts";
import type { Session } from "./session.ts";

/** What CLIENT LIST and CLIENT KILL tell apart. Nodes follow each other through the log: none is another's client. */
export type ClientType = "normal" | "master" | "replica" | "pubsub";

/** A client that watches by MONITOR counts as any other. */
export function typeOfClient(session: Session): ClientType {
  return session.isSubscriber ? "pubsub" : "normal";
}

/** The type of that name; undefined if there is none, which was answered. */
export function clientTypeNamed(context: CommandContext, word: string): ClientType | undefined {
  switch (word.toLowerCase()) {
    case "normal":
      return "normal";
    case "master":
      return "master";
    case "replica":
    case "slave":
      return "replica";
    case "pubsub":
      return "pubsub";
    default:
      context.failQuoting("ERR Unknown client type '", word, "'");
      return undefined;
  }
}

/**
 * CLIENT INFO
 * Replies: one line of name=value. Record: none.
 * @see https://redis.io/docs/latest/commands/client-info/
 */
export function clientInfo(context: CommandContext, argv: readonly string[]): void {
  context.reply.verbatim("txt", describeClient(context, argv, context.session));
}

/**
 * CLIENT LIST [TYPE normal|master|replica|pubsub] [ID client-id [client-id …]]
 * Replies: one line of name=value a connection; -ERR Unknown client type, -ERR Invalid client ID, -ERR syntax error. Record: none.
 * @see https://redis.io/docs/latest/commands/client-list/
 */
export function clientList(context: CommandContext, argv: readonly string[]): void {
  const option = argv[2]?.toUpperCase();
  if (option === "ID" && argv.length > 3) return listIds(context, argv);
  let type: ClientType | undefined;
  if (option === "TYPE" && argv.length === 4) {
    type = clientTypeNamed(context, argv[3] ?? "");
    if (type === undefined) return;
  } else if (option !== undefined) {
    return context.fail(errors.syntax);
  }
  let text = "";
  for (const session of context.server.sessions) {
    if (type === undefined || type === typeOfClient(session)) {
      text += describeClient(context, argv, session);
    }
  }
  context.reply.verbatim("txt", text);
}

/** In the order asked for, and as often; unknown numbers are left out. */
function listIds(context: CommandContext, argv: readonly string[]): void {
  const byId = new Map<number, Session>();
  for (const session of context.server.sessions) byId.set(session.clientId, session);
  let text = "";
  for (let index = 3; index < argv.length; index++) {
    const id = parseInteger(argv[index] ?? "");
    if (id === undefined) return context.fail("ERR Invalid client ID");
    const session = byId.get(id);
    if (session !== undefined) text += describeClient(context, argv, session);
  }
  context.reply.verbatim("txt", text);
}

const FIRST_BUFFER_BYTES: number = 16 << 10;

/**
 * One line. Output is what waits for the log and what the client has not taken: the first 16 KiB are Redis's fixed buffer (obl), the rest
 * its list of blocks of that size (oll, omem).
 */
export function describeClient(
  context: CommandContext,
  argv: readonly string[],
  session: Session,
): string {
  const { server, switchboard, unixUs } = context;
  const isSelf = session === context.session;
  const { decoder, replyBuffer } = session;
  replyBuffer.advance(context.unixMs, context.switches.replyBuffer);
  const connection = context.meter.figures.connection(session.clientId);
  const outputBytes = connection.unsentBytes + server.parkedBytesOf(session);
  const listedBytes = Math.max(0, outputBytes - FIRST_BUFFER_BYTES);
  const queryBytes = isSelf ? decoder.pieceBytes : decoder.bufferedBytes;
  const argvBytes = isSelf ? lengthOf(argv) : 0;
  const { figures } = context.meter;
  const heldBytes = clientBytes({ figures, switchboard }, session, server.parkedBytesOf(session));
  const totalBytes = heldBytes + Math.max(0, queryBytes - decoder.roomBytes) + argvBytes;
  const fields: readonly (readonly [string, string | number])[] = [
    ["id", session.clientId],
    ["addr", session.address],
    ["laddr", localAddressOf(server.self, session)],
    ["fd", connection.descriptor],
    ["name", session.name],
    ["age", secondsBetween(session.openedUnixUs, unixUs)],
    ["idle", secondsBetween(session.lastCommandUnixUs, unixUs)],
    ["flags", flagsOf(session)],
    ["db", session.database],
    ["sub", switchboard.channels.topicCountOf(session)],
    ["psub", switchboard.patterns.topicCountOf(session)],
    ["ssub", switchboard.shardChannels.topicCountOf(session)],
    ["multi", session.isInTransaction ? session.queue.length : -1],
    ["qbuf", queryBytes],
    ["qbuf-free", decoder.freeBytes],
    ["argv-mem", argvBytes],
    ["multi-mem", session.queuedBytes],
    ["rbs", replyBuffer.sizeBytes],
    ["rbp", replyBuffer.peakBytes],
    ["obl", outputBytes - listedBytes],
    ["oll", Math.ceil(listedBytes / FIRST_BUFFER_BYTES)],
    ["omem", listedBytes],
    ["tot-mem", totalBytes],
    ["events", connection.unsentBytes > 0 ? "rw" : "r"],
    ["cmd", session.lastCommandName],
    ["user", session.user?.name ?? "(superuser)"],
    ["redir", session.tracking?.redirect ?? -1],
    ["resp", session.respVersion],
  ];
  const shown = connection.tls === "" ? fields : [...fields, ["tls", connection.tls] as const];
  return `${shown.map(([name, value]) => `${name}=${value}`).join(" ")}\n`;
}

/** Where the client has connected to. */
export function localAddressOf(self: NodeFacts, session: Session): string {
  return `${self.host}:${portFor(self, session.isTls)}`;
}

function secondsBetween(fromUnixUs: number, toUnixUs: number): number {
  return Math.max(0, Math.floor(toUnixUs / 1e6) - Math.floor(fromUnixUs / 1e6));
}

function lengthOf(words: readonly string[]): number {
  let length = 0;
  for (const word of words) length += word.length;
  return length;
}

/** In Redis's order. */
function flagsOf(session: Session): string {
  let flags = "";
  if (session.isMonitor) flags += "O";
  if (session.isSubscriber) flags += "P";
  if (session.isInTransaction) flags += "x";
  if (session.isBlocked) flags += "b";
  const { tracking } = session;
  if (tracking !== undefined) flags += "t";
  if (tracking?.isRedirectBroken === true) flags += "R";
  if (tracking?.isBroadcast === true) flags += "B";
  if (session.isWatchBroken) flags += "d";
  if (session.isReadonly) flags += "r";
  if (session.isNoEvict) flags += "e";
  return flags === "" ? "N" : flags;
}
