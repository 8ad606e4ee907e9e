/** CONFIG: the configuration of this node. It is the node's own and is not logged. */
import { DEFAULT_USER } from "../access/userDirectory.ts";
import { errors, oneLine, printed } from "../resp/replies.ts";
import { whyFixed } from "../settings/fixed.ts";
import type { Parameter } from "../settings/parameter.ts";
import { parameterNamed, parameterNames } from "../settings/table.ts";
import { changeUser } from "./acl.ts";
import type { CommandContext } from "./context.ts";
import { matchesGlob } from "./glob.ts";
import { replyHelp } from "./generic.ts";

/**
 * CONFIG GET parameter [parameter …]
 * Replies: map of names to values, sorted; a name with *, ? or [ is a pattern, which finds no hidden parameter. Record: none.
 * @see https://redis.io/docs/latest/commands/config-get/
 */
export function configGet(context: CommandContext, argv: readonly string[]): void {
  /** By name in lower case; what a client wrote out is shown as it wrote it. */
  const found = new Map<string, { shown: string; parameter: Parameter }>();
  for (const asked of argv.slice(2)) {
    const isPattern = /[[*?]/.test(asked);
    for (const name of isPattern ? parameterNames : [asked]) {
      const parameter = parameterNamed(name);
      if (parameter === undefined || found.has(name.toLowerCase())) continue;
      const isShown =
        !isPattern ||
        (!parameter.traits.includes("hidden") && matchesGlob(asked.toLowerCase(), name));
      if (isShown) found.set(name.toLowerCase(), { shown: name, parameter });
    }
  }
  const { reply, settings } = context;
  reply.map(found.size);
  for (const { shown, parameter } of found.values()) {
    reply.bulk(shown);
    reply.bulk(settings.value(parameter));
  }
}

interface Change {
  readonly name: string;
  readonly parameter: Parameter;
  readonly value: string;
}

/**
 * CONFIG SET parameter value [parameter value …]
 * Replies: OK if all values were taken, else an error and nothing is changed: -ERR Unknown option or number of arguments for CONFIG SET,
 * -ERR CONFIG SET failed (possibly related to argument '…') with the reason, which may be the host's, -LOADING. Record: none.
 * @see https://redis.io/docs/latest/commands/config-set/
 */
export function configSet(context: CommandContext, argv: readonly string[]): void {
  if (argv.length % 2 !== 0) return context.fail(errors.syntax);
  const changes: Change[] = [];
  const failure = collectChanges(context, argv, changes);
  if (failure !== undefined) return context.fail(failure);
  const read: { parameter: Parameter; text: string }[] = [];
  for (const { name, parameter, value } of changes) {
    const words = parameter.isList ? wordsOf(value) : [value];
    const present = context.settings.value(parameter);
    const reading = parameter.read(words, present);
    if ("why" in reading) return context.fail(failed(name, reading.why));
    const why = reading.text === present ? undefined : whyFixed(parameter.name);
    if (why !== undefined) return context.fail(failed(parameter.name, why));
    read.push({ parameter, text: reading.text });
  }
  const asked = new Map(read.map(({ parameter, text }) => [parameter.name, text]));
  const refused = context.meter.figures.whyRefused(asked);
  if (refused !== undefined) return context.fail(failed(refused.parameter, refused.why));
  for (const { parameter, text } of read) {
    context.settings.change(parameter, text);
    if (parameter.name === "requirepass") requirePassword(context, text);
  }
  context.ok();
}

/** The default user's password; logged where the log has a word on that user already. */
function requirePassword(context: CommandContext, password: string): void {
  const changed = context.users.requirePassword(password);
  if (changed !== undefined && context.isPrimary) changeUser(context, DEFAULT_USER, changed);
}

/** The parameters that a request names, or why it is refused before any value is read. */
function collectChanges(
  context: CommandContext,
  argv: readonly string[],
  changes: Change[],
): string | undefined {
  for (let index = 2; index < argv.length; index += 2) {
    const given = argv[index] ?? "";
    const parameter = parameterNamed(given);
    if (parameter === undefined) {
      const shown = printed(given, Infinity);
      return oneLine(`ERR Unknown option or number of arguments for CONFIG SET - '${shown}'`);
    }
    const name = given.toLowerCase();
    const failure = whyUntouchable(context, parameter, given);
    if (failure !== undefined) return failure;
    if (changes.some((change) => change.name === name)) return failed(given, "duplicate parameter");
    changes.push({ name, parameter, value: argv[index + 1] ?? "" });
  }
  return undefined;
}

function whyUntouchable(
  context: CommandContext,
  parameter: Parameter,
  given: string,
): string | undefined {
  const { traits } = parameter;
  if (traits.includes("immutable")) return failed(given, "can't set immutable config");
  if (traits.includes("protected") && !isAllowed(context, "enable-protected-configs")) {
    return failed(given, "can't set protected config");
  }
  if (traits.includes("denyLoading") && !context.server.isCaughtUp) return errors.loading;
  return undefined;
}

/** What a parameter of "no", "yes" and "local" says for this connection. */
export function isAllowed(context: CommandContext, name: string): boolean {
  const answer = context.settings.get(name);
  return answer === "yes" || (answer === "local" && isLocal(context.session.address));
}

function isLocal(address: string): boolean {
  return /^(127\.0\.0\.1|\[?::1\]?):|^\//.test(address);
}

function failed(name: string, why: string): string {
  return oneLine(`ERR CONFIG SET failed (possibly related to argument '${name}') - ${why}`);
}

/** A value of several words comes as one, with single blanks between them. */
function wordsOf(value: string): readonly string[] {
  return value === "" ? [] : value.split(" ");
}

/**
 * CONFIG RESETSTAT
 * Replies: OK. Record: none.
 * @see https://redis.io/docs/latest/commands/config-resetstat/
 */
export function configResetstat(context: CommandContext): void {
  context.statistics.reset();
  context.accessLog.resetStatistics();
  context.eviction.resetStatistics();
  const clients = context.meter.figures.clients();
  clients.rejectedConnections = 0;
  clients.outputLimitDisconnections = 0;
  clients.failedHandshakes = 0;
  context.ok();
}

/**
 * CONFIG REWRITE
 * Replies: OK, and the host writes the file, or says in its log why it could not; -ERR if it read none. Record: none.
 * @see https://redis.io/docs/latest/commands/config-rewrite/
 */
export function configRewrite(context: CommandContext): void {
  if (context.meter.figures.process().configFile === "") {
    return context.fail("ERR The server is running without a config file");
  }
  context.server.rewriteConfiguration("changed");
  context.ok();
}

/**
 * CONFIG HELP
 * Replies: array of lines. Record: none.
 * @see https://redis.io/docs/latest/commands/config-help/
 */
export function configHelp(context: CommandContext): void {
  replyHelp(context, "CONFIG", [
    "GET <pattern>",
    "    Parameters whose names match, with their values.",
    "SET <parameter> <value>",
    "    Give parameters other values.",
    "RESETSTAT",
    "    Begin INFO's counters anew.",
    "REWRITE",
    "    Write the configuration into its file.",
  ]);
}
