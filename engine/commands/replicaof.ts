/** REPLICAOF and FAILOVER: who leads is the log's to say, so that most of what these ask for is refused. */
import { errors } from "../resp/replies.ts";
import { parseInteger } from "../structures/integerText.ts";
import type { CommandContext } from "./context.ts";
import { integerArgument } from "./numbers.ts";

/**
 * REPLICAOF host port, REPLICAOF NO ONE, and SLAVEOF by the same words
 * Replies: OK for NO ONE on a primary; -ERR in cluster mode, for a bad port, and for any other: a node follows the log of its shard.
 * Record: none.
 * @see https://redis.io/docs/latest/commands/replicaof/
 */
export function replicaof(context: CommandContext, argv: readonly string[]): void {
  const [, host = "", port = ""] = argv;
  if (context.server.isClusterMode) {
    return context.fail("ERR REPLICAOF not allowed in cluster mode.");
  }
  const isPromotion = host.toUpperCase() === "NO" && port.toUpperCase() === "ONE";
  if (isPromotion && context.isPrimary) return context.ok();
  const number = isPromotion ? 0 : parseInteger(port);
  if (number === undefined || number < 0 || number > 65535) {
    return context.fail("ERR Invalid master port");
  }
  context.fail("ERR REPLICAOF not allowed: a node follows the log of its shard.");
}

interface FailoverOptions {
  timeoutMs: number;
  host: string | undefined;
  port: number;
  isForced: boolean;
}

/**
 * FAILOVER [TO host port [FORCE]] [ABORT] [TIMEOUT milliseconds]
 * Replies: OK, and leadership is handed over; -ERR in cluster mode, on a replica, without a replica, for a target that is none, for FORCE without
 * target and time, -ERR syntax error. What does not succeed in the time that the protocol allows is given up, whatever TIMEOUT says; FORCE forces
 * nothing. Record: none.
 * @see https://redis.io/docs/latest/commands/failover/
 */
export function failover(context: CommandContext, argv: readonly string[]): void {
  const { server } = context;
  if (server.isClusterMode) {
    return context.fail(
      "ERR FAILOVER not allowed in cluster mode. Use CLUSTER FAILOVER command instead.",
    );
  }
  if (argv.length === 2 && argv[1]?.toUpperCase() === "ABORT") {
    return context.fail("ERR No failover in progress.");
  }
  const options = parseFailover(context, argv);
  if (options === undefined) return;
  const { host, port, timeoutMs, isForced } = options;
  if (!context.isPrimary) {
    return context.fail("ERR FAILOVER is not valid when server is a replica.");
  }
  if (server.replicas.length === 0) {
    return context.fail("ERR FAILOVER requires connected replicas.");
  }
  if (isForced && (timeoutMs === 0 || host === undefined)) {
    return context.fail(
      "ERR FAILOVER with force option requires both a timeout and target HOST and IP.",
    );
  }
  const target = server.replicas.find((one) => one.host === host && one.port === port);
  if (host !== undefined && target === undefined) {
    return context.fail("ERR FAILOVER target HOST and PORT is not a replica.");
  }
  server.handOver(target?.nodeId ?? "");
  context.ok();
}

/** Undefined if refused, which was answered. */
function parseFailover(
  context: CommandContext,
  argv: readonly string[],
): FailoverOptions | undefined {
  const options: FailoverOptions = { timeoutMs: 0, host: undefined, port: 0, isForced: false };
  for (let index = 1; index < argv.length; index++) {
    const word = (argv[index] ?? "").toUpperCase();
    const left = argv.length - 1 - index;
    if (word === "TIMEOUT" && left >= 1 && options.timeoutMs === 0) {
      const timeoutMs = integerArgument(context, argv[index + 1] ?? "");
      if (timeoutMs === undefined) return undefined;
      if (timeoutMs <= 0) {
        context.fail("ERR FAILOVER timeout must be greater than 0");
        return undefined;
      }
      options.timeoutMs = timeoutMs;
      index++;
    } else if (word === "TO" && left >= 2 && options.host === undefined) {
      const port = integerArgument(context, argv[index + 2] ?? "");
      if (port === undefined) return undefined;
      options.host = argv[index + 1] ?? "";
      options.port = port;
      index += 2;
    } else if (word === "FORCE" && !options.isForced) {
      options.isForced = true;
    } else {
      context.fail(errors.syntax);
      return undefined;
    }
  }
  return options;
}

/**
 * SYNC, PSYNC replicationid offset
 * Replies: -ERR: replicas read the log, not their primary. Record: none.
 * @see https://redis.io/docs/latest/commands/psync/
 */
export function sync(context: CommandContext): void {
  context.fail("ERR SYNC not allowed: replicas read the log of their shard.");
}

/**
 * REPLCONF [option value …]
 * Replies: OK, as to a replica that tells of itself; -ERR syntax error for an option without a value. Record: none.
 * @see https://redis.io/docs/latest/commands/replconf/
 */
export function replconf(context: CommandContext, argv: readonly string[]): void {
  if (argv.length % 2 === 0) context.fail(errors.syntax);
  else context.ok();
}
