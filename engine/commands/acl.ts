/** ACL: users and what they may do. Changes are logged as a part of the shard's memory; who asks for one runs where writes do. */
import { aclFileText, readAclFile, type AclFile } from "../access/aclFile.ts";
import { accessCategories } from "../access/categories.ts";
import {
  describeChannels,
  describeCommands,
  describeKeys,
  describeUser,
  flagsOf,
} from "../access/describe.ts";
import { denialOf } from "../access/permission.ts";
import { hasSpaces } from "../access/rules.ts";
import type { Selector, User } from "../access/user.ts";
import { applyRules, DEFAULT_USER } from "../access/userDirectory.ts";
import { oneLine, printed, wrongArity } from "../resp/replies.ts";
import { endSessions } from "./userChanges.ts";
import type { CommandContext } from "./context.ts";
import { replyHelp } from "./generic.ts";
import { integerArgument } from "./numbers.ts";
import { hasValidArity } from "./spec.ts";

/** Adds a change of a user to the record; undefined deletes it. */
export function changeUser(context: CommandContext, name: string, user: User | undefined): void {
  const { record, users } = context;
  record.user(users.change(name, user), users.commands);
  context.changedUsers = true;
}

/**
 * ACL SETUSER username [rule …]
 * Replies: OK; -ERR Error in ACL SETUSER modifier '…' with the reason, and nothing is changed. Record: user.
 * @see https://redis.io/docs/latest/commands/acl-setuser/
 */
export function aclSetuser(context: CommandContext, argv: readonly string[]): void {
  const { users } = context;
  const name = argv[2] ?? "";
  if (hasSpaces(name)) return context.fail("ERR Usernames can't contain spaces or null characters");
  const draft = (users.get(name) ?? users.blank(name)).draft();
  const error = applyRules(draft, argv.slice(3), users);
  if (error !== undefined) return context.fail(oneLine(printed(error, Infinity)));
  changeUser(context, name, draft);
  context.ok();
}

/**
 * ACL DELUSER username [username …]
 * Replies: integer, users that were there; -ERR The 'default' user cannot be removed. Closes their connections. Record: user.
 * @see https://redis.io/docs/latest/commands/acl-deluser/
 */
export function aclDeluser(context: CommandContext, argv: readonly string[]): void {
  const names = argv.slice(2);
  if (names.includes(DEFAULT_USER)) {
    return context.fail("ERR The 'default' user cannot be removed");
  }
  let deleted = 0;
  for (const name of names) {
    if (context.users.get(name) === undefined) continue;
    changeUser(context, name, undefined);
    deleted++;
  }
  context.reply.integer(deleted);
}

/**
 * ACL GETUSER username
 * Replies: map of flags, passwords (their digests; none in the profile "memorydb"), commands, keys, channels, selectors; null if there is no such user. Record: none.
 * @see https://redis.io/docs/latest/commands/acl-getuser/
 */
export function aclGetuser(context: CommandContext, argv: readonly string[]): void {
  const { reply, users } = context;
  const user = users.get(argv[2] ?? "");
  if (user === undefined) return reply.null();
  reply.map(6);
  reply.bulk("flags");
  const flags = flagsOf(user);
  reply.set(flags.length);
  for (const flag of flags) reply.bulk(flag);
  reply.bulk("passwords");
  reply.bulks(users.isManaged ? [] : user.passwords);
  replySelector(context, user.root);
  reply.bulk("selectors");
  const others = user.selectors.slice(1);
  reply.array(others.length);
  for (const selector of others) {
    reply.map(3);
    replySelector(context, selector);
  }
}

function replySelector({ reply, users }: CommandContext, selector: Selector): void {
  reply.bulk("commands");
  reply.bulk(describeCommands(selector, users.commands));
  reply.bulk("keys");
  reply.bulk(describeKeys(selector));
  reply.bulk("channels");
  reply.bulk(describeChannels(selector));
}

/**
 * ACL LIST
 * Replies: array of lines as in an ACL file, by name, without digests of passwords in the profile "memorydb". Record: none.
 * @see https://redis.io/docs/latest/commands/acl-list/
 */
export function aclList({ reply, users }: CommandContext): void {
  const lines = users
    .all()
    .map((user) => `user ${user.name} ${describeUser(user, users.commands, users.isManaged)}`);
  reply.bulks(lines);
}

/**
 * ACL USERS
 * Replies: array of names, sorted. Record: none.
 * @see https://redis.io/docs/latest/commands/acl-users/
 */
export function aclUsers({ reply, users }: CommandContext): void {
  reply.bulks(users.all().map((user) => user.name));
}

/**
 * ACL WHOAMI
 * Replies: bulk string, the connection's user. Record: none.
 * @see https://redis.io/docs/latest/commands/acl-whoami/
 */
export function aclWhoami({ reply, session }: CommandContext): void {
  if (session.user === undefined) reply.null();
  else reply.bulk(session.user.name);
}

/**
 * ACL CAT [category]
 * Replies: array of categories, or of the commands of one; -ERR Unknown category. Record: none.
 * @see https://redis.io/docs/latest/commands/acl-cat/
 */
export function aclCat(context: CommandContext, argv: readonly string[]): void {
  if (argv.length > 3) return context.failSubcommand(argv);
  const given = argv[2];
  if (given === undefined) return context.reply.bulks(accessCategories);
  const category = printed(given, Infinity).toLowerCase();
  if (!accessCategories.includes(category)) {
    return context.fail(oneLine(`ERR Unknown category '${printed(given, 128)}'`));
  }
  const found = context.commands.everyone.filter((spec) => spec.categories.includes(category));
  context.reply.bulks(found.map((spec) => spec.name));
}

const MOST_PASSWORD_BITS = 4096;

/**
 * ACL GENPASS [bits]
 * Replies: bulk string of hexadecimal digits, 64 without `bits`; -ERR ACL GENPASS argument must be the number of bits … Record: none.
 * @see https://redis.io/docs/latest/commands/acl-genpass/
 */
export function aclGenpass(context: CommandContext, argv: readonly string[]): void {
  if (argv.length > 3) return context.failSubcommand(argv);
  const bits = argv[2] === undefined ? 256 : integerArgument(context, argv[2]);
  if (bits === undefined) return;
  if (bits <= 0 || bits > MOST_PASSWORD_BITS) {
    return context.fail(
      `ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to ${MOST_PASSWORD_BITS}`,
    );
  }
  let password = "";
  for (let left = Math.ceil(bits / 4); left > 0; left--) {
    password += Math.floor(context.random() * 16).toString(16);
  }
  context.reply.bulk(password);
}

/**
 * ACL DRYRUN username command [arg …]
 * Replies: OK if the user may run the command, else a bulk string that says why not; -ERR User '…' not found, -ERR Command '…' not
 * found, -ERR wrong number of arguments. Record: none.
 * @see https://redis.io/docs/latest/commands/acl-dryrun/
 */
export function aclDryrun(context: CommandContext, argv: readonly string[]): void {
  const user = context.users.get(argv[2] ?? "");
  if (user === undefined) return context.failQuoting("ERR User '", argv[2] ?? "", "' not found");
  const request = argv.slice(3);
  const spec = context.commands.findRequest(request);
  if (spec === undefined) {
    return context.failQuoting("ERR Command '", request[0] ?? "", "' not found");
  }
  if (!hasValidArity(spec, request.length)) return context.fail(wrongArity(spec.name));
  const denial = denialOf(user, spec, request);
  if (denial === undefined) return context.ok();
  const object = printed(request[denial.index] ?? "", Infinity);
  context.reply.bulk(
    denial.kind === "command"
      ? `This user has no permissions to run the '${spec.name}' command`
      : `This user has no permissions to access the '${object}' ${denial.kind}`,
  );
}

const SHOWN_LOG_ENTRIES = 10;

/**
 * ACL LOG [count|RESET]
 * Replies: array of maps, the newest first (10 without `count`); OK after RESET. Record: none.
 * @see https://redis.io/docs/latest/commands/acl-log/
 */
export function aclLog(context: CommandContext, argv: readonly string[]): void {
  if (argv.length > 3) return context.failSubcommand(argv);
  const { accessLog, reply, unixMs } = context;
  if (argv[2]?.toUpperCase() === "RESET") {
    accessLog.clear();
    return context.ok();
  }
  const count = argv[2] === undefined ? SHOWN_LOG_ENTRIES : integerArgument(context, argv[2]);
  if (count === undefined) return;
  const entries = accessLog.newest(Math.max(0, count));
  reply.array(entries.length);
  for (const entry of entries) {
    reply.map(7);
    reply.bulk("count");
    reply.integer(entry.count);
    reply.bulk("reason");
    reply.bulk(entry.reason);
    reply.bulk("context");
    reply.bulk(entry.context);
    reply.bulk("object");
    reply.bulk(entry.object);
    reply.bulk("username");
    reply.bulk(entry.username);
    reply.bulk("age-seconds");
    reply.double((unixMs - entry.unixMs) / 1000);
    reply.bulk("client-info");
    reply.bulk(entry.clientInfo);
  }
}

/** The ACL file; undefined if there is none, which was answered. */
function aclFileOf(context: CommandContext): AclFile | undefined {
  const file = context.server.aclFile;
  if (file === undefined) {
    context.fail(
      "ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to store users in the Redis configuration.",
    );
  }
  return file;
}

/**
 * ACL LOAD
 * Replies: OK; -ERR with everything that is wrong with the file, and nothing is changed. The users of the file become those of the
 * whole cluster, all others are deleted; connections of this node end, save those of the default user. Record: user.
 * @see https://redis.io/docs/latest/commands/acl-load/
 */
export function aclLoad(context: CommandContext): void {
  const file = aclFileOf(context);
  if (file === undefined) return;
  const { users } = context;
  const read = readAclFile(file, users);
  if ("errors" in read) return context.fail(oneLine(`ERR ${read.errors}`));
  const wanted = users.withDefault(read.users);
  for (const user of users.all()) {
    if (!wanted.has(user.name)) changeUser(context, user.name, undefined);
  }
  for (const [name, user] of wanted) {
    if (!users.hasLogged(name, user)) changeUser(context, name, user);
  }
  endSessions(context, (user) => user !== users.defaultUser);
  context.ok();
}

/**
 * ACL SAVE
 * Replies: OK; -ERR There was an error trying to save the ACLs. Record: none.
 * @see https://redis.io/docs/latest/commands/acl-save/
 */
export function aclSave(context: CommandContext): void {
  const file = aclFileOf(context);
  if (file === undefined) return;
  if (file.write(aclFileText(context.users.all(), context.users))) return context.ok();
  context.fail(
    "ERR There was an error trying to save the ACLs. Please check the server logs for more information",
  );
}

/**
 * ACL HELP
 * Replies: array of lines. Record: none.
 * @see https://redis.io/docs/latest/commands/acl-help/
 */
export function aclHelp(context: CommandContext): void {
  replyHelp(context, "ACL", [
    "CAT [<category>]",
    "    Categories, or the commands of one.",
    "DELUSER <username> [<username> ...]",
    "    Delete users and close their connections.",
    "DRYRUN <username> <command> [<arg> ...]",
    "    Whether a user may run a command, which is not run.",
    "GENPASS [<bits>]",
    "    A password by lot, of 256 bits if no other number is given.",
    "GETUSER <username>",
    "    What a user may do.",
    "LIST",
    "    All users as lines of an ACL file.",
    "LOAD",
    "    Take the users of the ACL file.",
    "LOG [<count> | RESET]",
    "    What was refused lately.",
    "SAVE",
    "    Write the users into the ACL file.",
    "SETUSER <username> <attribute> [<attribute> ...]",
    "    Make or change a user.",
    "USERS",
    "    Names of all users.",
    "WHOAMI",
    "    The connection's user.",
  ]);
}
