/**
 * Scripts: what EVAL and its kin do with the keyspace. A script runs within one request, so its changes are one record, as those of a
 * transaction are; what it changed before it failed stays, as in Redis.
 */
import { denialOf, type Denial } from "../access/permission.ts";
import { hexadecimal, sha1 } from "../bytes/sha1.ts";
import { latin1Bytes } from "../bytes/latin1.ts";
import { noSlot, slotOf } from "../cluster/slots.ts";
import { errors, oneLine } from "../resp/replies.ts";
import { makeMachine } from "../scripting/environment.ts";
import { LuaError, LuaSyntaxError, ScriptStopped } from "../scripting/lua/errors.ts";
import type { LuaMachine } from "../scripting/lua/machine.ts";
import { LuaTable } from "../scripting/lua/table.ts";
import { shown, toText } from "../scripting/lua/operations.ts";
import type { LuaValue } from "../scripting/lua/values.ts";
import { redisTable, type ScriptHost } from "../scripting/redisApi.ts";
import { writeReply } from "../scripting/replies.ts";
import { parseHeader, type Script } from "../scripting/script.ts";
import type { CommandContext } from "./context.ts";
import { integerArgument } from "./numbers.ts";
import { noteDenial } from "./refusals.ts";
import { Session } from "./session.ts";
import { hasValidArity, keysOf, type CommandSpec } from "./spec.ts";

/** Loops and calls of one script: the node answers nobody meanwhile, and must not outlast its lease. */
const MAX_LOOPS = 10_000_000;

/** The script that runs. */
interface Running {
  readonly session: Session;
  readonly script: Script;
  readonly isReadonly: boolean;
  readonly allowsCrossSlot: boolean;
  readonly allowsOutOfMemory: boolean;
  /** Nothing could be evicted before it began. */
  readonly isOutOfMemory: boolean;
  hasWritten: boolean;
  slot: number;
}

const WHY_DENIED: Readonly<Record<Denial["kind"], string>> = {
  command: "can't run this command or subcommand",
  key: "can't access at least one of the keys mentioned in the command arguments",
  channel: "can't publish to the channel mentioned in the command",
};

export class Scripting implements ScriptHost {
  private readonly context: CommandContext;
  private readonly scripts = new Map<string, Script>();
  /** Made when the first script comes. */
  private machine: LuaMachine | undefined = undefined;
  private running: Running | undefined = undefined;

  constructor(context: CommandContext) {
    this.context = context;
  }

  has(sha: string): boolean {
    return this.scripts.has(sha.toLowerCase());
  }

  /** Forgets every script, and the machine with all that scripts left in it. */
  flush(): void {
    this.scripts.clear();
    this.machine = undefined;
  }

  /** The script of this text, compiled and kept. Undefined if it is none, which was answered. */
  load(body: string): Script | undefined {
    const sha = hexadecimal(sha1(latin1Bytes(body)));
    const present = this.scripts.get(sha);
    if (present !== undefined) return present;
    const header = parseHeader(body);
    if (typeof header === "string") {
      this.context.fail(header);
      return undefined;
    }
    this.machine ??= makeMachine(redisTable(this));
    try {
      const closure = this.machine.load(body.slice(header.codeAt), "user_script");
      const script = { sha, body, flags: header.flags, closure };
      this.scripts.set(sha, script);
      return script;
    } catch (error) {
      if (!(error instanceof LuaSyntaxError)) throw error;
      this.context.failQuoting("ERR Error compiling script (new function): ", error.message);
      return undefined;
    }
  }

  /**
   * Runs a script with its keys and arguments and answers what it returns.
   * @param argv - name, body or digest, number of keys, keys, arguments
   */
  evaluate(argv: readonly string[], isDigest: boolean, isReadonly: boolean): void {
    const { context } = this;
    const keyCount = integerArgument(context, argv[2] ?? "");
    if (keyCount === undefined) return;
    if (keyCount > argv.length - 3) {
      return context.fail("ERR Number of keys can't be greater than number of args");
    }
    if (keyCount < 0) return context.fail("ERR Number of keys can't be negative");
    const text = argv[1] ?? "";
    const script = isDigest ? this.scripts.get(text.toLowerCase()) : this.load(text);
    if (script === undefined) {
      if (isDigest) context.fail("NOSCRIPT No matching script. Please use EVAL.");
      return;
    }
    const refusal = this.refusalOf(script, isReadonly);
    if (refusal !== undefined) return context.fail(refusal);
    this.run(script, argv.slice(3, 3 + keyCount), argv.slice(3 + keyCount), isReadonly);
  }

  /** Why a script with flags may not run here and now. */
  private refusalOf({ flags }: Script, isReadonly: boolean): string | undefined {
    const { context } = this;
    if (flags === undefined) return undefined;
    if (flags.has("no-cluster") && context.server.isClusterMode) {
      return "ERR Can not run script on cluster, 'no-cluster' flag is set.";
    }
    if (flags.has("no-writes")) return undefined;
    if (!context.isPrimary)
      return "READONLY Can not run script with write flag on readonly replica";
    if (isReadonly) return "ERR Can not execute a script with write flag using *_ro command.";
    if (!flags.has("allow-oom") && context.eviction.isOver) {
      return "OOM allow-oom flag is not set on the script, can not run it when used memory > 'maxmemory'";
    }
    return undefined;
  }

  private run(
    script: Script,
    keys: readonly string[],
    args: readonly string[],
    isReadonly: boolean,
  ): void {
    const { context } = this;
    const machine = (this.machine ??= makeMachine(redisTable(this)));
    const caller = context.session;
    const session = new Session(caller.clientId, "lua", caller.openedUnixUs);
    session.database = caller.database;
    session.user = caller.user;
    const { flags } = script;
    const running: Running = {
      session,
      script,
      isReadonly: isReadonly || flags?.has("no-writes") === true,
      allowsCrossSlot: flags === undefined || flags.has("allow-cross-slot-keys"),
      allowsOutOfMemory: flags?.has("allow-oom") === true,
      isOutOfMemory: context.eviction.isOver,
      hasWritten: false,
      slot: keys[0] === undefined ? noSlot : slotOf(keys[0]),
    };
    machine.globals.set("KEYS", LuaTable.ofList(keys));
    machine.globals.set("ARGV", LuaTable.ofList(args));
    this.running = running;
    try {
      machine.begin(script.closure, []);
      if (machine.run(MAX_LOOPS)) this.answer(machine.results[0]);
      else this.fail(`ERR Script has run for more than ${MAX_LOOPS} loops and calls`);
    } catch (error) {
      if (error instanceof LuaError) this.answerError(error);
      else if (error instanceof ScriptStopped) this.fail(`ERR ${error.message}`);
      else throw error;
    } finally {
      this.running = undefined;
      machine.globals.set("KEYS", undefined);
      machine.globals.set("ARGV", undefined);
    }
  }

  private answer(value: LuaValue): void {
    const { context, running } = this;
    const wasCounted = value instanceof LuaTable && value.get("ignore_error_stats_update") === true;
    const fail = (error: string): void => {
      if (wasCounted) context.failAgain(error);
      else context.fail(error);
    };
    const version = running?.session.respVersion ?? 2;
    writeReply(context.reply, value, version, fail);
  }

  /** An error that nobody caught: where it arose is told behind it. */
  private answerError({ value, position }: LuaError): void {
    const { context } = this;
    let message: string;
    let wasCounted = false;
    if (value instanceof LuaTable) {
      message = toText(value.get("err")) ?? "ERR unknown error";
      if (message.startsWith("-")) message = message.slice(1);
      wasCounted = value.get("ignore_error_stats_update") === true;
    } else {
      message = `ERR ${this.machine === undefined ? "" : shown(this.machine, value)}`;
    }
    const where = position === undefined ? "" : `, on @${position.chunkName}:${position.line}`;
    const line = oneLine(`${message} script: ${this.running?.script.sha}${where}.`);
    if (wasCounted) context.failAgain(line);
    else context.fail(line);
  }

  private fail(message: string): void {
    this.context.fail(`${message} script: ${this.running?.script.sha}.`);
  }

  /** redis.call */
  call(argv: readonly string[]): Uint8Array | string {
    const { context, running } = this;
    if (running === undefined) {
      return "ERR redis.call/pcall can only be called inside a script invocation";
    }
    const spec = context.commands.findRequest(argv);
    const refusal = this.callRefusal(running, spec, argv);
    if (spec === undefined || refusal !== undefined) {
      if (spec !== undefined) context.statistics.commandCount(spec.name).rejected++;
      context.statistics.countError(refusal ?? "");
      return refusal ?? "";
    }
    if (spec.isWrite) running.hasWritten = true;
    return this.callAs(running.session, spec, argv);
  }

  /** Runs a command by the script's own session. Returns a copy of its reply, which goes to nobody else. */
  private callAs(session: Session, spec: CommandSpec, argv: readonly string[]): Uint8Array {
    const { context } = this;
    const { session: caller, reply, redacted, errorCount, isExecuting } = context;
    const from = reply.lengthBytes;
    context.session = session;
    reply.version = session.respVersion;
    context.select(session.database);
    context.isExecuting = true;
    context.isScript = true;
    context.redacted = [];
    for (const key of keysOf(spec, argv)) {
      context.noteTouched(key);
    }
    context.call(spec, argv);
    const bytes = reply.writtenSince(from);
    reply.truncate(from);
    context.session = caller;
    reply.version = caller.respVersion;
    context.select(caller.database);
    context.isExecuting = isExecuting;
    context.isScript = false;
    context.redacted = redacted;
    // What a script makes of an error of its own is for it to tell.
    context.errorCount = errorCount;
    return bytes;
  }

  private callRefusal(
    running: Running,
    spec: CommandSpec | undefined,
    argv: readonly string[],
  ): string | undefined {
    const { context } = this;
    if (spec === undefined) return "ERR Unknown Redis command called from script";
    if (!hasValidArity(spec, argv.length)) {
      return "ERR Wrong number of args calling Redis command from script";
    }
    if (spec.flags.includes("noscript")) return "ERR This Redis command is not allowed from script";
    const denial = denialOf(running.session.user, spec, argv);
    if (denial !== undefined) {
      noteDenial(context, spec, argv, denial, "lua");
      return `ERR The user executing the script ${WHY_DENIED[denial.kind]}`;
    }
    if (running.isReadonly && (spec.isWrite || spec.flags.includes("may_replicate"))) {
      return "ERR Write commands are not allowed from read-only scripts.";
    }
    if (spec.isWrite && !running.hasWritten && !context.isPrimary) return errors.readonly;
    const needsMemory = spec.flags.includes("denyoom") && !running.hasWritten;
    if (needsMemory && running.isOutOfMemory && !running.allowsOutOfMemory)
      return errors.outOfMemory;
    return context.server.isClusterMode ? this.slotRefusal(running, keysOf(spec, argv)) : undefined;
  }

  /** In cluster mode: keys of other shards, and of several slots unless the script may. */
  private slotRefusal(running: Running, keys: readonly string[]): string | undefined {
    const { server } = this.context;
    for (const key of keys) {
      const slot = slotOf(key);
      const range = server.slotRanges.find((one) => one.firstSlot <= slot && slot <= one.lastSlot);
      const nodes = range === undefined ? [] : [range.primary, ...range.replicas];
      if (!nodes.some((node) => node?.nodeId === server.self.nodeId)) {
        return "ERR Script attempted to access a non local key in a cluster node";
      }
      if (running.slot === noSlot) running.slot = slot;
      else if (running.slot !== slot && !running.allowsCrossSlot) {
        return "ERR Script attempted to access keys that do not hash to the same slot";
      }
    }
    return undefined;
  }

  /** redis.setresp */
  setProtocol(version: 2 | 3): void {
    if (this.running !== undefined) this.running.session.respVersion = version;
  }

  /** redis.acl_check_cmd; undefined if there is no such command. */
  mayRun(argv: readonly string[]): boolean | undefined {
    const spec = this.context.commands.findRequest(argv);
    return spec && denialOf(this.running?.session.user, spec, argv) === undefined;
  }
}
