/** Commands about the connection itself, save CLIENT (client.ts). They run in any role. */
import { errors, wrongArity } from "../resp/replies.ts";
import { parseInteger } from "../structures/integerText.ts";
import type { CommandContext } from "./context.ts";
import { acceptsPassword } from "../access/password.ts";
import { DEFAULT_USER } from "../access/userDirectory.ts";
import { noteWrongPassword } from "./refusals.ts";
import { takeClientName } from "./client.ts";
import { int32Argument } from "./numbers.ts";

/** The version of Redis whose behaviour this is: clients ask for it to know what they may send. */
export const redisVersion = "7.0.15";

/**
 * PING [message]
 * Replies: PONG, or the message as a bulk string; to a RESP2 client that listens an array of "pong" and the message, so
 * that it looks like one of its messages. Record: none.
 * @see https://redis.io/docs/latest/commands/ping/
 */
export function ping(context: CommandContext, argv: readonly string[]): void {
  if (argv.length > 2) return context.fail(wrongArity("ping"));
  const message = argv[1];
  const { session } = context;
  if (session.isSubscriber && session.respVersion === 2)
    context.reply.bulks(["pong", message ?? ""]);
  else if (message === undefined) context.reply.simple("PONG");
  else context.reply.bulk(message);
}

/**
 * ECHO message
 * Replies: bulk string. Record: none.
 * @see https://redis.io/docs/latest/commands/echo/
 */
export function echo(context: CommandContext, argv: readonly string[]): void {
  context.reply.bulk(argv[1] ?? "");
}

/**
 * HELLO [protover [AUTH username password] [SETNAME clientname]]
 * Replies: map of facts about the server, in the protocol asked for; -NOPROTO, -WRONGPASS, -ERR Syntax error in HELLO option,
 * -NOAUTH if the password was not given, here or before.
 * Record: none.
 * @see https://redis.io/docs/latest/commands/hello/
 */
export function hello(context: CommandContext, argv: readonly string[]): void {
  let version: number = context.session.respVersion;
  if (argv.length >= 2) {
    const asked = parseInteger(argv[1] ?? "");
    if (asked === undefined) {
      return context.fail("ERR Protocol version is not an integer or out of range");
    }
    if (asked < 2 || asked > 3) return context.fail(errors.noProto);
    version = asked;
  }
  for (let index = 2; index < argv.length;) {
    const taken = takeHelloOption(context, argv, index);
    if (taken === 0) return;
    index += taken;
  }
  if (!context.session.isAuthenticated) return context.fail(HELLO_WITHOUT_PASSWORD);
  context.session.respVersion = version === 3 ? 3 : 2;
  context.reply.version = context.session.respVersion;
  replyHello(context);
}

const HELLO_WITHOUT_PASSWORD =
  "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> option can be used to " +
  "authenticate the client and select the RESP protocol version at the same time";

/** How many words an option of HELLO takes; 0 if it was refused, which was answered. */
function takeHelloOption(context: CommandContext, argv: readonly string[], index: number): number {
  const word = (argv[index] ?? "").toUpperCase();
  const left = argv.length - 1 - index;
  if (word === "AUTH" && left >= 2) {
    const name = argv[index + 1] ?? "";
    return logIn(context, argv, name, argv[index + 2] ?? "") ? 3 : 0;
  }
  if (word === "SETNAME" && left >= 1) {
    return takeClientName(context, argv[index + 1] ?? "") ? 2 : 0;
  }
  context.failQuoting("ERR Syntax error in HELLO option '", argv[index] ?? "", "'");
  return 0;
}

/**
 * False if name and password are no user's, which was answered. A wrong password takes away nothing.
 */
function logIn(
  context: CommandContext,
  argv: readonly string[],
  name: string,
  password: string,
): boolean {
  if (!context.users.areKnown) {
    context.fail(errors.loading);
    return false;
  }
  const { logins, session, users } = context;
  const user = users.get(name);
  // An attempt that should wait is here only as one of many in a transaction.
  const isHeard = !logins.isHeld(session.address);
  if (!isHeard || user === undefined || !acceptsPassword(user, password)) {
    if (isHeard) logins.failed(session.address);
    noteWrongPassword(context, argv, name);
    context.fail(errors.wrongPass);
    return false;
  }
  const isAnother = session.user !== user;
  session.logIn(user);
  if (isAnother) context.tracking.rightsChanged(session);
  return true;
}

function replyHello(context: CommandContext): void {
  const { reply, server, session } = context;
  reply.map(7);
  reply.bulk("server");
  reply.bulk("redis");
  reply.bulk("version");
  reply.bulk(redisVersion);
  reply.bulk("proto");
  reply.integer(session.respVersion);
  reply.bulk("id");
  reply.integer(session.clientId);
  reply.bulk("mode");
  reply.bulk(server.isClusterMode ? "cluster" : "standalone");
  reply.bulk("role");
  reply.bulk(server.role === "primary" ? "master" : "replica");
  reply.bulk("modules");
  reply.array(0);
}

/**
 * AUTH [username] password
 * Replies: OK; -ERR for a password alone if none is configured, -WRONGPASS, -ERR syntax error, -LOADING while a node that was just
 * started does not know its users yet. Record: none.
 * @see https://redis.io/docs/latest/commands/auth/
 */
export function auth(context: CommandContext, argv: readonly string[]): void {
  if (argv.length > 3) return context.fail(errors.syntax);
  const isNamed = argv.length === 3;
  if (!isNamed && context.users.defaultUser.needsNoPassword)
    return context.fail(errors.noAuthConfigured);
  const name = isNamed ? (argv[1] ?? "") : DEFAULT_USER;
  if (logIn(context, argv, name, argv[isNamed ? 2 : 1] ?? "")) context.ok();
}

/**
 * SELECT index
 * Replies: OK; -ERR DB index is out of range, -ERR SELECT is not allowed in cluster mode (save 0). Record: none.
 * @see https://redis.io/docs/latest/commands/select/
 */
export function select(context: CommandContext, argv: readonly string[]): void {
  const index = int32Argument(context, argv[1] ?? "");
  if (index === undefined) return;
  if (context.server.isClusterMode && index !== 0) return context.fail(errors.selectInCluster);
  if (index < 0 || index >= context.server.databaseCount) return context.fail(errors.databaseRange);
  context.session.database = index;
  context.select(index);
  context.ok();
}

/**
 * QUIT
 * Replies: OK, then the connection is closed. Record: none.
 * @see https://redis.io/docs/latest/commands/quit/
 */
export function quit(context: CommandContext): void {
  context.ok();
  context.close = true;
}

/**
 * RESET
 * Replies: RESET; ends a transaction, watches, subscriptions, MONITOR, CLIENT TRACKING, READONLY, CLIENT REPLY, the name and RESP3, and asks for
 * the password again. Record: none.
 * @see https://redis.io/docs/latest/commands/reset/
 */
export function reset(context: CommandContext): void {
  const { session, switchboard, users } = context;
  session.discardTransaction();
  context.tracking.disable(session);
  session.database = 0;
  context.select(0);
  switchboard.forget(session);
  session.isSubscriber = false;
  session.isMonitor = false;
  session.beginAs(users);
  session.isReadonly = false;
  if (session.replyMode !== "skip") session.replyMode = "on";
  session.name = "";
  session.respVersion = 2;
  context.reply.version = 2;
  context.reply.simple("RESET");
}
