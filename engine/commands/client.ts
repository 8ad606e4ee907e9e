/** CLIENT: the connections of this node. */
import { errors } from "../resp/replies.ts";
import { parseInteger } from "../structures/integerText.ts";
import type { CommandContext } from "./context.ts";
import { replyHelp } from "./generic.ts";
import type { Session } from "./session.ts";

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
 * CLIENT INFO
 * Replies: one line of name=value. Record: none.
 * @see https://redis.io/docs/latest/commands/client-info/
 */
export function clientInfo(context: CommandContext): void {
  context.reply.verbatim("txt", `${describe(context.session, context.unixUs)}\n`);
}

/**
 * CLIENT LIST [TYPE normal|master|replica|pubsub] [ID client-id [client-id …]]
 * Replies: one line of name=value a connection; -ERR Unknown client type, -ERR Invalid client ID, -ERR syntax error. Record: none.
 * @see https://redis.io/docs/latest/commands/client-list/
 */
export function clientList(context: CommandContext, argv: readonly string[]): void {
  const option = argv[2]?.toUpperCase();
  if (option === "ID" && argv.length > 3) return replyListOfIds(context, argv);
  let isListed = true;
  if (option === "TYPE" && argv.length === 4) {
    const kind = typeNamed(context, argv[3] ?? "");
    if (kind === undefined) return;
    isListed = kind === "normal";
  } else if (option !== undefined) {
    return context.fail(errors.syntax);
  }
  let text = "";
  for (const session of context.server.sessions) {
    if (isListed) text += `${describe(session, context.unixUs)}\n`;
  }
  context.reply.verbatim("txt", text);
}

function replyListOfIds(context: CommandContext, argv: readonly string[]): void {
  const ids = new Set<number>();
  for (let index = 3; index < argv.length; index++) {
    const id = parseInteger(argv[index] ?? "");
    if (id === undefined || id < 1) return context.fail("ERR Invalid client ID");
    ids.add(id);
  }
  let text = "";
  for (const session of context.server.sessions) {
    if (ids.has(session.clientId)) text += `${describe(session, context.unixUs)}\n`;
  }
  context.reply.verbatim("txt", text);
}

function typeNamed(context: CommandContext, word: string): string | undefined {
  const kind = word.toLowerCase();
  if (["normal", "master", "replica", "slave", "pubsub"].includes(kind)) return kind;
  context.failQuoting("ERR Unknown client type '", word, "'");
  return undefined;
}

interface KillFilter {
  id: number | undefined;
  address: string | undefined;
  isEmpty: boolean;
  skipsSelf: boolean;
}

/**
 * CLIENT KILL address | [ID client-id] [ADDR address] [TYPE …] [USER username] [SKIPME yes|no]
 * Replies: OK for the one-word form, -ERR No such client; else integer, how many. Record: none.
 * @see https://redis.io/docs/latest/commands/client-kill/
 */
export function clientKill(context: CommandContext, argv: readonly string[]): void {
  const isOldForm = argv.length === 3;
  const filter: KillFilter = {
    id: undefined,
    address: isOldForm ? argv[2] : undefined,
    isEmpty: false,
    skipsSelf: !isOldForm,
  };
  if (!isOldForm && !parseKill(context, argv, filter)) return;
  const killed: Session[] = [];
  for (const session of context.server.sessions) {
    if (isKilled(context, session, filter)) killed.push(session);
  }
  for (const session of killed) {
    if (session === context.session) context.close = true;
    else context.server.closeSession(session);
  }
  if (!isOldForm) context.reply.integer(killed.length);
  else if (killed.length === 0) context.fail("ERR No such client");
  else context.ok();
}

function isKilled(context: CommandContext, session: Session, filter: KillFilter): boolean {
  if (filter.isEmpty || (filter.skipsSelf && session === context.session)) return false;
  if (filter.id !== undefined && session.clientId !== filter.id) return false;
  return filter.address === undefined || session.address === filter.address;
}

function parseKill(context: CommandContext, argv: readonly string[], filter: KillFilter): boolean {
  for (let index = 2; index < argv.length; index += 2) {
    const value = argv[index + 1];
    const word = value === undefined ? "" : (argv[index] ?? "").toUpperCase();
    if (!takeKillOption(context, word, value ?? "", filter)) return false;
  }
  return true;
}

function takeKillOption(
  context: CommandContext,
  word: string,
  value: string,
  filter: KillFilter,
): boolean {
  switch (word) {
    case "ID": {
      const id = parseInteger(value);
      if (id === undefined || id < 1) context.fail("ERR client-id should be greater than 0");
      else filter.id = id;
      return filter.id !== undefined;
    }
    case "TYPE": {
      const kind = typeNamed(context, value);
      if (kind !== undefined && kind !== "normal") filter.isEmpty = true;
      return kind !== undefined;
    }
    case "ADDR":
      filter.address = value;
      return true;
    case "USER":
      if (value === "default") return true;
      context.failQuoting("ERR No such user '", value, "'");
      return false;
    case "SKIPME": {
      const answer = value.toLowerCase();
      filter.skipsSelf = answer === "yes";
      if (answer === "yes" || answer === "no") return true;
      context.fail(errors.syntax);
      return false;
    }
    default:
      context.fail(errors.syntax);
      return false;
  }
}

/** One line of CLIENT LIST. What this server does not measure is 0. */
function describe(session: Session, unixUs: number): string {
  const ageSeconds = Math.max(0, Math.floor((unixUs - session.openedUnixUs) / 1e6));
  const idleSeconds = Math.max(0, Math.floor((unixUs - session.lastCommandUnixUs) / 1e6));
  return (
    `id=${session.clientId} addr=${session.address} laddr=? fd=-1 name=${session.name} age=${ageSeconds} ` +
    `idle=${idleSeconds} flags=${flagsOf(session)} db=0 sub=0 psub=0 ssub=0 ` +
    `multi=${session.isInTransaction ? session.queue.length : -1} qbuf=${session.decoder.bufferedBytes} ` +
    `qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=0 oll=0 omem=0 tot-mem=0 events=r ` +
    `cmd=${session.lastCommandName} user=default redir=-1 resp=${session.respVersion}`
  );
}

function flagsOf(session: Session): string {
  let flags = "";
  if (session.isInTransaction) flags += "x";
  if (session.isWatchBroken) flags += "d";
  if (session.isReadonly) flags += "r";
  if (session.isNoEvict) flags += "e";
  return flags === "" ? "N" : flags;
}

/**
 * CLIENT HELP
 * Replies: array of lines. Record: none.
 * @see https://redis.io/docs/latest/commands/client-help/
 */
export function clientHelp(context: CommandContext): void {
  replyHelp(context, "CLIENT", [
    "GETNAME",
    "    Name of this connection.",
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
    "REPLY (ON|OFF|SKIP)",
    "    Whether commands are answered.",
    "SETNAME <name>",
    "    Name this connection.",
  ]);
}
