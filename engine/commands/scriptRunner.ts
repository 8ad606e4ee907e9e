/**
 * Runs a script or a function: what it does with the keyspace. All its changes are one record, as those of a transaction are; what it
 * changed before it failed stays, as in Redis. One that is long pauses, and goes on when the context is given back to it: see `goOn`.
 */
import { must } from "../assert.ts";
import { denialOf, type Denial } from "../access/permission.ts";
import { noSlot, slotOf } from "../cluster/slots.ts";
import { errors, oneLine, printed } from "../resp/replies.ts";
import { LuaError } from "../scripting/lua/errors.ts";
import type { LuaMachine } from "../scripting/lua/machine.ts";
import { LuaTable } from "../scripting/lua/table.ts";
import { shown, toText } from "../scripting/lua/operations.ts";
import type { LuaValue } from "../scripting/lua/values.ts";
import type { Debugger } from "../scripting/debugger/debugger.ts";
import { errorOf, type ScriptHost } from "../scripting/redisApi.ts";
import { type CommandReply, ReplyReader, writeReply } from "../scripting/replies.ts";
import type { Script } from "../scripting/script.ts";
import type { CommandContext } from "./context.ts";
import type { KeyCopier } from "./keyCopier.ts";
import { noteDenial } from "./refusals.ts";
import { Session } from "./session.ts";
import { hasValidArity, keysOf, type CommandSpec } from "./spec.ts";

/** Loops and calls after which the time is looked at, and after which a script pauses in any case: some milliseconds. */
const PIECE_LOOPS = 10_000;
const SLICE_LOOPS = 100_000;
/** A command of a script counts as so many loops. */
const COMMAND_LOOPS = 50;
/** Time in one step after which a script pauses. */
const SLICE_US = 5000;

/** A script that is debugged runs so long without a stop where busy-reply-threshold says nothing. */
const USUAL_LIMIT_MS = 5000;
/** Things that a client does to its script in one slice. */
const DEBUGGER_TURNS = 64;
const NOTHING = new Uint8Array(0);

const KILLED = "Script killed by user with SCRIPT KILL...";
const UNKILLABLE =
  "UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.";

const WHY_DENIED: Readonly<Record<Denial["kind"], string>> = {
  command: "can't run this command or subcommand",
  key: "can't access at least one of the keys mentioned in the command arguments",
  channel: "can't publish to the channel mentioned in the command",
};

/** A refusal as Redis hands it to scripts: those of scripts themselves without a code, others as the line that is answered. */
function plainError(refusal: string): string {
  return refusal.startsWith("ERR ") ? refusal.slice(4) : `-${refusal}\r\n`;
}

export interface LoggedLine {
  /** From 0 (debug) to 3 (warning). */
  readonly level: number;
  readonly text: string;
}

export interface ScriptCall {
  readonly script: Script;
  readonly machine: LuaMachine;
  readonly keys: readonly string[];
  readonly args: readonly string[];
  /** Asked for by a command that only reads, such as EVAL_RO. */
  readonly isReadonly: boolean;
  /** The whole request. */
  readonly argv: readonly string[];
}

/** The script that runs. */
interface Running {
  readonly call: ScriptCall;
  readonly session: Session;
  readonly isReadonly: boolean;
  readonly allowsCrossSlot: boolean;
  readonly allowsOutOfMemory: boolean;
  /** Nothing could be evicted before it began. */
  readonly isOutOfMemory: boolean;
  hasWritten: boolean;
  isKilled: boolean;
  slot: number;
}

/** What FUNCTION STATS tells of the function that runs. */
export interface RunningView {
  readonly name: string;
  readonly argv: readonly string[];
}

export class ScriptRunner implements ScriptHost {
  /** Loops and calls of all scripts so far: a host whose time is a model of the work done tells by them how long scripts took. */
  loops = 0;
  /** What scripts have said in the server's log, until somebody takes it. */
  private lines: LoggedLine[] = [];
  /** Who keeps what scripts say. */
  loggedBy: ScriptRunner = this;
  /** Copies the keys of a script that is debugged on a copy of the data. */
  keyCopier: KeyCopier | undefined = undefined;
  /** Of the script that is debugged. */
  debugger: Debugger | undefined = undefined;
  private debugged: Session | undefined = undefined;
  private debuggerOutput: Uint8Array | undefined = undefined;
  private readonly context: CommandContext;
  private running: Running | undefined = undefined;

  constructor(context: CommandContext) {
    this.context = context;
  }

  /** What is said from now on goes to the client of this debugger, and what the client sends to it. */
  beginDebugging(debug: Debugger): void {
    const { session } = this.context;
    this.debugger = debug;
    this.debugged = session;
    session.debuggerInput = debug.input;
  }

  /** The script has ended, or never ran: its client is told, and its connection is closed behind the reply. */
  endDebugging(): void {
    if (this.debugger === undefined) return;
    this.debugger.end();
    this.debuggerOutput = this.takeDebuggerOutput();
    this.debugger = undefined;
    if (this.debugged !== undefined) this.debugged.debuggerInput = undefined;
    this.debugged = undefined;
    this.context.close = true;
  }

  /** RESP bytes for the client whose script is debugged, which stand before the reply. */
  takeDebuggerOutput(): Uint8Array {
    const before = this.debuggerOutput ?? NOTHING;
    this.debuggerOutput = undefined;
    return this.debugger === undefined ? before : this.debugger.takeOutput();
  }

  /** The script stands still, and its client has said nothing yet. */
  get isWaiting(): boolean {
    return this.debugger?.isWaiting === true && this.running?.isKilled !== true;
  }

  /** Copies a piece of what a command may look at. */
  get prepare(): ((argv: readonly string[]) => boolean) | undefined {
    const { keyCopier } = this;
    if (keyCopier === undefined) return undefined;
    return (argv) => {
      const spec = this.context.commands.findRequest(argv);
      return spec === undefined || keyCopier.copyFor(spec, argv);
    };
  }

  /** The script or function that has paused; undefined if there is none. */
  get view(): RunningView | undefined {
    if (this.running === undefined) return undefined;
    const { script, argv } = this.running.call;
    return { name: script.name, argv };
  }

  get runsFunction(): boolean {
    return this.running?.call.script.isFunction === true;
  }

  /** Runs a script and answers what it returns, unless something speaks against it, which is answered. */
  run(call: ScriptCall): void {
    const { context } = this;
    const { script, machine, keys, args } = call;
    const refusal = this.refusalOf(script, call.isReadonly);
    if (refusal !== undefined) return context.fail(refusal);
    const caller = context.session;
    const session = new Session(caller.clientId, "lua", caller.openedUnixUs, caller.isTls);
    session.database = caller.database;
    session.user = caller.user;
    const { flags } = script;
    this.running = {
      call,
      session,
      isReadonly: call.isReadonly || flags?.has("no-writes") === true,
      allowsCrossSlot: flags === undefined || flags.has("allow-cross-slot-keys"),
      allowsOutOfMemory: flags?.has("allow-oom") === true,
      isOutOfMemory: context.eviction.isOver,
      hasWritten: false,
      isKilled: false,
      slot: keys[0] === undefined ? noSlot : slotOf(keys[0]),
    };
    const lists = [LuaTable.ofList(keys), LuaTable.ofList(args)];
    if (script.isFunction) {
      machine.begin(script.closure, lists);
    } else {
      machine.globals.set("KEYS", lists[0]);
      machine.globals.set("ARGV", lists[1]);
      machine.begin(script.closure, []);
    }
    this.goOn();
  }

  /** Runs on until the script has ended, and answers, or has to pause, which the context is told. */
  goOn(): void {
    const { context, running } = this;
    if (running === undefined) throw new Error("no script has paused");
    const { machine } = running.call;
    try {
      if (running.isKilled) {
        this.answerError(errorOf(KILLED), machine.position());
      } else if (
        this.debugger === undefined ? this.runPieces(machine) : this.runDebugged(machine)
      ) {
        this.answer(machine.results[0]);
      } else {
        context.isSuspended = true;
        return;
      }
    } catch (error) {
      if (!(error instanceof LuaError)) throw error;
      this.answerError(error.value, error.position);
    }
    this.forget();
  }

  /** The same for a script that is debugged: until its client has to say how it goes on. */
  private runDebugged(machine: LuaMachine): boolean {
    const debug = must(this.debugger, "a debugger");
    const thresholdMs = this.context.settings.number("busy-reply-threshold");
    debug.heedTime(this.context.unixUs, (thresholdMs > 0 ? thresholdMs : USUAL_LIMIT_MS) * 1000);
    for (let turn = 0; turn < DEBUGGER_TURNS; turn++) {
      if (debug.isStopped) {
        if (!debug.obey()) return false;
      } else if (debug.isCalling) {
        if (!this.runAside(debug, machine)) return false;
      } else if (this.runPieces(machine)) {
        return true;
      } else if (!debug.isStopped) {
        return false;
      }
    }
    return false;
  }

  /** What the client runs beside its script: whether it has ended. */
  private runAside(debug: Debugger, machine: LuaMachine): boolean {
    try {
      if (!this.runPieces(machine)) return false;
      debug.called(machine.results[0]);
    } catch (error) {
      if (!(error instanceof LuaError)) throw error;
      debug.failed(error);
    }
    return true;
  }

  /** Whether the script has ended. */
  private runPieces(machine: LuaMachine): boolean {
    const { figures } = this.context.meter;
    const startUs = figures.stopwatchUs();
    for (let loops = 0; loops < SLICE_LOOPS; loops += PIECE_LOOPS) {
      if (this.runPiece(machine)) return true;
      if (this.debugger?.isStopped === true) break;
      if (figures.stopwatchUs() - startUs > SLICE_US) break;
    }
    return false;
  }

  private runPiece(machine: LuaMachine): boolean {
    try {
      return machine.run(PIECE_LOOPS);
    } finally {
      this.loops += PIECE_LOOPS - machine.budget;
    }
  }

  /** There is no script that runs any more. */
  forget(): void {
    this.endDebugging();
    const { running } = this;
    if (running === undefined) return;
    const { machine, script } = running.call;
    this.running = undefined;
    if (script.isFunction) return;
    machine.globals.set("KEYS", undefined);
    machine.globals.set("ARGV", undefined);
  }

  /** SCRIPT KILL, or FUNCTION KILL: the script ends when it would go on. Returns the error if it may not be killed. */
  kill(isFunction: boolean): string | undefined {
    const { running } = this;
    if (running === undefined) return "NOTBUSY No scripts in execution right now.";
    if (running.hasWritten) return UNKILLABLE;
    if (running.call.script.isFunction !== isFunction) return this.busyError;
    running.isKilled = true;
    return undefined;
  }

  /** What is answered to other clients while a script goes on for long. */
  get busyError(): string {
    const container = this.runsFunction ? "FUNCTION" : "SCRIPT";
    return `BUSY Redis is busy running a script. You can only call ${container} KILL or SHUTDOWN NOSAVE.`;
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
  private answerError(value: LuaValue, position: LuaError["position"]): void {
    const { context, running } = this;
    let message: string;
    let wasCounted = false;
    if (value instanceof LuaTable) {
      message = toText(value.get("err")) ?? "ERR unknown error";
      wasCounted = value.get("ignore_error_stats_update") === true;
    } else {
      message = `ERR ${running === undefined ? "" : shown(running.call.machine, value)}`;
    }
    // A function of the host that is called as a script stands nowhere.
    const isKnown = position !== undefined && position.chunkName !== "=?";
    const where = isKnown
      ? ` script: ${running?.call.script.name}, on @${position.chunkName}:${position.line}.`
      : "";
    const line = oneLine(printed(message, Infinity) + where);
    if (wasCounted) context.failAgain(line);
    else context.fail(line);
  }

  /** redis.call */
  call(argv: readonly string[]): CommandReply | string {
    const { context, running } = this;
    if (running === undefined) {
      return "ERR redis.call/pcall can only be called inside a script invocation";
    }
    running.call.machine.budget -= COMMAND_LOOPS;
    this.debugger?.noteCommand(argv);
    const spec = context.commands.findRequest(argv);
    const refusal = this.callRefusal(running, spec, argv);
    if (spec === undefined || refusal !== undefined) {
      if (spec !== undefined) context.statistics.commandCount(spec.name).rejected++;
      context.statistics.countError(refusal ?? "");
      this.debugger?.noteError(plainError(refusal ?? ""));
      return refusal ?? "";
    }
    if (spec.isWrite) running.hasWritten = true;
    return this.callAs(running.session, spec, argv);
  }

  /** Runs a command by the script's own session. Its reply goes to nobody else. */
  private callAs(session: Session, spec: CommandSpec, argv: readonly string[]): CommandReply {
    const { context } = this;
    const { session: caller, reply, errorCount, isExecuting } = context;
    const from = reply.lengthBytes;
    context.session = session;
    reply.version = session.respVersion;
    if (session.database !== caller.database) context.select(session.database);
    context.isExecuting = true;
    context.isScript = true;
    const keys = keysOf(spec, argv);
    for (let index = 0; index < keys.length; index++) context.noteTouched(keys[index] as string);
    context.call(spec, argv);
    const at = reply.startBytes + from;
    const answer = new ReplyReader(reply.written, at).reply();
    this.debugger?.noteReply(reply.written, at);
    reply.truncate(from);
    context.session = caller;
    reply.version = caller.respVersion;
    if (session.database !== caller.database) context.select(caller.database);
    context.isExecuting = isExecuting;
    context.isScript = false;
    // What a script makes of an error of its own is for it to tell.
    context.errorCount = errorCount;
    return answer;
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
    if (spec.flags.includes("noscript") && !context.switches.allowsAllInScripts) {
      return "ERR This Redis command is not allowed from script";
    }
    const denial = denialOf(running.session.user, spec, argv);
    if (denial !== undefined) {
      noteDenial(context, spec, argv, denial, "lua");
      return `ERR The user executing the script ${WHY_DENIED[denial.kind]}`;
    }
    if (running.isReadonly && (spec.isWrite || spec.flags.includes("may_replicate"))) {
      return "ERR Write commands are not allowed from read-only scripts.";
    }
    if (spec.isWrite && !running.hasWritten && !context.isPrimary) return errors.readonly;
    if (spec.isWrite && !running.hasWritten && context.lacksReplicas) return errors.noReplicas;
    const needsMemory = spec.flags.includes("denyoom") && !running.hasWritten;
    if (needsMemory && running.isOutOfMemory && !running.allowsOutOfMemory)
      return errors.outOfMemory;
    return context.server.isClusterMode ? this.slotRefusal(running, keysOf(spec, argv)) : undefined;
  }

  /** In cluster mode: keys of other shards, keys of one command in several slots, and of several slots unless the script may. */
  private slotRefusal(running: Running, keys: readonly string[]): string | undefined {
    const { server } = this.context;
    const first = keys[0] === undefined ? noSlot : slotOf(keys[0]);
    for (const key of keys) {
      const slot = slotOf(key);
      const range = server.slotRanges.find((one) => one.firstSlot <= slot && slot <= one.lastSlot);
      const nodes = range === undefined ? [] : [range.primary, ...range.replicas];
      if (slot !== first || !nodes.some((node) => node?.nodeId === server.self.nodeId)) {
        return "ERR Script attempted to access a non local key in a cluster node";
      }
    }
    if (first === noSlot || running.allowsCrossSlot) return undefined;
    if (running.slot !== noSlot && running.slot !== first) {
      return "ERR Script attempted to access keys that do not hash to the same slot";
    }
    running.slot = first;
    return undefined;
  }

  /** redis.setresp */
  setProtocol(version: 2 | 3): void {
    if (this.running !== undefined) this.running.session.respVersion = version;
  }

  /** The lines that scripts have said since this was asked last. */
  takeLines(): readonly LoggedLine[] {
    const { lines } = this;
    if (lines.length > 0) this.lines = [];
    return lines;
  }

  /** redis.log */
  log(level: number, text: string): void {
    this.loggedBy.lines.push({ level, text });
  }

  /** redis.acl_check_cmd; undefined if there is no such command. */
  mayRun(argv: readonly string[]): boolean | undefined {
    const spec = this.context.commands.findRequest(argv);
    return spec && denialOf(this.running?.session.user, spec, argv) === undefined;
  }
}
