/** Why a request does not run, as far as it and its session tell. */
import { denialOf, noPermission } from "../access/permission.ts";
import { errors, oneLine, printed, wrongArity } from "../resp/replies.ts";
import type { Settings } from "../settings/settings.ts";
import { type Declared, isDeniedWithoutMemory } from "./declared.ts";
import type { Session } from "./session.ts";
import { type CommandSpec, type CommandTable, hasValidArity } from "./spec.ts";

/**
 * Why a client may not run a command: it has too few words, the client has not given the password, its user may not, or it listens.
 * Undefined if it may.
 */
export function refusalOf(
  session: Session,
  spec: CommandSpec,
  argv: readonly string[],
  settings: Settings,
): string | undefined {
  if (!hasValidArity(spec, argv.length)) return wrongArity(spec.name);
  const { protectedBy } = spec.row;
  if (protectedBy !== undefined && !mayRun(session, settings.get(protectedBy))) {
    return notAllowed(spec.name.toUpperCase(), protectedBy);
  }
  if (!session.isAuthenticated && !spec.flags.includes("no_auth")) return errors.noAuth;
  if (session.isInTransaction && spec.flags.includes("no_multi")) {
    return "ERR Command not allowed inside a transaction";
  }
  if (!session.knowsUsers && spec.flags.includes("admin")) return errors.loading;
  const denial = denialOf(session.user, spec, argv);
  if (denial !== undefined) return noPermission(denial, spec);
  if (session.isSubscriber && session.respVersion === 2 && !RUN_WHILE_SUBSCRIBED.has(spec.name)) {
    return `ERR Can't execute '${spec.name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`;
  }
  const actsOnKeys = spec.isWrite || spec.isReadonly || spec.flags.includes("may_replicate");
  if (session.isMonitor && actsOnKeys) return "ERR Replica can't interact with the keyspace";
  return undefined;
}

/** The request may make the data grow, or the queue of a transaction: it does not run where no memory is left. */
export function takesMemory(session: Session, spec: CommandSpec, declared: Declared): boolean {
  if (spec.name === "exec") {
    return session.queue.some((one) => isDeniedWithoutMemory(one.spec, one.declared));
  }
  const isQueued = session.isInTransaction && !ENDS_TRANSACTION.has(spec.name);
  return isQueued || isDeniedWithoutMemory(spec, declared);
}

const ENDS_TRANSACTION: ReadonlySet<string> = new Set(["discard", "quit", "reset"]);

/** Whether a client may run a protected command, by the parameter that protects it. */
function mayRun(session: Session, permission: string): boolean {
  if (permission !== "local") return permission === "yes";
  // A path is a Unix socket's.
  return /^(127\.0\.0\.1:|\[::1\]:|\/)/.test(session.address);
}

function notAllowed(commandName: string, parameter: string): string {
  return `ERR ${commandName} command not allowed. If the ${parameter} option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.`;
}

const RUN_WHILE_SUBSCRIBED: ReadonlySet<string> = new Set([
  "ping",
  "subscribe",
  "ssubscribe",
  "unsubscribe",
  "sunsubscribe",
  "psubscribe",
  "punsubscribe",
  "quit",
  "reset",
]);

/** A web page may make a browser send requests to a port nearby: such a connection is closed, unanswered, before lines of its body run. */
export function isWebRequest(argv: readonly string[]): boolean {
  const name = argv[0]?.toLowerCase();
  return name === "post" || name === "host:";
}

/** The error for a name that no command has, or no subcommand of its container. */
export function unknownCommand(commands: CommandTable, argv: readonly string[]): string {
  const name = argv[0] ?? "";
  const container = commands.find(name);
  if (container?.subcommands !== undefined) {
    const shown = printed(argv[1] ?? "", 128);
    return oneLine(`ERR unknown subcommand '${shown}'. Try ${name.toUpperCase()} HELP.`);
  }
  let words = "";
  for (let index = 1; index < argv.length && words.length < 128; index++) {
    words += `'${printed(argv[index] ?? "", 128 - words.length)}' `;
  }
  return oneLine(`ERR unknown command '${printed(name, 128)}', with args beginning with: ${words}`);
}
