/** What can be run: a script that was loaded, or a function of a library. */
import { splitInline } from "../resp/inline.ts";
import type { Closure } from "./lua/values.ts";

/** In the order in which FUNCTION LIST tells them. */
export const scriptFlags = [
  "no-writes",
  "allow-oom",
  "allow-stale",
  "no-cluster",
  "allow-cross-slot-keys",
] as const;
export type ScriptFlag = (typeof scriptFlags)[number];

export interface Script {
  /** What errors call it: the SHA-1 of a script's body in lower-case hexadecimal, or a function's name. */
  readonly name: string;
  /** Undefined for a script that begins with no "#!lua": its commands are judged one by one. */
  readonly flags: ReadonlySet<ScriptFlag> | undefined;
  readonly closure: Closure;
  /** Run by FCALL. */
  readonly isFunction: boolean;
}

/** What the first line says, and where the code begins: at the line's end, so that lines keep their numbers. */
interface Header {
  readonly flags: ReadonlySet<ScriptFlag> | undefined;
  readonly codeAt: number;
}

/** What is behind the first line of a script whose header is right. */
export function codeOf(body: string): string {
  const header = parseHeader(body);
  return typeof header === "string" ? "" : body.slice(header.codeAt);
}

/**
 * Reads "#!lua flags=a,b". Returns the error if it is wrong.
 * @see https://redis.io/docs/latest/develop/interact/programmability/lua-api/#script_flags
 */
export function parseHeader(body: string): Header | string {
  if (!body.startsWith("#!")) return { flags: undefined, codeAt: 0 };
  const end = body.indexOf("\n");
  if (end < 0) return "ERR Invalid script shebang";
  const words = splitInline(body.slice(0, end));
  const [engine] = words ?? [];
  if (words === undefined || engine === undefined) return "ERR Invalid engine in script shebang";
  if (engine !== "#!lua") return `ERR Unexpected engine in script shebang: ${engine}`;
  const flags = new Set<ScriptFlag>();
  for (const word of words.slice(1)) {
    if (!word.startsWith("flags=")) return `ERR Unknown lua shebang option: ${word}`;
    for (const name of word.slice("flags=".length).split(",")) {
      const flag = scriptFlags.find((one) => one === name);
      if (flag === undefined && word !== "flags=")
        return `ERR Unexpected flag in script shebang: ${name}`;
      if (flag !== undefined) flags.add(flag);
    }
  }
  return { flags, codeAt: end };
}
