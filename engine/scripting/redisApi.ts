/**
 * The table "redis" of scripts.
 * @see https://redis.io/docs/latest/develop/interact/programmability/lua-api/
 */
import { hexadecimal, sha1 } from "../bytes/sha1.ts";
import { latin1Bytes } from "../bytes/latin1.ts";
import { printed } from "../resp/replies.ts";
import { doubleText } from "../structures/doubleText.ts";
import { LuaError } from "./lua/errors.ts";
import { library, type Arguments } from "./lua/lib/arguments.ts";
import { toNumber, toText } from "./lua/operations.ts";
import { LuaTable } from "./lua/table.ts";
import { type LuaValue, Task, type TaskSteps } from "./lua/values.ts";
import { type CommandReply, tagged } from "./replies.ts";

/** What a script asks of the server around it. */
export interface ScriptHost {
  /** Runs a command. Returns its reply, or the error line of one that was refused. */
  call(argv: readonly string[]): CommandReply | string;
  /** Chooses the protocol of later replies. */
  setProtocol(version: 2 | 3): void;
  /** Says a line in the server's log; levels as LOG_LEVELS counts them. */
  log(level: number, line: string): void;
  /** Whether the user may run the command; undefined if there is none of this name. */
  mayRun(argv: readonly string[]): boolean | undefined;
  /** Makes what the command needs, piece by piece: false until all of it is there. Undefined if nothing is ever to be made. */
  readonly prepare: ((argv: readonly string[]) => boolean) | undefined;
  /** Who is told of errors, of values shown and of places to stop; undefined if the script is not debugged. */
  readonly debugger: ScriptDebugger | undefined;
}

/** What a script says to its debugger. */
export interface ScriptDebugger {
  noteError(text: string): void;
  tell(values: readonly LuaValue[]): void;
  breakHere(): true;
}

/** A piece of what a command needs takes as long as so many loops. */
const PREPARING_LOOPS = 2000;

const VERSION = "7.0.15";
const VERSION_NUMBER = 0x0007000f;
const LOG_LEVELS = ["LOG_DEBUG", "LOG_VERBOSE", "LOG_NOTICE", "LOG_WARNING"];
const REPLICATION = { REPL_NONE: 0, REPL_AOF: 1, REPL_SLAVE: 2, REPL_REPLICA: 2, REPL_ALL: 3 };

/** What scripts and functions have alike. */
export function redisTable(host: ScriptHost): LuaTable {
  const call = (args: Arguments): LuaValue => {
    const { value, isError } = callCommand(host, args);
    if (isError) throw new LuaError(value);
    return value;
  };
  const pcall = (args: Arguments): LuaValue => callCommand(host, args).value;
  const table = library({
    call: (args) => (host.prepare === undefined ? call(args) : prepared(host, args, call)),
    pcall: (args) => (host.prepare === undefined ? pcall(args) : prepared(host, args, pcall)),
    sha1hex: (args) => {
      if (args.count !== 1) raise("wrong number of arguments");
      return hexadecimal(sha1(latin1Bytes(toText(args.at(1)) ?? "")));
    },
    error_reply: (args) => {
      const given = onlyText(args);
      if (given === undefined) return errorOf("wrong number or type of arguments");
      const text = printed(given, Infinity);
      const line = text.startsWith("-") ? text : `-${text}`;
      host.debugger?.noteError(line);
      return errorOf(line);
    },
    status_reply: (args) => {
      const text = onlyText(args);
      return text === undefined ? errorOf("wrong number or type of arguments") : tagged("ok", text);
    },
    setresp: (args) => {
      if (args.count !== 1) raise("redis.setresp() requires one argument.");
      const version = args.castInt(1);
      if (version !== 2 && version !== 3) raise("RESP version must be 2 or 3.");
      host.setProtocol(version);
      return [];
    },
    set_repl: (args) => {
      // Every change is logged: a script cannot hide one from the replicas.
      if (args.count !== 1) raise("redis.set_repl() requires two arguments.");
      if ((args.castInt(1) & ~REPLICATION.REPL_ALL) !== 0) {
        raise("Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.");
      }
      return [];
    },
    acl_check_cmd: (args) => {
      if (args.count === 0) raise(NO_ARGUMENT);
      const argv = argumentsOf(args) ?? raise(BAD_ARGUMENT);
      return host.mayRun(argv) ?? raise("Invalid command passed to redis.acl_check_cmd()");
    },
  });
  for (const [name, value] of Object.entries(REPLICATION)) table.set(name, value);
  for (const [name, value] of constants(host).entries()) table.set(name, value);
  return table;
}

/** What scripts have beside that. */
export function scriptTable(host: ScriptHost): LuaTable {
  const table = redisTable(host);
  const more = library({
    replicate_commands: () => true,
    breakpoint: () => host.debugger?.breakHere() ?? false,
    debug: (args) => {
      host.debugger?.tell(args.values);
      return [];
    },
  });
  for (const [name, value] of more.entries()) table.set(name, value);
  return table;
}

/** What a library has while it is loaded, too: the version, and the log. */
export function constants(host: ScriptHost): LuaTable {
  const table = library({ log: (args) => log(host, args) });
  LOG_LEVELS.forEach((name, level) => table.set(name, level));
  table.set("REDIS_VERSION", VERSION);
  table.set("REDIS_VERSION_NUM", VERSION_NUMBER);
  return table;
}

/** Runs a command once all that it needs is there. */
function prepared(
  host: ScriptHost,
  args: Arguments,
  run: (args: Arguments) => LuaValue,
): LuaValue | Task {
  const { prepare } = host;
  const argv = prepare === undefined ? undefined : argumentsOf(args);
  if (prepare === undefined || argv === undefined || prepare(argv)) return run(args);
  return new Task(
    (function* (): TaskSteps {
      do {
        args.machine.budget -= PREPARING_LOOPS;
        yield undefined;
      } while (!prepare(argv));
      return [run(args)];
    })(),
  );
}

function callCommand(host: ScriptHost, args: Arguments): CommandReply {
  if (args.count === 0) return refused(host, NO_ARGUMENT);
  const argv = argumentsOf(args);
  if (argv === undefined) return refused(host, BAD_ARGUMENT);
  const answer = host.call(argv);
  const reply =
    typeof answer === "string" ? { value: tagged("err", answer), isError: true } : answer;
  // What a command refused or answered as an error has been counted.
  if (reply.isError && reply.value instanceof LuaTable) {
    reply.value.set("ignore_error_stats_update", true);
  }
  return reply;
}

function refused(host: ScriptHost, message: string): CommandReply {
  host.debugger?.noteError(message);
  return { value: errorOf(message), isError: true };
}

const BAD_ARGUMENT = "Lua redis lib command arguments must be strings or integers";
const NO_ARGUMENT = "Please specify at least one argument for this redis lib call";

/** Undefined if one of them is neither a string nor a number. */
function argumentsOf({ values }: Arguments): readonly string[] | undefined {
  if (areTexts(values)) return values;
  const argv: string[] = [];
  for (const value of values) {
    // Lua's own text of a number would lose digits.
    const isExact = typeof value === "number" && !Number.isNaN(value);
    const text = isExact ? doubleText(value) : toText(value);
    if (text === undefined) return undefined;
    argv.push(text);
  }
  return argv;
}

function areTexts(values: readonly LuaValue[]): values is readonly string[] {
  for (let index = 0; index < values.length; index++) {
    if (typeof values[index] !== "string") return false;
  }
  return true;
}

function onlyText(args: Arguments): string | undefined {
  const value = args.at(1);
  return args.count === 1 && typeof value === "string" ? value : undefined;
}

function log(host: ScriptHost, args: Arguments): readonly LuaValue[] {
  if (args.count < 2) raise("redis.log() requires two arguments or more.");
  if (toNumber(args.at(1)) === undefined) raise("First argument must be a number (log level).");
  const level = args.castInt(1);
  if (level < 0 || level >= LOG_LEVELS.length) raise("Invalid debug level.");
  const words = args.values.slice(1).map((value) => toText(value) ?? "");
  host.log(level, words.join(" "));
  return [];
}

export function raise(message: string): never {
  throw new LuaError(errorOf(message));
}

/** "-CODE message", or a message that gets the code ERR, as the table that scripts know errors by. */
export function errorOf(text: string): LuaTable {
  if (!text.startsWith("-")) return tagged("err", `ERR ${text}`);
  const line = text.slice(1).replace(/[\r\n]+$/, "");
  return tagged("err", line.includes(" ") ? line : `ERR ${line}`);
}
