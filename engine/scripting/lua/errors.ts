import type { LuaValue } from "./values.ts";

/** Where a script stands. */
export interface Position {
  readonly chunkName: string;
  /** From 1. */
  readonly line: number;
}

/** An error of a script: any value of Lua, which pcall gives back. */
export class LuaError extends Error {
  readonly value: LuaValue;
  /** The Lua function in which it was raised. */
  position: Position | undefined = undefined;

  constructor(value: LuaValue) {
    super(typeof value === "string" ? value : "error object is not a string");
    this.value = value;
  }
}

/** The source is no Lua 5.1. The message begins with its chunk and line, as "user_script:3: …". */
export class LuaSyntaxError extends Error {}

/** The host ends a script: no pcall catches it. */
export class ScriptStopped extends Error {}
