import type { LuaValue } from "./values.ts";

/** Where a script stands. */
export interface Position {
  readonly chunkName: string;
  /** From 1. */
  readonly line: number;
}

/** An error of a script: any value of Lua, which pcall gives back. It is no Error of JavaScript, which would note the stack of the host. */
export class LuaError {
  readonly value: LuaValue;
  /** The Lua function in which it was raised. */
  position: Position | undefined = undefined;

  constructor(value: LuaValue) {
    this.value = value;
  }

  get message(): string {
    return typeof this.value === "string" ? this.value : "error object is not a string";
  }
}

/** The source is no Lua 5.1. The message begins with its chunk and line, as "user_script:3: …". */
export class LuaSyntaxError extends Error {}
