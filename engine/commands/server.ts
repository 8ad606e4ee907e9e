/** Commands about the node and the whole keyspace, save INFO (info.ts). */
import { portFor } from "../cluster/endpoint.ts";
import { errors } from "../resp/replies.ts";
import type { CommandContext } from "./context.ts";
import { integerArgument, timeoutMsArgument } from "./numbers.ts";

/**
 * DBSIZE
 * Replies: integer, keys, those among them whose deadline has passed but that nobody has deleted yet. Record: none.
 * @see https://redis.io/docs/latest/commands/dbsize/
 */
export function dbsize(context: CommandContext): void {
  context.reply.integer(context.keyspace.size);
}

/**
 * FLUSHALL [ASYNC|SYNC], FLUSHDB [ASYNC|SYNC]
 * Replies: OK; -ERR syntax error. Record: flush, flushDatabase. Memory is the collector's: ASYNC and SYNC are the same. FLUSHALL
 * counts as a save where the parameter "save" asks for any.
 * @see https://redis.io/docs/latest/commands/flushall/
 */
export function flushall(context: CommandContext, argv: readonly string[]): void {
  if (!isFlushMode(context, argv)) return;
  context.flush();
  const { record, saves, settings, unixUs } = context;
  if (settings.get("save") !== "") saves.emptied(unixUs, record.changes);
  context.ok();
}

export function flushdb(context: CommandContext, argv: readonly string[]): void {
  if (!isFlushMode(context, argv)) return;
  context.flushDatabase();
  context.ok();
}

function isFlushMode(context: CommandContext, argv: readonly string[]): boolean {
  const word = argv[1]?.toUpperCase();
  if (argv.length <= 2 && (word === undefined || word === "ASYNC" || word === "SYNC")) return true;
  context.fail(errors.syntax);
  return false;
}

/**
 * TIME
 * Replies: array of Unix seconds and microseconds, of the shard's time (it never goes back). Record: none.
 * @see https://redis.io/docs/latest/commands/time/
 */
export function time(context: CommandContext): void {
  const seconds = Math.floor(context.unixUs / 1e6);
  context.reply.bulks([String(seconds), String(Math.floor(context.unixUs - seconds * 1e6))]);
}

/**
 * ROLE
 * Replies: array; "master", the newest position executed, and per replica host, port and "0" (how far a replica has read is
 * not told to the primary); or "slave", the primary's host and port, the state of the link and the newest position applied.
 * Record: none.
 * @see https://redis.io/docs/latest/commands/role/
 */
export function role(context: CommandContext): void {
  const { reply, server } = context;
  if (server.role === "primary") {
    reply.array(3);
    reply.bulk("master");
    reply.integer(server.appliedPosition);
    reply.array(server.replicas.length);
    for (const replica of server.replicas) {
      reply.bulks([replica.host, String(portFor(replica, context.session.isTls)), "0"]);
    }
    return;
  }
  reply.array(5);
  reply.bulk("slave");
  reply.bulk(server.primary?.host ?? "");
  const { primary } = server;
  reply.integer(primary === undefined ? 0 : portFor(primary, context.session.isTls));
  reply.bulk(server.isCaughtUp ? "connected" : "sync");
  reply.integer(server.appliedPosition);
}

/**
 * WAIT numreplicas timeout
 * Replies: integer, once everything that this connection has written is committed in the log: the number of zones beside the
 * primary's own in which the commit rule then guarantees it (1 by "majority", 2 by "all"). More zones hold it soon, but nothing
 * waits for that, whatever `numreplicas` asks for. 0 if it is not committed after so many milliseconds, or at once if no
 * replica is asked for. In a transaction: that number, as the transaction is answered once it is committed. -ERR for a bad
 * number, or on a replica. Record: none.
 * @see https://redis.io/docs/latest/commands/wait/
 */
export function wait(context: CommandContext, argv: readonly string[]): void {
  if (!context.isPrimary) {
    return context.fail(
      "ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0 if a replica is " +
        "configured to be writable (which is not the default) writes to replicas are just local and are not propagated.",
    );
  }
  const numreplicas = integerArgument(context, argv[1] ?? "");
  if (numreplicas === undefined) return;
  const timeoutMs = timeoutMsArgument(context, argv[2] ?? "");
  if (timeoutMs === undefined) return;
  const { server, session } = context;
  if (context.isExecuting) return context.reply.integer(server.guaranteedOtherZones);
  context.waitsForNewest = false;
  if (server.hasCommitted(session)) return context.reply.integer(server.guaranteedOtherZones);
  if (numreplicas <= 0) return context.reply.integer(0);
  context.block({ keys: [], type: "string", timeoutMs, refusal: "null", isForLog: true, late: 0 });
}
