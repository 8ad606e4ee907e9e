/**
 * What a request may do: what its command may, or what the script that it runs declares of itself.
 * @see https://redis.io/docs/latest/develop/interact/programmability/lua-api/#script_flags
 */
import type { ScriptFlag } from "../scripting/script.ts";
import type { CommandSpec } from "./spec.ts";

/** Undefined if the request runs no script, or one that declares nothing. */
export type Declared = ReadonlySet<ScriptFlag> | undefined;

export function writes(spec: CommandSpec, declared: Declared): boolean {
  return declared === undefined ? spec.isLogged : !declared.has("no-writes");
}

/** It writes, or might, or sends messages that replicas hear. */
export function mayReplicate(spec: CommandSpec, declared: Declared): boolean {
  if (declared !== undefined) return !declared.has("no-writes");
  return spec.isWrite || spec.flags.includes("may_replicate");
}

/** It may make the data grow: it does not run where no memory is left. */
export function isDeniedWithoutMemory(spec: CommandSpec, declared: Declared): boolean {
  if (declared === undefined) return spec.flags.includes("denyoom");
  return !declared.has("allow-oom") && !declared.has("no-writes");
}
