/** What can be run by name: the scripts that this node has seen, and the functions of its shard's libraries. */
import { hexadecimal, sha1 } from "../bytes/sha1.ts";
import { latin1Bytes } from "../bytes/latin1.ts";
import { makeMachine } from "../scripting/environment.ts";
import { Debugger } from "../scripting/debugger/debugger.ts";
import { LuaSyntaxError } from "../scripting/lua/errors.ts";
import type { LuaMachine } from "../scripting/lua/machine.ts";
import { scriptTable } from "../scripting/redisApi.ts";
import { codeOf, parseHeader, type Script } from "../scripting/script.ts";
import type { CommandContext } from "./context.ts";
import type { Declared } from "./declared.ts";
import { DEPRECATED_API, Functions } from "./functions.ts";
import { integerArgument } from "./numbers.ts";
import { ScriptRunner } from "./scriptRunner.ts";
import type { CommandSpec } from "./spec.ts";

const DIGEST_LENGTH = 40;
const NO_SCRIPT = "NOSCRIPT No matching script. Please use EVAL.";

export class Scripting {
  readonly runner: ScriptRunner;
  readonly functions: Functions;
  private readonly context: CommandContext;
  private readonly scripts = new Map<string, Script>();
  /** The same by their bodies: EVAL then needs no digest. */
  private readonly byBody = new Map<string, Script>();
  /** Bytes of the bodies of all scripts. */
  private bodyBytes = 0;
  /** Made when the first script comes. */
  private machine: LuaMachine | undefined = undefined;

  constructor(context: CommandContext) {
    this.context = context;
    this.runner = new ScriptRunner(context);
    this.functions = new Functions(context, this.runner);
  }

  /** Scripts that are kept, and their bytes. */
  get cached(): { readonly count: number; readonly bytes: number } {
    return { count: this.scripts.size, bytes: this.bodyBytes };
  }

  has(sha: string): boolean {
    return this.scripts.has(sha.toLowerCase());
  }

  /** Forgets every script, and the machine with all that scripts left in it. */
  flush(): void {
    this.scripts.clear();
    this.byBody.clear();
    this.bodyBytes = 0;
    this.machine = undefined;
  }

  /** The script of this text, compiled and kept. Undefined if it is none, which was answered. */
  load(body: string): Script | undefined {
    const present = this.byBody.get(body);
    if (present !== undefined) return present;
    const name = hexadecimal(sha1(latin1Bytes(body)));
    const header = parseHeader(body);
    if (typeof header === "string") {
      this.context.fail(header);
      return undefined;
    }
    try {
      const closure = this.made().load(body.slice(header.codeAt), "user_script");
      const script = { name, flags: header.flags, closure, isFunction: false };
      this.scripts.set(name, script);
      this.byBody.set(body, script);
      this.bodyBytes += body.length;
      return script;
    } catch (error) {
      if (!(error instanceof LuaSyntaxError)) throw error;
      this.context.failQuoting("ERR Error compiling script (new function): ", error.message);
      return undefined;
    }
  }

  private made(): LuaMachine {
    return (this.machine ??= makeMachine(
      scriptTable(this.runner),
      this.context.settings.isOn(DEPRECATED_API),
    ));
  }

  /**
   * Runs a script with its keys and arguments and answers what it returns.
   * @param argv - name, body or digest, number of keys, keys, arguments
   */
  evaluate(argv: readonly string[], isDigest: boolean, isReadonly: boolean): void {
    const { context } = this;
    if (isDigest && argv[1]?.length !== DIGEST_LENGTH) return context.fail(NO_SCRIPT);
    if (context.session.debugMode !== undefined) return this.debug(argv, isDigest, isReadonly);
    const keyCount = integerArgument(context, argv[2] ?? "");
    if (keyCount === undefined) return;
    if (!this.hasKeys(argv, keyCount)) return;
    const text = argv[1] ?? "";
    const script = isDigest ? this.scripts.get(text.toLowerCase()) : this.load(text);
    if (script !== undefined) this.run(script, this.made(), argv, keyCount, isReadonly);
    else if (isDigest) context.fail(NO_SCRIPT);
  }

  /** The same with a debugger, on a machine of its own: a script that is debugged is compiled otherwise. */
  private debug(argv: readonly string[], isDigest: boolean, isReadonly: boolean): void {
    const { context, runner } = this;
    if (isDigest) {
      return context.fail("ERR Please use EVAL instead of EVALSHA for debugging");
    }
    const body = argv[1] ?? "";
    const hasDeprecated = context.settings.isOn(DEPRECATED_API);
    const machine = makeMachine(scriptTable(runner), hasDeprecated);
    machine.hotAt = Infinity;
    const debug = new Debugger(body, machine);
    machine.tracer = debug;
    runner.beginDebugging(debug);
    const keyCount = integerArgument(context, argv[2] ?? "");
    if (keyCount !== undefined && this.hasKeys(argv, keyCount)) {
      const script = this.load(body);
      if (script !== undefined) {
        const closure = machine.load(codeOf(body), "user_script");
        this.run({ ...script, closure }, machine, argv, keyCount, isReadonly);
      }
    }
    if (!context.isSuspended) runner.endDebugging();
  }

  /**
   * Runs a function with its keys and arguments and answers what it returns.
   * @param argv - name, function, number of keys, keys, arguments
   */
  callFunction(argv: readonly string[], isReadonly: boolean): void {
    const { context, functions } = this;
    context.noteLibraries();
    const found = functions.find(argv[1] ?? "");
    if (found === undefined) return context.fail("ERR Function not found");
    const keyCount = integerArgument(context, argv[2] ?? "", "ERR Bad number of keys provided");
    if (keyCount === undefined) return;
    if (!this.hasKeys(argv, keyCount)) return;
    this.run(found, functions.machine, argv, keyCount, isReadonly);
  }

  private hasKeys(argv: readonly string[], keyCount: number): boolean {
    if (keyCount > argv.length - 3) {
      this.context.fail("ERR Number of keys can't be greater than number of args");
      return false;
    }
    if (keyCount >= 0) return true;
    this.context.fail("ERR Number of keys can't be negative");
    return false;
  }

  private run(
    script: Script,
    machine: LuaMachine,
    argv: readonly string[],
    keyCount: number,
    isReadonly: boolean,
  ): void {
    const keys = argv.slice(3, 3 + keyCount);
    const args = argv.slice(3 + keyCount);
    this.runner.run({ script, machine, keys, args, isReadonly, argv });
  }

  /** The flags that the script of a request declares; undefined if it declares none, is not known, or the request runs none. */
  flagsOf(spec: CommandSpec, argv: readonly string[]): Declared {
    switch (spec.name) {
      case "fcall":
      case "fcall_ro":
        return this.functions.find(argv[1] ?? "")?.flags;
      case "evalsha":
      case "evalsha_ro":
        return this.scripts.get((argv[1] ?? "").toLowerCase())?.flags;
      case "eval":
      case "eval_ro": {
        const header = parseHeader(argv[1] ?? "");
        return typeof header === "string" ? undefined : header.flags;
      }
      default:
        return undefined;
    }
  }
}
