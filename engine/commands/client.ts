/** CLIENT: what a connection says of itself and asks for. clientList.ts and clientKill.ts look at all of them. */
import { errors } from "../resp/replies.ts";
import type { CommandContext } from "./context.ts";
import { replyHelp } from "./generic.ts";

/**
 * CLIENT ID
 * Replies: integer. Record: none.
 * @see https://redis.io/docs/latest/commands/client-id/
 */
export function clientId(context: CommandContext): void {
  context.reply.integer(context.session.clientId);
}

/**
 * CLIENT SETNAME connection-name
 * Replies: OK; -ERR for blanks and special characters. Record: none.
 * @see https://redis.io/docs/latest/commands/client-setname/
 */
export function clientSetname(context: CommandContext, argv: readonly string[]): void {
  if (takeClientName(context, argv[2] ?? "")) context.ok();
}

/** Names the connection; false if the name was refused, which was answered. An empty name takes it away. */
export function takeClientName(context: CommandContext, name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    const code = name.charCodeAt(index);
    if (code < FIRST_PRINTED || code > LAST_PRINTED) {
      context.fail("ERR Client names cannot contain spaces, newlines or special characters.");
      return false;
    }
  }
  context.session.name = name;
  return true;
}

const FIRST_PRINTED = 33;
const LAST_PRINTED = 126;

/**
 * CLIENT GETNAME
 * Replies: bulk string, null without a name. Record: none.
 * @see https://redis.io/docs/latest/commands/client-getname/
 */
export function clientGetname(context: CommandContext): void {
  context.reply.bulkOrNull(context.session.name === "" ? undefined : context.session.name);
}

/**
 * CLIENT REPLY ON|OFF|SKIP
 * Replies: OK for ON, nothing else; -ERR syntax error. Record: none.
 * @see https://redis.io/docs/latest/commands/client-reply/
 */
export function clientReply(context: CommandContext, argv: readonly string[]): void {
  const { session } = context;
  switch ((argv[2] ?? "").toUpperCase()) {
    case "ON":
      if (session.isMuted) context.dropMuted();
      session.replyMode = "on";
      context.ok();
      break;
    case "OFF":
      session.replyMode = "off";
      break;
    case "SKIP":
      if (session.replyMode !== "off") session.replyMode = "skipNext";
      break;
    default:
      context.fail(errors.syntax);
  }
}

/**
 * CLIENT NO-EVICT ON|OFF
 * Replies: OK; -ERR syntax error. Record: none.
 * @see https://redis.io/docs/latest/commands/client-no-evict/
 */
export function clientNoEvict(context: CommandContext, argv: readonly string[]): void {
  const word = (argv[2] ?? "").toUpperCase();
  if (word !== "ON" && word !== "OFF") return context.fail(errors.syntax);
  context.session.isNoEvict = word === "ON";
  context.ok();
}

/**
 * CLIENT HELP
 * Replies: array of lines. Record: none.
 * @see https://redis.io/docs/latest/commands/client-help/
 */
export function clientHelp(context: CommandContext): void {
  replyHelp(context, "CLIENT", [
    "CACHING (YES|NO)",
    "    Whether the keys of the next command are tracked.",
    "GETNAME",
    "    Name of this connection.",
    "GETREDIR",
    "    The connection that is told instead when tracked keys change.",
    "ID",
    "    Number of this connection.",
    "INFO",
    "    Facts about this connection.",
    "KILL <ip:port> | [ID <id>] [ADDR <ip:port>] [TYPE <type>] [USER <name>] [SKIPME yes|no]",
    "    Close connections.",
    "LIST [TYPE <type> | ID <id> ...]",
    "    Facts about connections.",
    "NO-EVICT (ON|OFF)",
    "    Spare this connection when memory is short.",
    "PAUSE <timeout> [WRITE|ALL]",
    "    Hold all requests, or writes, for so many milliseconds.",
    "REPLY (ON|OFF|SKIP)",
    "    Whether commands are answered.",
    "SETNAME <name>",
    "    Name this connection.",
    "TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]",
    "         [OPTIN] [OPTOUT] [NOLOOP]",
    "    Tell this connection when the keys change that it has read.",
    "TRACKINGINFO",
    "    How this connection tracks keys.",
    "UNBLOCK <client-id> [TIMEOUT|ERROR]",
    "    End the waiting of a client.",
    "UNPAUSE",
    "    Let held requests run.",
  ]);
}
