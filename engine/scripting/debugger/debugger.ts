/**
 * Redis's Lua debugger (LDB): one session, from EVAL to its end. The script stands still before its first line; from then on it does what
 * the client says: runs on to the next line or breakpoint, shows its variables, runs other code and commands.
 *
 * It has no input or output of its own: bytes of the client come into `input`, what is said piles up until `takeOutput`, and whoever
 * runs the script (commands/scriptRunner.ts) calls `obey` while it stands still. Its texts are those that clients look for, such as
 * redis-cli, to which "<endsession>" tells the end.
 * @see https://redis.io/docs/latest/develop/interact/programmability/lua-debugging/
 */
import { latin1Bytes, latin1Of } from "../../bytes/latin1.ts";
import { printed } from "../../resp/replies.ts";
import { parseInteger } from "../../structures/integerText.ts";
import { LuaError, LuaSyntaxError } from "../lua/errors.ts";
import type { LuaMachine, Tracer } from "../lua/machine.ts";
import { isFunction, toText } from "../lua/operations.ts";
import { INSTRUCTION_SIZE } from "../lua/prototype.ts";
import { raiseHere } from "../lua/run.ts";
import { LuaTable } from "../lua/table.ts";
import type { Frame } from "../lua/thread.ts";
import type { LuaFunction, LuaValue } from "../lua/values.ts";
import { errorOf } from "../redisApi.ts";
import { DebuggerInput, leadingInteger } from "./debuggerInput.ts";
import { levelsOf, localsOf } from "./frames.ts";
import { helpLines } from "./help.ts";
import { shownReply, shownValue } from "./shown.ts";

const ERROR = 45;
const CR = 13;

const MOST_BREAKPOINTS = 64;
const USUAL_CHARS = 256;
/** The least that a client may ask for. */
const LEAST_CHARS = 60;
/** Words of a command that are shown. */
const SHOWN_WORDS = 10;
/** Lines shown before and behind another one. */
const CONTEXT_LINES = 5;
const ALL_LINES = 1_000_000;
/** What scripts are called: the lines of other code are passed over. */
const SCRIPT_NAME = "user_script";
const CODE_NAME = "ldb_eval";

/**
 * "runs": the script; "stands": it waits for its client; "calls": it waits for code or a command that the client runs beside it.
 */
type Phase = "runs" | "stands" | "calls";

export class Debugger implements Tracer {
  readonly input: DebuggerInput = new DebuggerInput();
  private readonly machine: LuaMachine;
  private readonly lines: readonly string[];
  private phase: Phase = "runs";
  /** Stops at the next line; until then the commands of the script are told. */
  private isStepping = true;
  /** The script has called redis.breakpoint(). */
  private isAsked = false;
  /** It runs without a stop for too long. */
  private isLate = false;
  /** Its client is gone: it never stops again. */
  private isDetached = false;
  /** Since when it runs without a stop, the shard's time; undefined before it has gone on. */
  private sinceUnixUs: number | undefined = undefined;
  private currentLine = 0;
  private breakpoints: number[] = [];
  /** What is shown of a value or reply; 0: all of it. */
  private mostChars = USUAL_CHARS;
  private knowsTrimming = false;
  /** The function that was shown last, and where; and where all others under way were. */
  private shownFrame: Frame | undefined = undefined;
  private shownPc = 0;
  private readonly shownAt = new WeakMap<Frame, number>();
  private logs: string[] = [];
  private output = "";

  constructor(source: string, machine: LuaMachine) {
    this.machine = machine;
    const text = source.replace(/[\r\n]+$/, "");
    this.lines = text === "" ? [] : text.split("\n");
  }

  /** The script stands still. */
  get isStopped(): boolean {
    return this.phase === "stands";
  }

  /** What runs is not the script. */
  get isCalling(): boolean {
    return this.phase === "calls";
  }

  /** Nothing goes on before the client says more. */
  get isWaiting(): boolean {
    return this.phase === "stands" && this.input.isEmpty && !this.input.isEnded;
  }

  /** RESP bytes for the client since this was asked last. */
  takeOutput(): Uint8Array {
    const bytes = latin1Bytes(this.output);
    this.output = "";
    return bytes;
  }

  /** A line begins, a loop turns back, or a function is entered, as Lua tells its hooks. */
  stopsAt(frame: Frame): boolean {
    if (this.phase === "calls" || this.isDetached) return false;
    const at = frame.pc - INSTRUCTION_SIZE;
    const { chunkName, lines } = frame.closure.prototype;
    const line = lines[at / INSTRUCTION_SIZE] as number;
    const before = this.noteShown(frame, at);
    const isSame = before !== undefined && at > before && lines[before / INSTRUCTION_SIZE] === line;
    if (isSame) return false;
    this.currentLine = line;
    if (!chunkName.includes(SCRIPT_NAME)) return false;
    const reason = this.reasonToStop();
    if (reason === undefined) return false;
    this.isStepping = false;
    this.isAsked = false;
    this.isLate = false;
    this.sinceUnixUs = undefined;
    this.phase = "stands";
    this.log(`* Stopped at ${line}, stop reason = ${reason}`);
    this.logLine(line);
    this.send();
    return true;
  }

  /** Notes where a function stands. Returns where it was shown before. */
  private noteShown(frame: Frame, at: number): number | undefined {
    const { shownAt, shownFrame, shownPc } = this;
    this.shownPc = at;
    if (frame === shownFrame) return shownPc;
    // Mostly the same function is shown again: the map is for those that it calls.
    if (shownFrame !== undefined) shownAt.set(shownFrame, shownPc);
    this.shownFrame = frame;
    return shownAt.get(frame);
  }

  private reasonToStop(): string | undefined {
    if (this.isAsked) return "redis.breakpoint() called";
    if (this.breakpoints.includes(this.currentLine)) return "break point";
    if (this.isLate) return "timeout reached, infinite loop?";
    return this.isStepping ? "step over" : undefined;
  }

  /**
   * The script is about to go on. One that runs on its own for too long stops at its next line, or, if its client is gone, ends.
   * @throws LuaError
   */
  heedTime(unixUs: number, limitUs: number): void {
    if (this.phase !== "runs" || this.isStepping) return;
    this.sinceUnixUs ??= unixUs;
    if (unixUs - this.sinceUnixUs < limitUs) return;
    if (this.isDetached) this.raise("timeout during Lua debugging with client closing connection");
    this.isLate = true;
    this.isStepping = true;
  }

  /** Does the next thing that the client asks for. False if it has asked for nothing. @throws LuaError that ends the script */
  obey(): boolean {
    const words = this.input.next();
    if (words === undefined) {
      if (!this.input.isEnded) return false;
      this.detach();
    } else if (typeof words === "string") {
      this.raise(words);
    } else {
      this.carryOut(words);
    }
    return true;
  }

  /** The script runs to its end without a stop. */
  detach(): void {
    this.isDetached = true;
    this.isStepping = false;
    this.breakpoints = [];
    if (this.phase === "stands") this.phase = "runs";
  }

  /** The session is over. */
  end(): void {
    this.log("<endsession>");
    this.send();
  }

  /** Raises an error where the script stands; it may catch it. */
  private raise(message: string): void {
    this.phase = "runs";
    raiseHere(this.machine, new LuaError(errorOf(message)));
  }

  private carryOut(words: readonly string[]): void {
    const name = printed(words[0] ?? "", Infinity).toLowerCase();
    switch (name) {
      case "s":
      case "step":
      case "n":
      case "next":
        this.isStepping = true;
        this.phase = "runs";
        return;
      case "c":
      case "continue":
        this.phase = "runs";
        return;
      case "a":
      case "abort":
        return this.raise("script aborted for user request");
      case "e":
      case "eval":
        this.evaluate(words.slice(1).join(" "));
        break;
      case "r":
      case "redis":
        if (words.length > 1) this.runCommand(words.slice(1));
        else this.logUnknown();
        break;
      default:
        this.show(name, words);
    }
    // What takes longer tells of its end.
    if (this.phase === "stands") this.send();
  }

  private show(name: string, words: readonly string[]): void {
    switch (name) {
      case "h":
      case "help":
        return helpLines.forEach((line) => this.log(line));
      case "t":
      case "trace":
        return this.trace();
      case "m":
      case "maxlen":
        return this.limit(words);
      case "b":
      case "break":
        return this.setBreakpoints(words.slice(1));
      case "p":
      case "print":
        return words.length === 2 ? this.print(words[1] as string) : this.printLocals();
      case "l":
      case "list": {
        const line = leadingInteger(words[1] ?? "");
        const context = words[2] === undefined ? CONTEXT_LINES : leadingInteger(words[2]);
        return this.list(line > 0 ? line : this.currentLine, context);
      }
      case "w":
      case "whole":
        return this.list(1, ALL_LINES);
      default:
        this.logUnknown();
    }
  }

  private logUnknown(): void {
    this.log("<error> Unknown Redis Lua debugger command or wrong number of arguments.");
  }

  private list(around: number, context: number): void {
    for (let line = 1; line <= this.lines.length; line++) {
      if (Math.abs(around - line) <= context) this.logLine(line);
    }
  }

  private logLine(line: number): void {
    const arrow = line === this.currentLine ? "->" : "  ";
    const mark = this.breakpoints.includes(line) ? "#" : " ";
    const source = this.lines[line - 1] ?? "<out of range source code line>";
    this.log(`${arrow}${mark}${String(line).padEnd(3)} ${source}`);
  }

  private setBreakpoints(words: readonly string[]): void {
    const { breakpoints } = this;
    if (words.length === 0) {
      if (breakpoints.length === 0) {
        return this.log("No breakpoints set. Use 'b <line>' to add one.");
      }
      this.log(`${breakpoints.length} breakpoints set:`);
      return breakpoints.forEach((line) => this.logLine(line));
    }
    for (const word of words) {
      const line = parseInteger(word);
      if (line === undefined) this.log(`Invalid argument:'${word}'`);
      else if (line > 0) this.addBreakpoint(line);
      else if (line < 0) this.removeBreakpoint(-line);
      else {
        this.breakpoints = [];
        this.log("All breakpoints removed.");
      }
    }
  }

  private addBreakpoint(line: number): void {
    const { breakpoints, lines } = this;
    if (breakpoints.length === MOST_BREAKPOINTS) return this.log("Too many breakpoints set.");
    if (line > lines.length || breakpoints.includes(line)) return this.log("Wrong line number.");
    breakpoints.push(line);
    this.list(line, 1);
  }

  private removeBreakpoint(line: number): void {
    const place = this.breakpoints.indexOf(line);
    if (place < 0) return this.log("No breakpoint in the specified line.");
    this.breakpoints.splice(place, 1);
    this.log("Breakpoint removed.");
  }

  /** The first variable of this name, from the innermost function outwards. */
  private print(name: string): void {
    for (const { frame } of levelsOf(this.machine)) {
      const local = localsOf(this.machine, frame).find((one) => one.name === name);
      if (local !== undefined) return this.logValue("<value> ", local.value);
    }
    if (name !== "KEYS" && name !== "ARGV") return this.log("No such variable.");
    this.logValue("<value> ", this.machine.globals.get(name));
  }

  private printLocals(): void {
    const [innermost] = levelsOf(this.machine);
    const locals = innermost === undefined ? [] : localsOf(this.machine, innermost.frame);
    for (const { name, value } of locals) this.logValue(`<value> ${name} = `, value);
    if (locals.length === 0) this.log("No local variables in the current context.");
  }

  private trace(): void {
    levelsOf(this.machine).forEach(({ chunkName, line, name = "top level" }, depth) => {
      if (!chunkName.includes(SCRIPT_NAME)) return;
      this.log(`${depth === 0 ? "In" : "From"} ${name}:`);
      this.logLine(line);
    });
  }

  private limit(words: readonly string[]): void {
    if (words.length === 2) {
      const asked = leadingInteger(words[1] as string);
      this.knowsTrimming = true;
      this.mostChars = asked === 0 ? 0 : Math.max(asked, LEAST_CHARS);
    }
    this.log(
      this.mostChars === 0
        ? "<value> replies are unlimited."
        : `<value> replies are truncated at ${this.mostChars} bytes.`,
    );
  }

  /** Runs an expression, or statements, on a stack of its own. */
  private evaluate(code: string): void {
    const expression = this.loaded(`return ${code}`);
    const loaded = typeof expression === "string" ? this.loaded(code) : expression;
    if (typeof loaded === "string") this.log(`<error> ${loaded}`);
    else this.call(loaded, []);
  }

  /** The message of the compiler if it is no Lua. */
  private loaded(code: string): LuaFunction | string {
    try {
      return this.machine.load(code, CODE_NAME, this.machine.thread.globals);
    } catch (error) {
      if (!(error instanceof LuaSyntaxError)) throw error;
      return error.message;
    }
  }

  private runCommand(words: readonly string[]): void {
    const { globals } = this.machine;
    const redis = globals.get("redis");
    const call = redis instanceof LuaTable ? redis.get("call") : undefined;
    if (!isFunction(call)) return;
    // It is told what it does, and nothing else of it.
    this.isStepping = true;
    this.call(call, words);
  }

  private call(callee: LuaFunction, args: readonly LuaValue[]): void {
    this.phase = "calls";
    this.machine.beginAside(callee, args);
  }

  /** What the client runs beside the script has ended. */
  called(value: LuaValue): void {
    this.endCall((isCommand) => {
      if (!isCommand) this.logValue("<retval> ", value);
    });
  }

  /** It has failed. */
  failed({ value }: LuaError): void {
    this.endCall((isCommand) => {
      if (isCommand) return;
      const text = value instanceof LuaTable ? value.get("err") : value;
      this.log(`<error> ${toText(text) ?? "the error is no text"}`);
    });
  }

  private endCall(tell: (isCommand: boolean) => void): void {
    this.machine.endAside();
    const isCommand = this.isStepping;
    this.isStepping = false;
    this.phase = "stands";
    tell(isCommand);
    this.send();
  }

  /** redis.breakpoint() */
  breakHere(): true {
    this.isAsked = true;
    return true;
  }

  /** redis.debug(…) */
  tell(values: readonly LuaValue[]): void {
    const shown = values.map((value) => shownValue(this.machine, value, Infinity));
    this.log(`<debug> line ${this.currentLine}: ${shown.join(", ")}`);
  }

  /** The script runs a command. */
  noteCommand(argv: readonly string[]): void {
    if (!this.isStepping) return;
    const words = argv.slice(0, SHOWN_WORDS).join(" ");
    const more = argv.length - SHOWN_WORDS - 1;
    this.log(`<redis> ${words}${more >= 0 ? ` ... (${more} more)` : ""}`);
  }

  /** What the command has answered. */
  noteReply(bytes: Uint8Array, at: number): void {
    if (!this.isStepping) return;
    if (bytes[at] === ERROR) this.noteError(latin1Of(bytes, at, bytes.indexOf(CR, at)));
    this.logShort(`<reply> ${shownReply(bytes, at)}`);
  }

  /** An error that the script is given; "-CODE message", or a message alone. */
  noteError(text: string): void {
    if (this.isStepping) this.log(`<error> ${text}`);
  }

  private logValue(prefix: string, value: LuaValue): void {
    const mostChars = this.mostChars === 0 ? Infinity : this.mostChars;
    this.logShort(prefix + shownValue(this.machine, value, mostChars));
  }

  private logShort(entry: string): void {
    if (this.mostChars === 0 || entry.length <= this.mostChars) return this.log(entry);
    this.log(`${entry.slice(0, this.mostChars)} ...`);
    if (this.knowsTrimming) return;
    this.knowsTrimming = true;
    this.log("<hint> The above reply was trimmed. Use 'maxlen 0' to disable trimming.");
  }

  private log(entry: string): void {
    this.logs.push(entry);
  }

  /** Says everything that was logged, an array of statuses. */
  private send(): void {
    const lines = this.logs.map((entry) => `+${entry.replaceAll(/[\r\n]/g, " ")}\r\n`);
    this.output += `*${lines.length}\r\n${lines.join("")}`;
    this.logs = [];
  }
}
