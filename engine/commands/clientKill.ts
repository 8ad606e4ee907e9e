/** CLIENT KILL: closes connections of this node. */
import type { User } from "../access/user.ts";
import { errors } from "../resp/replies.ts";
import { parseInteger } from "../structures/integerText.ts";
import { clientTypeNamed, localAddressOf, typeOfClient, type ClientType } from "./clientList.ts";
import type { CommandContext } from "./context.ts";
import type { Session } from "./session.ts";

/** What a connection must be to be closed; undefined fields do not matter. */
interface KillFilter {
  id: number | undefined;
  address: string | undefined;
  localAddress: string | undefined;
  type: ClientType | undefined;
  user: User | undefined;
  sparesSelf: boolean;
}

/**
 * CLIENT KILL ip:port | [ID client-id] [ADDR ip:port] [LADDR ip:port] [TYPE normal|master|replica|pubsub] [USER username]
 * [SKIPME yes|no]
 * Replies: OK for the one-word form, -ERR No such client; else integer, how many. The connection that asks is closed behind
 * this reply. Record: none.
 * @see https://redis.io/docs/latest/commands/client-kill/
 */
export function clientKill(context: CommandContext, argv: readonly string[]): void {
  const isOldForm = argv.length === 3;
  const filter: KillFilter = {
    id: undefined,
    address: isOldForm ? argv[2] : undefined,
    localAddress: undefined,
    type: undefined,
    user: undefined,
    sparesSelf: !isOldForm,
  };
  if (!isOldForm && !parseFilter(context, argv, filter)) return;
  const killed: Session[] = [];
  for (const session of context.server.sessions) {
    if (matches(context, session, filter)) killed.push(session);
  }
  for (const session of killed) {
    if (session === context.session) context.close = true;
    else context.server.closeSession(session);
  }
  if (!isOldForm) context.reply.integer(killed.length);
  else if (killed.length === 0) context.fail("ERR No such client");
  else context.ok();
}

function matches(context: CommandContext, session: Session, filter: KillFilter): boolean {
  const { self } = context.server;
  const { id, address, localAddress, type } = filter;
  if (filter.sparesSelf && session === context.session) return false;
  if (id !== undefined && session.clientId !== id) return false;
  if (address !== undefined && session.address !== address) return false;
  if (localAddress !== undefined && localAddress !== localAddressOf(self, session)) return false;
  if (filter.user !== undefined && session.user !== filter.user) return false;
  return type === undefined || type === typeOfClient(session);
}

function parseFilter(
  context: CommandContext,
  argv: readonly string[],
  filter: KillFilter,
): boolean {
  for (let index = 2; index < argv.length; index += 2) {
    const value = argv[index + 1];
    const option = value === undefined ? "" : (argv[index] ?? "").toUpperCase();
    if (!takeOption(context, option, value ?? "", filter)) return false;
  }
  return true;
}

/** False if the option was refused, which was answered. */
function takeOption(
  context: CommandContext,
  option: string,
  value: string,
  filter: KillFilter,
): boolean {
  switch (option) {
    case "ID": {
      filter.id = parseInteger(value);
      if (filter.id !== undefined && filter.id >= 1) return true;
      context.fail("ERR client-id should be greater than 0");
      return false;
    }
    case "TYPE":
      filter.type = clientTypeNamed(context, value);
      return filter.type !== undefined;
    case "ADDR":
      filter.address = value;
      return true;
    case "LADDR":
      filter.localAddress = value;
      return true;
    case "USER":
      filter.user = context.users.get(value);
      if (filter.user !== undefined) return true;
      context.failQuoting("ERR No such user '", value, "'");
      return false;
    case "SKIPME": {
      const answer = value.toLowerCase();
      filter.sparesSelf = answer === "yes";
      if (answer === "yes" || answer === "no") return true;
      context.fail(errors.syntax);
      return false;
    }
    default:
      context.fail(errors.syntax);
      return false;
  }
}
