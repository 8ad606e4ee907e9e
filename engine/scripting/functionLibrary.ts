/**
 * Libraries of functions: their text is run once, when it is loaded, and registers functions, which FCALL runs. All libraries share one
 * machine, in which they can change nothing; while one is loaded its only global is a small table "redis".
 * @see https://redis.io/docs/latest/develop/interact/programmability/functions-intro/
 */
import { splitInline } from "../resp/inline.ts";
import { makeMachine, missingGlobals } from "./environment.ts";
import { LuaError, LuaSyntaxError } from "./lua/errors.ts";
import { library, type Arguments } from "./lua/lib/arguments.ts";
import type { LuaMachine } from "./lua/machine.ts";
import { isFunction, shown, toText } from "./lua/operations.ts";
import { LuaTable } from "./lua/table.ts";
import { Closure, type LuaFunction, type LuaValue } from "./lua/values.ts";
import { constants, raise, redisTable, type ScriptHost } from "./redisApi.ts";
import { type Script, type ScriptFlag, scriptFlags } from "./script.ts";

/** Loops and calls that a library may take to register its functions: about half a second. */
const LOAD_LOOPS = 5_000_000;

const REGISTERING = "Error registering functions: ";

export interface LibraryFunction extends Script {
  readonly description: string | undefined;
}

export interface Library {
  readonly name: string;
  /** The whole text, its first line included. */
  readonly code: string;
  readonly functions: ReadonlyMap<string, LibraryFunction>;
}

interface Metadata {
  readonly name: string;
  /** Behind the first line, from its end on. */
  readonly body: string;
}

const BAD_NAME =
  "Library names can only contain letters, numbers, or underscores(_) and must be at least one character long";

export class FunctionMachine {
  readonly machine: LuaMachine;
  /** What libraries see as their globals, now and when their functions run. */
  private readonly globals = new LuaTable();
  private readonly behindGlobals = new LuaTable();
  private readonly whileLoading = new LuaTable();
  /** Functions of the library that is being loaded. */
  private loading: Map<string, LibraryFunction> | undefined = undefined;

  constructor(host: ScriptHost, hasDeprecated: boolean) {
    this.machine = makeMachine(redisTable(host), hasDeprecated);
    this.behindGlobals.set("__index", this.machine.globals);
    this.behindGlobals.isReadOnly = true;
    this.globals.metatable = this.behindGlobals;
    this.globals.isReadOnly = true;
    const redis = library({ register_function: (args) => this.register(args) });
    for (const [name, value] of constants(host).entries()) redis.set(name, value);
    this.whileLoading.set("redis", redis);
    for (const table of [redis, this.whileLoading]) {
      table.metatable = missingGlobals();
      table.isReadOnly = true;
    }
  }

  /** Runs a library's text. Returns the error, without its code, if it is no library or its name is `taken`. */
  load(code: string, taken: { has(name: string): boolean }): Library | string {
    const metadata = metadataOf(code);
    if (typeof metadata === "string") return metadata;
    if (taken.has(metadata.name)) return `Library '${metadata.name}' already exists`;
    const functions = new Map<string, LibraryFunction>();
    this.loading = functions;
    this.behindGlobals.set("__index", this.whileLoading);
    try {
      const { machine } = this;
      machine.begin(machine.load(metadata.body, "user_function", this.globals), []);
      if (!machine.run(LOAD_LOOPS)) return `${REGISTERING}ERR FUNCTION LOAD timeout`;
    } catch (error) {
      return this.loadError(error);
    } finally {
      this.loading = undefined;
      this.behindGlobals.set("__index", this.machine.globals);
    }
    if (functions.size === 0) return "No functions registered";
    return { name: metadata.name, code, functions };
  }

  private loadError(error: unknown): string {
    if (error instanceof LuaSyntaxError) return `Error compiling function: ${error.message}`;
    if (!(error instanceof LuaError)) throw error;
    const { value } = error;
    if (value instanceof LuaTable) return REGISTERING + (toText(value.get("err")) ?? "");
    return `${REGISTERING}ERR ${shown(this.machine, value)}`;
  }

  /** redis.register_function */
  private register(args: Arguments): readonly LuaValue[] {
    const { loading } = this;
    if (loading === undefined) {
      raise("redis.register_function can only be called on FUNCTION LOAD command");
    }
    const made = args.count === 1 ? fromNamed(args) : fromPlaces(args);
    if (!isName(made.name)) raise(BAD_NAME);
    if (loading.has(made.name)) raise("Function already exists in the library");
    loading.set(made.name, made);
    return [];
  }
}

/** Reads "#!lua name=…". Returns the error if it is wrong. */
function metadataOf(code: string): Metadata | string {
  if (!code.startsWith("#!")) return "Missing library metadata";
  const end = code.indexOf("\n");
  const words = end < 0 ? undefined : splitInline(code.slice(0, end));
  const [engine] = words ?? [];
  if (words === undefined || engine === undefined) return "Invalid library metadata";
  let name: string | undefined;
  for (const word of words.slice(1)) {
    if (!word.toLowerCase().startsWith("name=")) return `Invalid metadata value given: ${word}`;
    if (name !== undefined) return "Invalid metadata value, name argument was given multiple times";
    name = word.slice("name=".length);
  }
  if (name === undefined) return "Library name was not given";
  if (!isName(name)) return BAD_NAME;
  if (engine.slice(2).toLowerCase() !== "lua") return `Engine '${engine.slice(2)}' not found`;
  return { name, body: code.slice(end) };
}

function isName(name: string): boolean {
  return /^\w+$/.test(name);
}

function fromPlaces(args: Arguments): LibraryFunction {
  if (args.count !== 2) raise("wrong number of arguments to redis.register_function");
  const [given, callback] = args.values;
  // A number counts as its text.
  const name = toText(given);
  if (name === undefined) {
    raise("first argument to redis.register_function must be a string");
  }
  if (!isFunction(callback)) {
    raise("second argument to redis.register_function must be a function");
  }
  return functionOf(args, name, callback, new Set(), undefined);
}

// oxlint-disable-next-line complexity -- one case an argument
function fromNamed(args: Arguments): LibraryFunction {
  const given = args.at(1);
  if (!(given instanceof LuaTable)) {
    raise(
      "calling redis.register_function with a single argument is only applicable to Lua table (representing named arguments).",
    );
  }
  let name: string | undefined;
  let callback: LuaFunction | undefined;
  let description: string | undefined;
  let flags: ReadonlySet<ScriptFlag> = new Set();
  for (const [key, value] of given.entries()) {
    if (typeof key !== "string" && typeof key !== "number") {
      raise("named argument key given to redis.register_function is not a string");
    }
    switch (String(key).toLowerCase()) {
      case "function_name":
        name = toText(value);
        if (name === undefined)
          raise("function_name argument given to redis.register_function must be a string");
        break;
      case "description":
        description = toText(value);
        if (description === undefined)
          raise("description argument given to redis.register_function must be a string");
        break;
      case "callback":
        if (isFunction(value)) callback = value;
        else raise("callback argument given to redis.register_function must be a function");
        break;
      case "flags":
        if (!(value instanceof LuaTable)) {
          raise(
            "flags argument to redis.register_function must be a table representing function flags",
          );
        }
        flags = flagsOf(value);
        break;
      default:
        raise("unknown argument given to redis.register_function");
    }
  }
  if (name === undefined) raise("redis.register_function must get a function name argument");
  if (callback === undefined) raise("redis.register_function must get a callback argument");
  return functionOf(args, name, callback, flags, description);
}

function flagsOf(table: LuaTable): ReadonlySet<ScriptFlag> {
  const flags = new Set<ScriptFlag>();
  for (let place = 1; ; place++) {
    const value = table.get(place);
    if (value === undefined) return flags;
    const word = toText(value)?.toLowerCase();
    const flag = scriptFlags.find((one) => one === word);
    if (flag === undefined) raise("unknown flag given");
    flags.add(flag);
  }
}

function functionOf(
  { machine }: Arguments,
  name: string,
  callback: LuaFunction,
  flags: ReadonlySet<ScriptFlag>,
  description: string | undefined,
): LibraryFunction {
  const closure = callback instanceof Closure ? callback : machine.wrapped(callback);
  return { name, flags, closure, isFunction: true, description };
}
