/** EVAL and its kin, and SCRIPT. */
import type { CommandContext } from "./context.ts";
import { replyHelp } from "./generic.ts";
import { feedMonitors } from "./monitor.ts";

/**
 * EVAL script numkeys [key …] [arg …]
 * Replies: what the script returns; -ERR with its name and line if it fails. Record: all changes as one.
 * @see https://redis.io/docs/latest/commands/eval/
 */
export function evaluate(context: CommandContext, argv: readonly string[]): void {
  showScript(context, argv);
  context.scripting.evaluate(argv, false, false);
}

/**
 * EVALSHA sha1 numkeys [key …] [arg …]
 * Replies: as EVAL; -NOSCRIPT if no script of this digest was loaded.
 * @see https://redis.io/docs/latest/commands/evalsha/
 */
export function evaluateDigest(context: CommandContext, argv: readonly string[]): void {
  showScript(context, argv);
  context.scripting.evaluate(argv, true, false);
}

/**
 * EVAL_RO script numkeys [key …] [arg …]
 * Replies: as EVAL; commands that write are refused to the script. Record: none.
 * @see https://redis.io/docs/latest/commands/eval_ro/
 */
export function evaluateReadonly(context: CommandContext, argv: readonly string[]): void {
  showScript(context, argv);
  context.scripting.evaluate(argv, false, true);
}

/**
 * EVALSHA_RO sha1 numkeys [key …] [arg …]
 * @see https://redis.io/docs/latest/commands/evalsha_ro/
 */
export function evaluateDigestReadonly(context: CommandContext, argv: readonly string[]): void {
  showScript(context, argv);
  context.scripting.evaluate(argv, true, true);
}

/** Who watches sees the script before its commands. */
export function showScript(context: CommandContext, argv: readonly string[]): void {
  const spec = context.commands.findRequest(argv);
  if (spec !== undefined && context.switchboard.monitors.size > 0)
    feedMonitors(context, spec, argv, true);
}

/**
 * SCRIPT LOAD script
 * Replies: bulk, its digest; -ERR if it does not compile. Record: none: scripts are a node's own, as in Redis.
 * @see https://redis.io/docs/latest/commands/script-load/
 */
export function scriptLoad(context: CommandContext, argv: readonly string[]): void {
  const script = context.scripting.load(argv[2] ?? "");
  if (script !== undefined) context.reply.bulk(script.name);
}

/**
 * SCRIPT EXISTS sha1 [sha1 …]
 * Replies: array of 1 or 0. Record: none.
 * @see https://redis.io/docs/latest/commands/script-exists/
 */
export function scriptExists(context: CommandContext, argv: readonly string[]): void {
  context.reply.array(argv.length - 2);
  for (let index = 2; index < argv.length; index++) {
    context.reply.integer(context.scripting.has(argv[index] ?? "") ? 1 : 0);
  }
}

/**
 * SCRIPT FLUSH [ASYNC|SYNC]
 * Replies: OK. Record: none.
 * @see https://redis.io/docs/latest/commands/script-flush/
 */
export function scriptFlush(context: CommandContext, argv: readonly string[]): void {
  const mode = argv[2]?.toUpperCase();
  const isMode = mode === undefined || mode === "ASYNC" || mode === "SYNC";
  if (argv.length > 3 || !isMode) {
    return context.fail("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
  }
  context.scripting.flush();
  context.ok();
}

/**
 * SCRIPT KILL
 * Replies: OK; -NOTBUSY if nothing runs, -UNKILLABLE if it has written, -BUSY if it is a function. Record: none.
 * @see https://redis.io/docs/latest/commands/script-kill/
 */
export function scriptKill(context: CommandContext): void {
  const refusal = context.scripting.runner.kill(false);
  if (refusal === undefined) context.ok();
  else context.fail(refusal);
}

/**
 * SCRIPT DEBUG YES|SYNC|NO
 * Replies: OK; -ERR in a pipeline or a transaction. Record: none. From then on EVAL of this connection is debugged: with YES on a
 * copy of the data, which is thrown away, with SYNC on the data.
 * @see https://redis.io/docs/latest/commands/script-debug/
 */
export function scriptDebug(context: CommandContext, argv: readonly string[]): void {
  const { isExecuting, server, session } = context;
  if (isExecuting || server.hasUnsentReplies(session)) {
    return context.fail("ERR SCRIPT DEBUG must be called outside a pipeline");
  }
  const mode = argv[2]?.toLowerCase();
  if (mode !== "no" && mode !== "yes" && mode !== "sync") {
    return context.fail("ERR Use SCRIPT DEBUG YES/SYNC/NO");
  }
  session.debugMode = mode === "no" ? undefined : mode;
  context.ok();
}

/**
 * SCRIPT HELP
 * Replies: array of lines. Record: none.
 * @see https://redis.io/docs/latest/commands/script-help/
 */
export function scriptHelp(context: CommandContext): void {
  replyHelp(context, "SCRIPT", [
    "DEBUG (YES|SYNC|NO)",
    "    Debug the scripts of this connection: on a copy of the data, or on the data (SYNC).",
    "EXISTS <sha1> [<sha1> ...]",
    "    Whether scripts of these digests are loaded.",
    "FLUSH [ASYNC|SYNC]",
    "    Forget every script.",
    "KILL",
    "    Stop the script that runs.",
    "LOAD <script>",
    "    Compile a script and keep it.",
  ]);
}
