/** The functions of the shard's libraries, compiled when they are first asked for: a replica applies their texts alone. */
import { must } from "../assert.ts";
import type { Libraries } from "../keyspace/libraries.ts";
import {
  FunctionMachine,
  type Library,
  type LibraryFunction,
} from "../scripting/functionLibrary.ts";
import type { LuaMachine } from "../scripting/lua/machine.ts";
import type { ScriptHost } from "../scripting/redisApi.ts";
import type { Settings } from "../settings/settings.ts";

/** The parameter by which scripts and functions have setfenv, getfenv and newproxy. */
export const DEPRECATED_API = "lua-enable-deprecated-api";

export class Functions {
  private readonly context: {
    readonly databases: { readonly libraries: Libraries };
    readonly settings: Settings;
  };
  private readonly host: ScriptHost;
  private made: FunctionMachine | undefined = undefined;
  /** Of the texts as they were at `generation`. */
  private compiled = new Map<string, Library>();
  /** By `keyOf` their names. */
  private byName = new Map<string, LibraryFunction>();
  private generation = 0;

  constructor(context: Functions["context"], host: ScriptHost) {
    this.context = context;
    this.host = host;
  }

  get machine(): LuaMachine {
    return this.functionMachine.machine;
  }

  private get functionMachine(): FunctionMachine {
    return (this.made ??= new FunctionMachine(
      this.host,
      this.context.settings.isOn(DEPRECATED_API),
    ));
  }

  /** In the order in which they were loaded. */
  get libraries(): ReadonlyMap<string, Library> {
    this.follow();
    return this.compiled;
  }

  get functionCount(): number {
    this.follow();
    return this.byName.size;
  }

  find(name: string): LibraryFunction | undefined {
    this.follow();
    return this.byName.get(keyOf(name));
  }

  /** Compiles a library without adding it. Returns the error, without its code, if it is none, or its name is `taken`. */
  compile(code: string, taken: NameSet = nothingTaken): Library | string {
    return this.functionMachine.load(code, taken);
  }

  /** What was compiled need not be compiled again once its text has been added, which is to follow. */
  keep(library: Library): void {
    this.follow();
    this.compiled.set(library.name, library);
  }

  /** Compiles what has come, and forgets what has gone. */
  private follow(): void {
    const texts = this.context.databases.libraries;
    if (this.generation === texts.generation) return;
    const compiled = new Map<string, Library>();
    const byName = new Map<string, LibraryFunction>();
    for (const [name, code] of texts.entries) {
      const present = this.compiled.get(name);
      const library = present?.code === code ? present : this.recompiled(code);
      compiled.set(name, library);
      for (const [functionName, one] of library.functions) byName.set(keyOf(functionName), one);
    }
    this.compiled = compiled;
    this.byName = byName;
    this.generation = texts.generation;
  }

  /** Of a text that was loaded once: the same text registers the same functions everywhere. */
  private recompiled(code: string): Library {
    const library = this.compile(code);
    return must(typeof library === "string" ? undefined : library, "a library that was loaded");
  }
}

interface NameSet {
  has(name: string): boolean;
}

const nothingTaken: NameSet = new Set();

/** FCALL finds functions in any case. */
export function keyOf(functionName: string): string {
  return functionName.toLowerCase();
}
